"""Figures about the whole: what `manage.py evaluate_faces` and `manage.py bench` print."""
