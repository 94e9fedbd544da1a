"""Writes that came with an `Idempotency-Key`, so that a repeat gives the first answer again."""

from django.db import models


class IdempotentWrite(models.Model):
    """One keyed write of one caller. `answer` is sealed: it may hold an invite's code."""

    caller = models.CharField(max_length=64)
    address = models.CharField(max_length=300)
    key = models.CharField(max_length=128)
    content_digest = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "address", "key"], name="idempotent_once")
        ]
        indexes = [models.Index(fields=["started_at"], name="idempotent_by_age")]

    def __str__(self) -> str:
        return f"idempotent write {self.pk}"
