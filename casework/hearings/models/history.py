"""What was changed about a hearing, and whether its participant has seen it."""

from django.db import models
from django.db.models import Q

from casework.common.actors import ActorKind
from casework.common.models import PublicIdModel, one_of
from casework.hearings.models.hearing import Hearing, HearingSource


class ChangeKind(models.TextChoices):
    ENTERED = "entered", "Entered"
    MOVED = "moved", "Moved to another time"
    CHANGED = "changed", "Changed"
    CANCELLED = "cancelled", "Cancelled"
    RESTORED = "restored", "On again"


class HearingChange(models.Model):
    """One change: old and new values of the fields that differ. The database only ever adds rows.

    Values are as JSON has them; times in UTC, courts by name.
    """

    hearing = models.ForeignKey(Hearing, on_delete=models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=ChangeKind.choices)
    source = models.CharField(max_length=16, choices=HearingSource.choices)
    actor_kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in ActorKind])
    actor_id = models.UUIDField(null=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("kind", ChangeKind, "hearing_change_kind_known"),
            one_of("source", HearingSource, "hearing_change_source_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ChangeNotice(PublicIdModel):
    """What a participant is asked to acknowledge. A later change of the hearing replaces it."""

    hearing = models.ForeignKey(Hearing, on_delete=models.PROTECT, related_name="change_notices")
    change = models.OneToOneField(HearingChange, on_delete=models.PROTECT, related_name="notice")
    asked_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["hearing"],
                condition=Q(replaced_at__isnull=True),
                name="change_notice_one_current",
            ),
        ]

    def __str__(self) -> str:
        return f"change notice {self.pk}"
