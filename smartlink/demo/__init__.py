"""A made-up program to look at: two offices, their staff and forty invented participants."""
