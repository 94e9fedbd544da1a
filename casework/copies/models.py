"""A copy of everything held about one person, made in the background, there for a week."""

from datetime import datetime
from uuid import uuid4

from django.db import models
from django.db.models import Q

from casework.common.models import PublicIdModel, one_of
from casework.participants.models import Participant
from casework.participants.querysets import scope
from casework.staff.models import User


def copy_path(_copy: models.Model, _filename: str) -> str:
    """A name that says nothing about the person."""
    return f"copies/{uuid4()}.zip"


class CopyState(models.TextChoices):
    WAITING = "waiting", "waiting"
    MAKING = "making", "being made"
    READY = "ready", "ready"
    FAILED = "failed", "failed"


class CopyQuerySet(models.QuerySet["Copy"]):
    def visible_to(self, user: User) -> "CopyQuerySet":
        """Those that staff asked for. What the participant asked for is the participant's."""
        return self.filter(scope(user, "participant"), asked_by__isnull=False)

    def of(self, participant: Participant) -> "CopyQuerySet":
        return self.filter(participant=participant, asked_by__isnull=True)

    def unfinished(self) -> "CopyQuerySet":
        return self.filter(state__in=[CopyState.WAITING, CopyState.MAKING])


class Copy(PublicIdModel):
    """Asked for by a member of staff, or (`asked_by` empty) by the participant."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="copies")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=CopyState.choices, default=CopyState.WAITING)
    progress = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    file = models.FileField(upload_to=copy_path, blank=True)
    bytes = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = CopyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "copies"
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(state__in=["waiting", "making"]),
                name="copy_unfinished",
            )
        ]
        constraints = [
            one_of("state", CopyState, "copy_state_known"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="copy_progress_percent"),
            models.CheckConstraint(
                condition=~Q(state="ready")
                | (Q(made_at__isnull=False, expires_at__isnull=False) & ~Q(file="")),
                name="copy_ready_has_file",
            ),
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(state__in=["waiting", "making"], asked_by__isnull=True),
                name="copy_one_at_a_time_for_participant",
            ),
            models.UniqueConstraint(
                fields=["participant", "asked_by"],
                condition=Q(state__in=["waiting", "making"]),
                name="copy_one_at_a_time_for_staff",
            ),
        ]

    def __str__(self) -> str:
        return f"copy {self.public_id}"

    def opens_at(self, now: datetime) -> bool:
        """Whether it can be fetched."""
        return (
            self.state == CopyState.READY and self.expires_at is not None and now < self.expires_at
        )
