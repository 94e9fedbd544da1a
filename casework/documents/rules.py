"""What kinds of documents there are, how many and how large, and how one stands. Pure."""

from datetime import timedelta
from enum import StrEnum
from typing import Final


class DocumentKind(StrEnum):
    HEARING = "hearing"
    ADDRESS = "address"
    MEDICAL = "medical"
    WORK = "work"
    OTHER = "other"


class Standing(StrEnum):
    SENT = "sent"
    LOOKED_AT = "looked_at"
    SEEN = "seen"
    TAKEN_BACK = "taken_back"
    REMOVED = "removed"


MOST_PAGES: Final = 10
MOST_FILE_BYTES: Final = 10_000_000
"""Of one file as it comes. Phones of today make photos of 3 to 8 MB."""
MOST_BYTES: Final = 24_000_000
"""Of all files of one document: as much as the API's body may hold."""

MOST_A_DAY: Final = 20
"""Of a participant's, with those that come with messages."""
DAY: Final = timedelta(days=1)
MOST_WITH_A_MESSAGE: Final = 3

LONGEST_NOTE: Final = 500
LONGEST_REASON: Final = 500
