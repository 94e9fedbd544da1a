"""The accounts of staff: invitation, second factor, sessions, sign-in history."""
