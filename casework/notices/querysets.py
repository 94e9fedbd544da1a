"""Which notices a person may see, and which have something to be done."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef

from casework.notices.rules import TO_SEND, Outcome
from casework.participants.querysets import scope

if TYPE_CHECKING:
    from casework.participants.models import Participant
    from casework.staff.models import User

GOT_THROUGH = sorted([Outcome.DELIVERED.value, Outcome.SENT.value])
NOT_REACHED = sorted([Outcome.FAILED.value, Outcome.UNREACHABLE.value])


class NoticeQuerySet(models.QuerySet["Notice"]):  # type: ignore[name-defined]
    def visible_to(self, user: "User") -> "NoticeQuerySet":
        return self.filter(scope(user, "participant"))

    def of(self, participant: "Participant") -> "NoticeQuerySet":
        return self.filter(participant=participant)

    def under_way(self) -> "NoticeQuerySet":
        return self.filter(outcome=Outcome.UNDER_WAY.value)

    def due(self, now: datetime) -> "NoticeQuerySet":
        """Under way, and its turn has come."""
        return self.under_way().filter(next_at__lte=now)

    def not_reached(self) -> "NoticeQuerySet":
        """Settled without any channel having taken it: somebody should look."""
        return self.filter(outcome__in=NOT_REACHED)

    def nothing_got_through_since(self) -> "NoticeQuerySet":
        """Leave out people whom a later notice has reached: nothing is left to be done there."""
        later = self.model.objects.filter(
            participant=OuterRef("participant"), pk__gt=OuterRef("pk"), outcome__in=GOT_THROUGH
        )
        return self.filter(~Exists(later))


class DeliveryQuerySet(models.QuerySet["Delivery"]):  # type: ignore[name-defined]
    def visible_to(self, user: "User") -> "DeliveryQuerySet":
        return self.filter(scope(user, "notice__participant"))

    def to_send(self) -> "DeliveryQuerySet":
        return self.filter(state__in=sorted(TO_SEND))

    def due(self, now: datetime) -> "DeliveryQuerySet":
        """To be sent now: waiting, or leased by a sender that did not come back."""
        return self.to_send().filter(next_at__lte=now)


class PushSubscriptionQuerySet(models.QuerySet["PushSubscription"]):  # type: ignore[name-defined]
    def of(self, participant: "Participant") -> "PushSubscriptionQuerySet":
        return self.filter(participant=participant)
