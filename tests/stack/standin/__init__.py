"""A small application in the place of the real one: quick to start, and told how to fail."""
