"""The kill drill: check-ins from plan to closing while everything is killed at random."""
