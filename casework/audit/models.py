"""Who saw and changed what. Rows are only ever added; the database refuses anything else."""

from typing import Any

from django.db import models
from django.db.models import Q

from casework.audit.rules import CONTENT
from casework.common.actors import ActorKind


class Entry(models.Model):
    """One act: `verb` on `object_type` `object_id`, in the file of `participant_id`.

    `mark` is made when the line is written, `position` and `digest` when a sweep seals it into the
    chain (see `casework.audit.rules`). Write with `casework.audit.services`: it makes the mark.
    """

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in ActorKind])
    actor_id = models.UUIDField(null=True)
    verb = models.CharField(max_length=40)
    object_type = models.CharField(max_length=40)
    object_id = models.UUIDField(null=True)
    participant_id = models.UUIDField(null=True)
    facts = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)
    mark = models.CharField(max_length=64, db_default="", editable=False)
    position = models.BigIntegerField(null=True, editable=False)
    digest = models.CharField(max_length=64, db_default="", editable=False)

    class Meta:
        verbose_name_plural = "entries"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["participant_id", "-id"], name="audit_by_participant"),
            models.Index(fields=["-at"], name="audit_by_time"),
            models.Index(fields=["id"], condition=Q(position__isnull=True), name="audit_unsealed"),
            models.Index(
                fields=["position"],
                condition=Q(position__isnull=False),
                name="audit_by_position",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(position__isnull=True, digest="") | (Q(position__gt=0) & ~Q(digest="")),
                name="audit_sealed_has_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type}"

    @property
    def line(self) -> dict[str, Any]:
        """What it says, without what vouches for it."""
        return {name: getattr(self, name) for name in CONTENT}


class Checkpoint(models.Model):
    """Where the chain begins after retention took its oldest lines: the last one taken."""

    position = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    mark = models.CharField(max_length=64)

    class Meta:
        ordering = ["-position"]

    def __str__(self) -> str:
        return f"checkpoint {self.position}"
