"""Who saw and changed what. Rows are only ever added."""

from django.db import models

from casework.common.actors import ActorKind


class Entry(models.Model):
    """One act: `verb` on `object_type` `object_id`, in the file of `participant_id`."""

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in ActorKind])
    actor_id = models.UUIDField(null=True)
    verb = models.CharField(max_length=40)
    object_type = models.CharField(max_length=40)
    object_id = models.UUIDField(null=True)
    participant_id = models.UUIDField(null=True)
    facts = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name_plural = "entries"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["participant_id", "-id"], name="audit_by_participant"),
            models.Index(fields=["-at"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type}"
