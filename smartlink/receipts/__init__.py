"""`/verify/` and the published keys: how anybody checks a receipt."""
