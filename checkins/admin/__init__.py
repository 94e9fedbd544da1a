"""Check-ins in the staff site."""
