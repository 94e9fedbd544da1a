"""Error rates of groups: intervals, what is hidden, and which group stands apart. Pure.

Wilson (1927) intervals; two proportions with a pooled z; Holm (1979) over all comparisons made.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import erfc, sqrt

# Fewer than so many decisions say nothing of a group, and too much of its people.
SMALLEST = 10
Z_95 = 1.959963984540054
ALPHA = 0.05


@dataclass(frozen=True)
class Cell:
    """One group: of `number` results that people looked at, `overturned` were overturned."""

    measure: str
    dimension: str
    group: str
    number: int
    overturned: int

    @property
    def share(self) -> float:
        return self.overturned / self.number if self.number else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.overturned, self.number)


@dataclass(frozen=True)
class Apart:
    """A group whose interval does not meet that of everybody else."""

    cell: Cell
    rest: Cell
    p: float


def wilson(hits: int, number: int) -> tuple[float, float]:
    """The 95 % interval of a share; everything is possible where nothing was seen.

    >>> [round(end, 3) for end in wilson(8, 20)]
    [0.219, 0.613]
    """
    if number == 0:
        return 0.0, 1.0
    share, z2 = hits / number, Z_95**2
    middle = (share + z2 / (2 * number)) / (1 + z2 / number)
    half = Z_95 * sqrt(share * (1 - share) / number + z2 / (4 * number**2)) / (1 + z2 / number)
    return max(0.0, middle - half), min(1.0, middle + half)


def two_proportions(one: Cell, other: Cell) -> float:
    """The two-sided probability of so large a difference, were there none."""
    both = one.number + other.number
    pooled = (one.overturned + other.overturned) / both
    spread = sqrt(pooled * (1 - pooled) * (1 / one.number + 1 / other.number))
    return 1.0 if spread == 0 else erfc(abs(one.share - other.share) / spread / sqrt(2))


def shown(cells: Sequence[Cell]) -> list[Cell]:
    """The groups of one dimension that may be shown, of which the total is known.

    Small ones are hidden; where only one would be, or all hidden together are still few, the
    next smallest goes too, or the total less the others would give them away.
    """
    order = sorted((one for one in cells if one.number), key=lambda one: (one.number, one.group))
    hidden = [one for one in order if one.number < SMALLEST]
    rest = order[len(hidden) :]
    while hidden and rest and (len(hidden) < 2 or sum(o.number for o in hidden) < SMALLEST):
        hidden.append(rest.pop(0))
    return sorted(rest, key=lambda one: (-one.number, one.group))


def apart(cells: Iterable[Cell], totals: dict[str, Cell]) -> list[Apart]:
    """Of the shown groups those that differ from everybody else; the surest first.

    `totals` by measure. Two things are asked: intervals that do not meet, and a difference that
    holds although many were compared.
    """
    compared = []
    for one in cells:
        total = totals[one.measure]
        rest = Cell(one.measure, one.dimension, "rest", total.number - one.number,
                    total.overturned - one.overturned)  # fmt: skip
        if rest.number >= SMALLEST:
            compared.append(Apart(one, rest, two_proportions(one, rest)))
    compared.sort(key=lambda each: each.p)
    found = []
    for place, each in enumerate(compared):
        if each.p > ALPHA / (len(compared) - place):
            break
        low, high = each.cell.interval
        if low > each.rest.interval[1] or high < each.rest.interval[0]:
            found.append(each)
    return found
