"""An act for many people at once: kept for a while, so that whoever did it can take it back."""

from datetime import datetime, timedelta
from typing import Final

from django.db import models
from django.db.models import F, Q

from casework.common.models import PublicIdModel, one_of
from casework.staff.models import User

UNDO_FOR: Final = timedelta(minutes=10)


class Several(models.TextChoices):
    REQUEST = "request", "request"
    PAUSE = "pause", "pause"
    RESUME = "resume", "resume"


class ActForSeveralQuerySet(models.QuerySet["ActForSeveral"]):
    def visible_to(self, user: User) -> "ActForSeveralQuerySet":
        """Whose act it is, and nobody else."""
        return self.filter(made_by=user)

    def to_take_back(self, now: datetime) -> "ActForSeveralQuerySet":
        """Those that did something and may still be taken back."""
        lately = self.filter(taken_back_at__isnull=True, made_at__gt=now - UNDO_FOR)
        return lately.exclude(done=[])


class ActForSeveral(PublicIdModel):
    """`done`: what `checkins.together.Act.undo` knows each part by. It holds no name.

    `left_out`: pairs of a participant's public id and why.
    """

    kind = models.CharField(max_length=8, choices=Several.choices)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(db_index=True)
    done = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    taken_back_at = models.DateTimeField(null=True)

    objects = ActForSeveralQuerySet.as_manager()

    class Meta:
        verbose_name = "act for several people"
        verbose_name_plural = "acts for several people"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["made_by", "-id"], name="act_for_several_by_maker")]
        constraints = [
            one_of("kind", Several, "act_for_several_kind_known"),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True) | Q(taken_back_at__gte=F("made_at")),
                name="act_for_several_taken_back_after",
            ),
        ]

    def __str__(self) -> str:
        return f"act for several people {self.public_id}"

    @property
    def until(self) -> datetime:
        """Until when it may be taken back."""
        return self.made_at + UNDO_FOR

    @property
    def number(self) -> int:
        return len(self.done)
