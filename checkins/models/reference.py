"""The photos and encrypted templates that an attempt is compared with."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.common.models import PublicIdModel, one_of
from casework.participants.models import Participant
from casework.staff.models import User
from checkins.querysets import ReferencePhotoQuerySet


def reference_photo_path(_photo: models.Model, _filename: str) -> str:
    """A name that says nothing about the person."""
    return f"references/{uuid4()}"


class ReferenceState(models.TextChoices):
    WAITING = "waiting", _("being checked")
    USABLE = "usable", _("usable")
    REFUSED = "refused", _("not usable")


class ReferencePhoto(PublicIdModel):
    """A photo taken at enrolment. Waits until a worker has made its template or refused it."""

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
    tries = models.PositiveIntegerField(default=0)
    nudges = models.PositiveIntegerField(default=0)
    next_nudge_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

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
        ]
        indexes = [
            models.Index(
                fields=["next_nudge_at"], condition=Q(state="waiting"), name="reference_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"reference photo {self.public_id}"


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
