"""Numbers that the background work keeps to. Pure."""

from datetime import timedelta

# A verification takes well under a second: what still waits then has lost its nudge.
FIRST_NUDGE_AFTER = timedelta(seconds=20)
# Waits between nudges double up to this many times, so that a long queue is not flooded.
NUDGE_DOUBLINGS = 6
# A photo that its worker did not survive so often is for a person to look at.
MOST_TRIES = 3
