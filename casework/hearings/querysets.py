"""Which hearings a person may see, and which are still to come."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

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
