"""How far a new weight set is, for staff pages: noted by the worker, which alone knows its set.

A photo is to be renewed that has a template of another set. While there is none there is no note,
and a page asks no database.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import structlog
from django.core.cache import cache
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from redis.exceptions import RedisError

from casework.participants.models import Assignment
from casework.staff.models import User
from checkins.models import ReferencePhoto, Template
from checkins.querysets import ReferencePhotoQuerySet
from checkins.rules import MOST_TRIES

if TYPE_CHECKING:  # the web process must not load the face library
    from checkins.verification.engine import Engine

log = structlog.get_logger(__name__)

_KEY = "renewal-of-templates"
_OFFICERS_KEY = "renewal-of-templates-by-officer"
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
        photos = ReferencePhoto.objects.usable().with_consent()
        found = _count(photos, *weights)
        if found.is_done:
            cache.set(_DONE_KEY, weights, _KEPT_FOR)
            cache.delete(_KEY)
        else:
            cache.set(_OFFICERS_KEY, _by_officer(photos, *weights), _KEPT_FOR)
            cache.set(_KEY, asdict(found), _KEPT_FOR)
    except (RedisError, OSError) as error:
        log.warning("renewal not noted", error=type(error).__name__)


def noted() -> Renewal | None:
    """Of everybody's photos, as of the worker's last look; asks no database."""
    kept = _kept(_KEY)
    return Renewal(**kept) if kept else None


def _kept(key: str) -> Any:
    try:
        return cache.get(key)
    except (RedisError, OSError) as error:
        log.warning("renewal not read", error=type(error).__name__)
        return None


def shown_to(user: User, *, ask: bool = True) -> Renewal | None:
    """Of the photos of whom `user` looks after; None when that is done.

    Administrators see everybody's while it goes on; what was given up then is the offices' work.
    An officer's own caseload was noted too. For a supervisor the database is asked, once, or with
    `ask` off nothing is said.
    """
    everybody = noted()
    if everybody is None:
        return None
    if user.is_administrator:
        return everybody if everybody.pending else None
    weights = everybody.weights_name, everybody.weights_version
    if user.is_supervisor:
        if not ask:
            return None
        found = _count(ReferencePhoto.objects.visible_to(user).usable().with_consent(), *weights)
    else:
        mine = (_kept(_OFFICERS_KEY) or {}).get(user.pk, {})
        found = _summed(*weights, mine)
    return None if found.is_done else found


def _count(photos: ReferencePhotoQuerySet, weights_name: str, weights_version: str) -> Renewal:
    counted: Counter[tuple[str, str]] = Counter()
    for one in _groups(photos, weights_name, weights_version):
        counted[_outcome(one)] += one["number"]
    return _summed(weights_name, weights_version, counted)


def _by_officer(
    photos: ReferencePhotoQuerySet, weights_name: str, weights_version: str
) -> dict[int, Counter[tuple[str, str]]]:
    """For each officer (primary key) how the photos of the own caseload came out."""
    officer = Assignment.objects.filter(
        participant=OuterRef("participant"), until_at__isnull=True
    ).values("officer")
    found: dict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
    theirs = photos.annotate(officer=Subquery(officer[:1])).filter(officer__isnull=False)
    for one in _groups(theirs, weights_name, weights_version, "officer"):
        found[one["officer"]][_outcome(one)] += one["number"]
    return dict(found)


def _groups(
    photos: ReferencePhotoQuerySet, weights_name: str, weights_version: str, *by: str
) -> QuerySet[ReferencePhoto, dict[str, Any]]:
    theirs = Template.objects.filter(reference_photo=OuterRef("pk"))
    new = Q(weights_name=weights_name, weights_version=weights_version)
    tried = ExpressionWrapper(Q(tries__gte=MOST_TRIES), output_field=BooleanField())
    grouped: QuerySet[ReferencePhoto, dict[str, Any]] = (
        photos.order_by()
        .filter(Exists(theirs.exclude(new)))
        .annotate(ready=Exists(theirs.filter(new)), tried=tried)
        .values(*by, "ready", "tried", "reasons")
        .annotate(number=Count("pk"))
    )
    return grouped


def _outcome(group: Mapping[str, Any]) -> tuple[str, str]:
    """`ready`, `pending` or `given_up`; why, for the last."""
    if group["ready"]:
        return "ready", ""
    return ("given_up", next(iter(group["reasons"]), "")) if group["tried"] else ("pending", "")


def _summed(
    weights_name: str, weights_version: str, counted: Mapping[tuple[str, str], int]
) -> Renewal:
    why = Counter({why: number for (what, why), number in counted.items() if what == "given_up"})
    return Renewal(
        weights_name,
        weights_version,
        sum(counted.values()),
        counted.get(("ready", ""), 0),
        why.total(),
        dict(why.most_common()),
    )
