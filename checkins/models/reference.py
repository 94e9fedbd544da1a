"""The photos and encrypted templates that an attempt is compared with."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.common.models import PublicIdModel, one_of
from casework.participants.models import Participant
from casework.staff.models import User
from checkins.models.attempt import Attempt
from checkins.querysets import ReferencePhotoQuerySet


def reference_photo_path(_photo: models.Model, _filename: str) -> str:
    """A name that says nothing about the person."""
    return f"references/{uuid4()}"


class ReferenceState(models.TextChoices):
    WAITING = "waiting", _("being checked")
    USABLE = "usable", _("usable")
    REFUSED = "refused", _("not usable")
    UNLIKE = "unlike", "to be confirmed"


class Source(models.TextChoices):
    ENROLMENT = "enrolment", "enrolment"
    CHECK_IN = "check_in", "check-in"


class ReferencePhoto(PublicIdModel):
    """A photo to compare with. Waits until a worker has made its template or refused it.

    Taken at enrolment, or copied from a check-in that `added_by` accepted; then one that is unlike
    the enrolment photos waits for another person, who confirms it.
    """

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="reference_photos"
    )
    photo = models.FileField(upload_to=reference_photo_path)
    photo_sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(
        max_length=8, choices=ReferenceState.choices, default=ReferenceState.WAITING
    )
    reasons = models.JSONField(default=list)
    frame_print = models.CharField(max_length=64, blank=True, default="", db_default="")
    face_print = models.CharField(max_length=64, blank=True, default="", db_default="")
    tries = models.PositiveIntegerField(default=0)
    nudges = models.PositiveIntegerField(default=0)
    next_nudge_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    retired_reason = models.TextField(blank=True, default="", db_default="")
    source = models.CharField(
        max_length=9, choices=Source.choices, default=Source.ENROLMENT, db_default="enrolment"
    )
    taken_from = models.ForeignKey(
        Attempt, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    confirmed_at = models.DateTimeField(null=True)
    confirmed_reason = models.TextField(blank=True, default="", db_default="")

    objects = ReferencePhotoQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            one_of("state", ReferenceState, "reference_state_known"),
            models.UniqueConstraint(
                fields=["participant", "photo_sha256"],
                condition=Q(retired_at__isnull=True),
                name="reference_same_photo_once",
            ),
            models.CheckConstraint(
                condition=Q(source="enrolment", taken_from__isnull=True)
                & ~Q(state="unlike")
                & Q(confirmed_at__isnull=True)
                | Q(source="check_in", taken_from__isnull=False, added_by__isnull=False),
                name="reference_has_its_source",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                & Q(confirmed_reason="")
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False)
                & ~Q(confirmed_reason="")
                & ~Q(confirmed_by=F("added_by")),
                name="reference_confirmed_by_another",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_nudge_at"], condition=Q(state="waiting"), name="reference_waiting"
            ),
            models.Index(
                fields=["participant"],
                condition=Q(state="unlike", retired_at__isnull=True),
                name="reference_to_confirm",
            ),
            models.Index(
                fields=["added_at"], condition=Q(source="check_in"), name="reference_refreshed"
            ),
        ]

    def __str__(self) -> str:
        return f"reference photo {self.public_id}"

    @property
    def is_refreshed(self) -> bool:
        return self.source == Source.CHECK_IN.value


class Template(models.Model):
    """The encrypted embedding of one reference photo under one weight set."""

    reference_photo = models.ForeignKey(
        ReferencePhoto, on_delete=models.CASCADE, related_name="templates"
    )
    weights_name = models.CharField(max_length=32)
    weights_version = models.CharField(max_length=80)
    sealed = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reference_photo", "weights_name", "weights_version"],
                name="template_once_per_weight_set",
            )
        ]

    def __str__(self) -> str:
        return f"template {self.pk}"
