"""Secret addresses under which a calendar program reads dates."""

from django.db import models
from django.db.models import Q

from casework.common.models import PublicIdModel
from casework.participants.models import Participant
from casework.staff.models import User


class CalendarFeed(PublicIdModel):
    """One link of one person: a participant or a member of staff. Only its digest is kept."""

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, null=True, related_name="calendar_feeds"
    )
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="calendar_feeds"
    )
    key_digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(participant__isnull=False, user__isnull=True)
                | Q(participant__isnull=True, user__isnull=False),
                name="calendar_feed_of_one_person",
            ),
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(revoked_at__isnull=True),
                name="calendar_feed_one_of_a_participant",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(revoked_at__isnull=True),
                name="calendar_feed_one_of_a_user",
            ),
        ]

    def __str__(self) -> str:
        return f"calendar feed {self.pk}"
