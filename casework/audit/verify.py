"""Looking whether the audit trail is what SmartLink wrote."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Count

from casework.audit import rules
from casework.audit.anchors import Anchor, all_anchors
from casework.audit.chain import beginning
from casework.audit.models import Checkpoint, Entry

MOST_PROBLEMS = 1000


@dataclass(frozen=True)
class Problem:
    """`kind`: changed, removed, inserted, broken, head. `entry` is the row's id, if any."""

    kind: str
    position: int | None
    entry: int | None
    says: str


@dataclass
class Verdict:
    """What a look at the whole trail found. `head` is the last sealed position and digest."""

    sealed: int = 0
    waiting: int = 0
    head: tuple[int, str] = (0, rules.GENESIS)
    anchors: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.problems

    def as_facts(self) -> dict[str, Any]:
        return {
            "holds": self.holds,
            "sealed": self.sealed,
            "waiting": self.waiting,
            "head": {"position": self.head[0], "digest": self.head[1]},
            "anchors": self.anchors,
            "problems": [vars(problem) for problem in self.problems],
        }


def verify(noted: tuple[int, str] | None = None) -> Verdict:
    """Read every line. `noted` is a head (position, digest) that somebody wrote down earlier."""
    verdict = Verdict()
    anchors = {anchor.position: anchor for anchor in all_anchors()}
    verdict.anchors = len(anchors)
    if noted is not None:
        anchors[noted[0]] = Anchor(noted[0], noted[1], "noted")
    verdict.problems += [*_checkpoint_problems(), *_copies()]
    start = beginning()
    for problem in _sealed_problems(verdict, start, anchors):
        verdict.problems.append(problem)
        if len(verdict.problems) >= MOST_PROBLEMS:
            return verdict
    verdict.problems += _beyond(verdict.head[0], anchors)
    for entry in Entry.objects.filter(position__isnull=True).order_by("id").iterator():
        verdict.waiting += 1
        if not rules.is_marked(entry.line, entry.mark, settings.AUDIT_KEYS):
            verdict.problems.append(_unmarked(entry))
    return verdict


def _checkpoint_problems() -> list[Problem]:
    newest = Checkpoint.objects.first()
    if newest is None:
        return []
    marks = [
        rules.checkpoint_mark(newest.position, newest.digest, key) for key in settings.AUDIT_KEYS
    ]
    if newest.mark in marks:
        return []
    says = "The place where the chain begins was not written by SmartLink."
    return [Problem("inserted", newest.position, None, says)]


def _copies() -> Iterator[Problem]:
    """A line stored twice, mark and all: whoever copies a genuine line adds an act."""
    again = Entry.objects.exclude(mark="").values("mark").annotate(rows=Count("id"))
    for copied in again.filter(rows__gt=1).order_by()[:MOST_PROBLEMS]:
        row = Entry.objects.filter(mark=copied["mark"]).latest("id")
        yield Problem("inserted", row.position, row.pk, "The line is a copy of another one.")


def _sealed_problems(
    verdict: Verdict, start: tuple[int, str], anchors: dict[int, Anchor]
) -> Iterator[Problem]:
    at, before = start
    verdict.head = start
    for entry in Entry.objects.filter(position__isnull=False).order_by("position").iterator(2000):
        position = entry.position or 0
        if position != at + 1:
            yield Problem("removed", at + 1, None, f"Lines {at + 1} to {position - 1} are gone.")
            if not rules.is_marked(entry.line, entry.mark, settings.AUDIT_KEYS):
                yield _unmarked(entry)
        else:
            yield from _line_problems(entry, before)
        anchor = anchors.get(position)
        if anchor is not None and anchor.digest != entry.digest:
            says = "The chain was computed anew: a head kept outside the database says otherwise."
            yield Problem("head", position, entry.pk, says)
        at, before = position, entry.digest
        verdict.sealed += 1
        verdict.head = (at, before)


def _line_problems(entry: Entry, before: str) -> Iterator[Problem]:
    """Of one line whose neighbour is there."""
    position = entry.position or 0
    fits = rules.digest(before, position, entry.mark, entry.line) == entry.digest
    marked = rules.is_marked(entry.line, entry.mark, settings.AUDIT_KEYS)
    if not fits and not marked:
        says = "The line says something else than when it was sealed."
        yield Problem("changed", position, entry.pk, says)
    elif not fits:
        yield Problem("broken", position, entry.pk, "The line does not follow the one before it.")
    elif not marked:
        yield _unmarked(entry)


def _unmarked(entry: Entry) -> Problem:
    says = "SmartLink did not write this line, or it was changed before it was sealed."
    return Problem("inserted", entry.position, entry.pk, says)


def _beyond(head: int, anchors: dict[int, Anchor]) -> list[Problem]:
    """Heads that were kept outside and lie past the end of the chain."""
    return [
        Problem("removed", position, None, f"Lines {head + 1} to {position} are gone.")
        for position in sorted(anchors)
        if position > head
    ][-1:]
