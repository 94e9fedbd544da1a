"""The turns asked of a person in front of the camera, and the frames that answer them."""

from pathlib import PurePosixPath
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.common.models import PublicIdModel, one_of
from checkins.models.attempt import Attempt
from checkins.models.checkin import CheckIn
from checkins.querysets import FrameQuerySet


class AskedTurn(models.TextChoices):
    AHEAD = "ahead", _("Ahead")
    LEFT = "left", _("To their left")
    RIGHT = "right", _("To their right")


def frame_path(_frame: models.Model, filename: str) -> str:
    """A name that says nothing about the person; the sender's own name is not kept."""
    suffix = PurePosixPath(filename).suffix.lower()
    return f"frames/{uuid4()}{suffix if suffix in {'.jpg', '.png', '.webp', '.heic'} else ''}"


class Challenge(PublicIdModel):
    """One random sequence of turns for one check-in. Its public id is the nonce; used once."""

    check_in = models.ForeignKey(CheckIn, on_delete=models.CASCADE, related_name="challenges")
    turns = models.JSONField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempt = models.OneToOneField(
        Attempt, on_delete=models.SET_NULL, null=True, related_name="challenge"
    )
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="challenge_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True)
                | Q(used_at__gte=F("made_at"), used_at__lt=F("expires_at")),
                name="challenge_used_in_time",
            ),
        ]

    def __str__(self) -> str:
        return f"challenge {self.public_id}"


class Frame(PublicIdModel):
    """A picture taken after the photo of an attempt, kept for the reviewer.

    `turn` is how far the nose moved from where it is in the photo, in eye distances, `distance`
    the cosine distance to the photo; both empty until judged, or where no face was found.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="frames")
    number = models.PositiveIntegerField()
    asked = models.CharField(max_length=8, choices=AskedTurn.choices)
    at_ms = models.PositiveIntegerField(null=True)
    photo = models.FileField(upload_to=frame_path)
    photo_sha256 = models.CharField(max_length=64)
    turn = models.FloatField(null=True)
    distance = models.FloatField(null=True)
    reason = models.CharField(max_length=32, blank=True)

    objects = FrameQuerySet.as_manager()

    class Meta:
        ordering = ["attempt", "number"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "number"], name="frame_number_once"),
            one_of("asked", AskedTurn, "frame_turn_known"),
        ]

    def __str__(self) -> str:
        return f"frame {self.public_id}"
