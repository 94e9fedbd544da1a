"""A file of hearing dates on its way in: what it would do, and what it did."""

from django.db import models
from django.db.models import Q

from casework.common.models import PublicIdModel, one_of
from casework.hearings.querysets import ImportQuerySet
from casework.staff.models import User


class ImportState(models.TextChoices):
    CHECKING = "checking", "Being checked"
    CHECKED = "checked", "Checked: nothing has been changed yet"
    IMPORTING = "importing", "Being imported"
    DONE = "done", "Imported"
    REFUSED = "refused", "Refused"


class HearingImport(PublicIdModel):
    """One upload. `counts` by result; `bad_rows` hold line numbers and sentences, no names.

    The file holds A-numbers: it is deleted after some days, the figures stay.
    """

    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
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

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", ImportState, "hearing_import_state_known"),
            models.CheckConstraint(
                condition=Q(state="done", finished_at__isnull=False)
                | (~Q(state="done") & Q(finished_at__isnull=True)),
                name="hearing_import_done_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"import {self.pk}"
