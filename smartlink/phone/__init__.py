"""What the telephone provider asks, and the demonstration's telephone."""
