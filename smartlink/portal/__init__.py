"""The participant's mobile page."""
