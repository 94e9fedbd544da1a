"""Check-ins by telephone: what is said and asked, what a call changes, and who carries it."""
