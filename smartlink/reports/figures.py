"""Counts that add up, the rates made of them, and which groups are too small to show. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

SMALLEST_SHOWN = 10

OUTCOMES = (
    "on_time", "late", "missed", "not_accepted", "excused", "lapsed", "cancelled", "in_review",
    "open",
)  # fmt: skip


@dataclass(frozen=True)
class Counts:
    """Of the requests of one group. The names are explained in `definitions`."""

    requests: int = 0
    on_time: int = 0
    late: int = 0
    missed: int = 0
    not_accepted: int = 0
    excused: int = 0
    lapsed: int = 0
    cancelled: int = 0
    in_review: int = 0
    open: int = 0
    answered: int = 0
    automatic: int = 0
    settled: int = 0
    reviewed: int = 0
    contested: int = 0
    overturned: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, n) + getattr(other, n) for n in COUNTED))


COUNTED = tuple(field.name for field in fields(Counts))


@dataclass(frozen=True)
class Figures:
    """Counts and medians (whole minutes; None where there is nothing) of one group."""

    counts: Counts = Counts()
    median_response: int | None = None
    median_review: int | None = None

    @property
    def counted(self) -> int:
        c = self.counts
        return c.on_time + c.late + c.missed + c.not_accepted

    @property
    def compliance_rate(self) -> float | None:
        return share(self.counts.on_time, self.counted)

    @property
    def answered_rate(self) -> float | None:
        return share(self.counts.on_time + self.counts.late, self.counted)

    @property
    def automatic_rate(self) -> float | None:
        return share(self.counts.automatic, self.counts.settled)

    @property
    def overturned_rate(self) -> float | None:
        return share(self.counts.overturned, self.counts.contested)


def share(part: int, whole: int) -> float | None:
    """None of nothing: neither 0 % nor 100 %."""
    return part / whole if whole else None


def too_small(sizes: Sequence[int], smallest: int = SMALLEST_SHOWN) -> set[int]:
    """Positions of the groups to hide, given their sizes.

    Those below `smallest` (empty ones hide nothing); when they are one alone, or together still
    fewer than `smallest`, the next larger one as well: the total would give them away.
    """
    order = sorted((size, place) for place, size in enumerate(sizes) if size > 0)
    hidden = [pair for pair in order if pair[0] < smallest]
    rest = order[len(hidden) :]
    while hidden and rest and (len(hidden) == 1 or sum(size for size, _ in hidden) < smallest):
        hidden.append(rest.pop(0))
    return {place for _size, place in hidden}
