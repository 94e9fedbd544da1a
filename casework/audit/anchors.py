"""Heads of the chain kept where SQL does not reach: names of empty files beside the photos.

A name is all there is to a file: `audit-heads/DAY-POSITION-DIGEST`. One a day stays for good; the
newest is replaced as the chain grows. They show what hashes alone cannot: that lines are missing
at the end, or that everything was computed anew.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

FOLDER = "audit-heads"


@dataclass(frozen=True, order=True)
class Anchor:
    """`day` is YYYYMMDD, UTC."""

    position: int
    digest: str
    day: str

    @property
    def name(self) -> str:
        return f"{FOLDER}/{self.day}-{self.position}-{self.digest}"


def all_anchors() -> list[Anchor]:
    """Those in the storage, by position."""
    try:
        _folders, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return []
    parts = (name.split("-") for name in names)
    return sorted(Anchor(int(at), digest, day) for day, at, digest in parts)


def drop_anchor(position: int, digest: str, now: datetime) -> None:
    """Keep this head; first the new one, then away with the older ones of the same day."""
    new = Anchor(position, digest, f"{now:%Y%m%d}")
    there = all_anchors()
    if new in there:
        return
    default_storage.save(new.name, ContentFile(b""))
    for old in there:
        if old.day == new.day and old.position < new.position:
            default_storage.delete(old.name)
