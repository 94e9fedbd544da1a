"""Which dates a person may see, and which are still to come."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from casework.participants.querysets import scope

if TYPE_CHECKING:
    from casework.participants.models import Participant
    from casework.staff.models import User


class HearingQuerySet(models.QuerySet["Hearing"]):  # type: ignore[name-defined]
    def visible_to(self, user: "User") -> "HearingQuerySet":
        return self.filter(scope(user, "case__participant"))

    def of(self, participant: "Participant") -> "HearingQuerySet":
        return self.filter(case__participant=participant)

    def to_come(self, now: datetime) -> "HearingQuerySet":
        return self.filter(starts_at__gte=now, cancelled_at__isnull=True).order_by("starts_at")

    def without_attendance(self, now: datetime) -> "HearingQuerySet":
        """Over, and nobody has said yet whether the person was there."""
        return self.filter(starts_at__lt=now, cancelled_at__isnull=True, attendance="")

    def with_dispute(self, now: datetime) -> "HearingQuerySet":
        """Adds `disputed`: another source gives another date, and nobody has settled it."""
        from casework.hearings.models import HearingConflict  # noqa: PLC0415 - models use this

        going_on = HearingConflict.objects.open(now).filter(
            Q(first=OuterRef("pk")) | Q(second=OuterRef("pk"))
        )
        annotated: HearingQuerySet = self.annotate(disputed=Exists(going_on))
        return annotated


class ConflictQuerySet(models.QuerySet["HearingConflict"]):  # type: ignore[name-defined]
    def visible_to(self, user: "User") -> "ConflictQuerySet":
        return self.filter(scope(user, "first__case__participant"))

    def of(self, participant: "Participant") -> "ConflictQuerySet":
        return self.filter(first__case__participant=participant)

    def open(self, now: datetime) -> "ConflictQuerySet":
        """Not settled, and both dates still stand before us and differ."""
        return self.filter(
            ~Q(first__starts_at=F("second__starts_at")),
            decision="",
            first__cancelled_at__isnull=True,
            second__cancelled_at__isnull=True,
            first__starts_at__gte=now,
            second__starts_at__gte=now,
        )


class AppointmentQuerySet(models.QuerySet["Appointment"]):  # type: ignore[name-defined]
    def visible_to(self, user: "User") -> "AppointmentQuerySet":
        return self.filter(scope(user, "participant"))

    def of(self, participant: "Participant") -> "AppointmentQuerySet":
        return self.filter(participant=participant)

    def to_come(self, now: datetime) -> "AppointmentQuerySet":
        return self.filter(starts_at__gte=now, status="planned").order_by("starts_at")
