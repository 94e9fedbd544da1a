"""The bases of an upload's row; no tables."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from casework.common.models import PublicIdModel, one_of


class ImportState(models.TextChoices):
    CHECKING = "checking", "Being checked"
    CHECKED = "checked", "Checked: nothing has been changed yet"
    IMPORTING = "importing", "Being imported"
    DONE = "done", "Imported"
    REFUSED = "refused", "Refused"


class UploadQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> "UploadQuerySet":
        """One's own: what a row says depends on whom the uploader may see."""
        return self.filter(made_by=user)


class UploadModel(PublicIdModel):
    """One upload. `counts` by result; `bad_rows` hold line numbers and sentences, no names.

    The file says who people are: it is deleted after some days, the preview with it. The figures
    stay.
    """

    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    file = models.FileField(upload_to="imports/%Y/%m/")
    state = models.CharField(
        max_length=10, choices=ImportState.choices, default=ImportState.CHECKING
    )
    rows = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    bad_rows = models.JSONField(default=list)
    preview = models.JSONField(default=list)
    refusal = models.TextField(blank=True)
    next_nudge_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"import {self.pk}"


def upload_constraints(name: str) -> list[models.BaseConstraint]:
    """What holds of every upload; `name` begins the names of its constraints."""
    return [
        one_of("state", ImportState, f"{name}_state_known"),
        models.CheckConstraint(
            condition=Q(state="done", finished_at__isnull=False)
            | (~Q(state="done") & Q(finished_at__isnull=True)),
            name=f"{name}_done_has_time",
        ),
    ]
