"""Two sources that give different dates for the same proceeding."""

from django.db import models
from django.db.models import F, Q

from casework.common.models import PublicIdModel
from casework.hearings.models.hearing import Hearing
from casework.hearings.querysets import ConflictQuerySet
from casework.staff.models import User


class Decision(models.TextChoices):
    FIRST = "first", "The date that we had is right"
    SECOND = "second", "The other date is right"
    BOTH = "both", "Both are right"


class HearingConflict(PublicIdModel):
    """`first` was known before `second`. Until an officer settles it, the participant sees both."""

    first = models.ForeignKey(Hearing, on_delete=models.PROTECT, related_name="conflicts_as_first")
    second = models.ForeignKey(
        Hearing, on_delete=models.PROTECT, related_name="conflicts_as_second"
    )
    noticed_at = models.DateTimeField()
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True, default="")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ConflictQuerySet.as_manager()

    class Meta:
        ordering = ["noticed_at"]
        indexes = [
            models.Index(
                fields=["noticed_at"], condition=Q(decision=""), name="hearing_conflict_open"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="hearing_conflict_once"),
            models.CheckConstraint(condition=~Q(first=F("second")), name="hearing_conflict_of_two"),
            models.CheckConstraint(
                condition=Q(decision="", settled_at__isnull=True, settled_by__isnull=True)
                | Q(
                    decision__in=Decision.values,
                    settled_at__isnull=False,
                    settled_by__isnull=False,
                ),
                name="hearing_conflict_settled_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"conflict {self.pk}"
