"""The ledger of our own faults, and the signs of life that it is kept by."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.common.actors import ActorKind
from casework.common.models import PublicIdModel
from casework.faults.rules import SPARE_CHANNELS, Kind, Span

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

KINDS = [
    (Kind.WEB.value, _("Web pages")),
    (Kind.DISPATCHER.value, _("Issuing check-ins")),
    (Kind.NOTICES.value, _("Sending notices")),
    (Kind.PROVIDER.value, _("Message provider")),
    (Kind.VERIFICATION.value, _("Checking photos")),
    (Kind.DATABASE.value, _("Database")),
    (Kind.OUTAGE.value, _("Everything")),
    (Kind.OTHER.value, _("Something else")),
]
_ACTORS = [(kind.value, kind.value) for kind in ActorKind]


class FaultQuerySet(models.QuerySet["Fault"]):
    def visible_to(self, user: "AbstractBaseUser") -> "FaultQuerySet":
        """A fault is of the whole system: whoever may open the ledger sees all of it."""
        return self if user.has_perm("faults.view_fault") else self.none()  # type: ignore[attr-defined]

    def open(self) -> "FaultQuerySet":
        return self.filter(closed_at__isnull=True)

    def stopping_the_clock(self) -> "FaultQuerySet":
        """As `rules.stops_the_clock`: those that extend windows and hold back issuing."""
        return self.exclude(kind=Kind.PROVIDER.value, channel__in=sorted(SPARE_CHANNELS))

    def on(self, now: datetime) -> "FaultQuerySet":
        return self.filter(Q(closed_at__isnull=True) | Q(closed_at__gt=now), opened_at__lte=now)

    def overlapping(self, from_: datetime, until: datetime) -> "FaultQuerySet":
        return self.filter(Q(closed_at__isnull=True) | Q(closed_at__gt=from_), opened_at__lt=until)


class Fault(PublicIdModel):
    """Something of ours did not work from `opened_at` until `closed_at`."""

    kind = models.CharField(max_length=12, choices=KINDS)
    channel = models.CharField(max_length=12, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    reason = models.TextField()
    opened_by_kind = models.CharField(max_length=12, choices=_ACTORS)
    opened_by_id = models.UUIDField(null=True)
    opened_by_name = models.CharField(max_length=160, blank=True)
    closed_by_kind = models.CharField(max_length=12, choices=_ACTORS, blank=True)
    closed_by_id = models.UUIDField(null=True)
    closed_by_name = models.CharField(max_length=160, blank=True)
    closing_reason = models.TextField(blank=True)

    objects = FaultQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        indexes = [
            models.Index(fields=["-opened_at"], name="fault_by_opening"),
            models.Index(fields=["closed_at"], name="fault_by_closing"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Kind]), name="fault_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="fault_closes_after_it_opens",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="fault_has_reason"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by_kind="")
                | (Q(closed_at__isnull=False) & ~Q(closed_by_kind="")),
                name="fault_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(channel="") | Q(kind=Kind.PROVIDER.value),
                name="fault_only_a_provider_has_a_channel",
            ),
            models.UniqueConstraint(
                fields=["kind", "channel"],
                condition=Q(closed_at__isnull=True, opened_by_kind=ActorKind.SYSTEM.value),
                name="fault_one_open_automatic_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} since {self.opened_at:%Y-%m-%d %H:%M}"

    @property
    def is_automatic(self) -> bool:
        return self.opened_by_kind == ActorKind.SYSTEM.value

    def span(self, now: datetime) -> Span:
        """From its beginning until its end, or until now while it is on."""
        return self.opened_at, self.closed_at or max(now, self.opened_at)


class Heartbeat(models.Model):
    """The last sign of life of a part: updated in place, every ten seconds at most."""

    part = models.CharField(max_length=24, unique=True)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.part} at {self.last_at:%Y-%m-%d %H:%M:%S}"


class Streak(models.Model):
    """Failures of a channel's provider since its last success."""

    channel = models.CharField(max_length=12, unique=True)
    failures = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_at__gte=F("since")), name="streak_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return f"{self.failures} failures of {self.channel}"
