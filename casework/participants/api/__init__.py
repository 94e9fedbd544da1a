"""Participants over the API: their files for staff, their own sign-in for themselves."""
