"""Bases shared by the apps; no tables."""

from typing import Any
from uuid import uuid4

from django.db import models


class PublicIdModel(models.Model):
    """A row that outsiders name by a UUID that says nothing."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


def one_of(field: str, choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """The database, too, refuses a word that is not in the list."""
    condition: dict[str, Any] = {f"{field}__in": choices.values}
    return models.CheckConstraint(condition=models.Q(**condition), name=name)
