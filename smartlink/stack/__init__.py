"""Embedded PostgreSQL and Valkey, and the supervisor behind `make run` (standard library only)."""
