"""What labelled photos of many people say when some are enrolled and all are tried. Pure.

Each photo of a person is tried once against a reference made of others of the same person, and the
photos of everybody else are tried against one reference of each. Chance is a seed, so that a figure
can be had again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from checkins.verification.decision import Embedding, combine
from checkins.verification.evaluation import Rate

People = Mapping[str, Mapping[str, Embedding]]
"""Person → name of the photo → its embedding. Every photo is usable."""


@dataclass(frozen=True, eq=False)
class Trials:
    """Cosine distances, ascending, with `references` photos enrolled: to the same person's other
    photos, and to other people's. `people` were enrolled and tried with a photo of their own."""

    references: int
    people: int
    same: NDArray[np.float64]
    other: NDArray[np.float64]

    def false_matches(self, limit: float) -> Rate:
        """Of different people, at or below the limit."""
        return Rate(int(np.searchsorted(self.other, limit, "right")), len(self.other))

    def false_non_matches(self, limit: float) -> Rate:
        """Of one person, above the limit."""
        within = int(np.searchsorted(self.same, limit, "right"))
        return Rate(len(self.same) - within, len(self.same))


def try_all(people: People, references: int, seed: str) -> Trials:
    """Whoever has more than `references` photos is tried; others are tried on who has as many.

    Of two people only one is the reference: the same two photos never count twice.
    """
    # Who has too few photos to be a reference comes last, so that all are tried on those who have.
    names = sorted(people, key=lambda name: (len(people[name]) < references, name))
    same: list[float] = []
    other: list[NDArray[np.float64]] = []
    tried = 0
    for place, name in enumerate(names):
        photos = _shuffled(people[name], seed)
        if len(photos) > references:
            tried += 1
            same += [_apart_from_rest(photos, n, references) for n in range(len(photos))]
        later = [one for after in names[place + 1 :] for one in people[after].values()]
        if len(photos) >= references and later:
            other.append(_apart(combine(photos[:references]), later))
    return Trials(
        references,
        tried,
        np.sort(np.asarray(same, np.float64)),
        np.sort(np.concatenate(other)) if other else np.empty(0),
    )


def split(people: People, seed: str) -> tuple[People, People]:
    """Two halves without anybody in common, each with as many people who have many photos."""
    order = sorted(people, key=lambda name: (-len(people[name]), _chance(seed, name)))
    return {name: people[name] for name in order[::2]}, {name: people[name] for name in order[1::2]}


def _shuffled(photos: Mapping[str, Embedding], seed: str) -> list[Embedding]:
    return [photos[name] for name in sorted(photos, key=lambda name: _chance(seed, name))]


def _apart_from_rest(photos: Sequence[Embedding], tried: int, references: int) -> float:
    rest = [one for place, one in enumerate(photos) if place != tried]
    return float(_apart(combine(rest[:references]), [photos[tried]])[0])


def _apart(reference: Embedding, photos: Sequence[Embedding]) -> NDArray[np.float64]:
    """As `decision.distance`, for many photos at once."""
    rows = np.asarray(photos, np.float32)
    units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.clip(1.0 - units @ reference, 0.0, 2.0), np.float64)


def _chance(seed: str, name: str) -> bytes:
    return sha256(f"{seed}\n{name}".encode()).digest()
