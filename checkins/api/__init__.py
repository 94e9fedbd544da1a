"""Check-ins over the API: requested by staff, answered by participants, reviewed by staff."""
