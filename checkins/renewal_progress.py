"""How far a new weight set is, for staff pages: noted by the worker, which alone knows its set.

A photo is to be renewed that has a template of another set. While there is none there is no note,
and a page asks no database.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import structlog
from django.core.cache import cache
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q
from redis.exceptions import RedisError

from casework.staff.models import User
from checkins.models import ReferencePhoto, Template
from checkins.querysets import ReferencePhotoQuerySet
from checkins.rules import MOST_TRIES

if TYPE_CHECKING:  # the web process must not load the face library
    from checkins.verification.engine import Engine

log = structlog.get_logger(__name__)

_KEY = "renewal-of-templates"
_DONE_KEY = "renewal-of-templates-done"
_KEPT_FOR = 3600
"""Seconds; the worker notes it anew every half minute while there is something to do, and looks
again after that long when all was done."""


@dataclass(frozen=True)
class Renewal:
    """Usable photos of older sets, those of them under the new set, those that were given up.

    `why`: for each reason how many were given up for it.
    """

    weights_name: str
    weights_version: str
    photos: int
    ready: int
    given_up: int
    why: Mapping[str, int] = field(default_factory=dict)

    @property
    def pending(self) -> int:
        return self.photos - self.ready - self.given_up

    @property
    def is_done(self) -> bool:
        return self.ready == self.photos


def note(engine: "Engine") -> None:
    """Count, and leave it where pages find it; nothing is left once every photo is ready."""
    weights = [engine.weights_name, engine.weights_version]
    try:
        if cache.get(_DONE_KEY) == weights:
            return
        found = _count(ReferencePhoto.objects.usable(), *weights)
        if found.is_done:
            cache.set(_DONE_KEY, weights, _KEPT_FOR)
            cache.delete(_KEY)
        else:
            cache.set(_KEY, asdict(found), _KEPT_FOR)
    except (RedisError, OSError) as error:
        log.warning("renewal not noted", error=type(error).__name__)


def noted() -> Renewal | None:
    """Of everybody's photos, as of the worker's last look; asks no database."""
    try:
        kept: dict[str, Any] | None = cache.get(_KEY)
    except (RedisError, OSError) as error:
        log.warning("renewal not read", error=type(error).__name__)
        return None
    return Renewal(**kept) if kept else None


def shown_to(user: User) -> Renewal | None:
    """Of the photos of whom `user` looks after, one question; None when that is done.

    Administrators see everybody's while it goes on; what was given up then is the offices' work.
    """
    everybody = noted()
    if everybody is None:
        return None
    if user.is_administrator:
        return everybody if everybody.pending else None
    mine = ReferencePhoto.objects.visible_to(user).usable()
    found = _count(mine, everybody.weights_name, everybody.weights_version)
    return None if found.is_done else found


def _count(photos: ReferencePhotoQuerySet, weights_name: str, weights_version: str) -> Renewal:
    theirs = Template.objects.filter(reference_photo=OuterRef("pk"))
    new = Q(weights_name=weights_name, weights_version=weights_version)
    tried = ExpressionWrapper(Q(tries__gte=MOST_TRIES), output_field=BooleanField())
    groups = (
        photos.order_by()
        .filter(Exists(theirs.exclude(new)))
        .annotate(ready=Exists(theirs.filter(new)), tried=tried)
        .values("ready", "tried", "reasons")
        .annotate(number=Count("pk"))
    )
    counted: Counter[str] = Counter()
    why: Counter[str] = Counter()
    for one in groups:
        outcome = "ready" if one["ready"] else "given_up" if one["tried"] else "pending"
        counted[outcome] += one["number"]
        if outcome == "given_up":
            why[next(iter(one["reasons"]), "")] += one["number"]
    return Renewal(
        weights_name,
        weights_version,
        counted.total(),
        counted["ready"],
        counted["given_up"],
        dict(why.most_common()),
    )
