"""What participants are told about their check-ins: when it is written, and in which words."""
