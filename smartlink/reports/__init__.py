"""Compliance reports: what is counted, how it is counted, and how it is written down."""
