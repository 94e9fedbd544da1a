"""EOIR's immigration courts, as a list that ships with the program, and finding one by name."""

import json
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from casework.hearings.models import Court

_FILE = Path(__file__).parent / "data" / "courts.json"
FIELDS = ("address", "city", "state", "timezone")


@dataclass(frozen=True)
class Loaded:
    """How many courts were added, brought up to date, left as they were, left to the operator."""

    added: int
    updated: int
    same: int
    own: int


@cache
def listed() -> dict[str, Any]:
    """The list: `source`, `as_of` and `courts`."""
    found: dict[str, Any] = json.loads(_FILE.read_text())
    return found


@transaction.atomic
def load_courts() -> Loaded:
    """Bring the listed courts into the database; running it again changes nothing.

    A court that somebody here has added or changed (it bears no date of our list) keeps what it
    says: only what it leaves empty is filled in.
    """
    as_of = date.fromisoformat(listed()["as_of"])
    here = {court.name: court for court in Court.objects.select_for_update()}
    counts = {"added": 0, "updated": 0, "same": 0, "own": 0}
    for row in listed()["courts"]:
        court = here.get(row["name"])
        counts[_bring_in(row, court, as_of)] += 1
    return Loaded(**counts)


def _bring_in(row: dict[str, str], court: Court | None, as_of: date) -> str:
    if court is None:
        Court.objects.create(listed_on=as_of, **row)
        return "added"
    ours = court.listed_on is not None
    new = {name: row[name] for name in FIELDS if str(getattr(court, name)) != row[name]}
    if not ours:
        new = {name: value for name, value in new.items() if not getattr(court, name)}
    if ours and court.listed_on != as_of:
        new["listed_on"] = as_of  # type: ignore[assignment]
    if not new:
        return "same" if ours else "own"
    Court.objects.filter(pk=court.pk).update(**new)
    return "updated"


def key_of(name: str) -> str:
    """What two ways of writing a court's name have in common."""
    words = re.sub(r"[^a-z0-9 ]+", " ", name.casefold())
    return " ".join(word for word in words.split() if word not in {"immigration", "court", "the"})


class CourtFinder:
    """All courts by their names, in whichever spelling; one query."""

    def __init__(self) -> None:
        self._by_key: dict[str, list[Court]] = {}
        for court in Court.objects.all():
            keys = {key_of(court.name), key_of(f"{court.city} {court.state}"), key_of(court.city)}
            for key in keys - {""}:
                self._by_key.setdefault(key, []).append(court)
            self._by_key[f"id {court.public_id}"] = [court]

    def find(self, written: str) -> list[Court]:
        """One for a name, a city with one court, or an id; several when it could be any of them."""
        key = key_of(written)
        found = self._by_key.get(key) or self._by_key.get(f"id {written.strip().lower()}", [])
        exact = [court for court in found if key_of(court.name) == key]
        return exact if len(exact) == 1 else found
