"""The stand-in has no parts to watch: gunicorn finds an empty configuration."""
