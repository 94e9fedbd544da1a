"""Bases shared by the apps; no tables."""

from typing import Any
from uuid import uuid4

from django.db import models

from casework.common.passkeys import Known


class PublicIdModel(models.Model):
    """A row that outsiders name by a UUID that says nothing."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


class PasskeyModel(PublicIdModel):
    """A public key whose other half a device of its owner holds (`casework.common.passkeys`)."""

    credential_id = models.BinaryField(max_length=1023, editable=False)
    stored = models.BinaryField(editable=False)
    sign_count = models.PositiveBigIntegerField(default=0)
    name = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"passkey {self.public_id}"

    def known_as(self, handle: bytes) -> Known:
        return Known(bytes(self.stored), self.sign_count, handle)


def one_of(field: str, choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """The database, too, refuses a word that is not in the list."""
    condition: dict[str, Any] = {f"{field}__in": choices.values}
    return models.CheckConstraint(condition=models.Q(**condition), name=name)
