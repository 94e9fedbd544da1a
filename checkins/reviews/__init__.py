"""The work of reviewing: who looks at what, and in which order. It decides nothing."""
