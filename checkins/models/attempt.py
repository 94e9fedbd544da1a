"""An answer to a check-in, and what the machine made of it."""

from pathlib import PurePosixPath
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.common.models import PublicIdModel
from checkins.models.call import PhoneCall
from checkins.models.checkin import CheckIn
from checkins.models.plan import Method
from checkins.querysets import AttemptQuerySet
from checkins.rules import LOCATION_DECIMALS
from checkins.verification.codes import Liveness, Result

ANSWERED_BY = [(Method.SELFIE.value, _("Selfie")), (Method.PHONE.value, _("Phone call"))]


def attempt_photo_path(_attempt: models.Model, filename: str) -> str:
    """A name that says nothing about the person; the sender's own name is not kept."""
    suffix = PurePosixPath(filename).suffix.lower()
    return f"attempts/{uuid4()}{suffix if suffix in {'.jpg', '.png', '.webp', '.heic'} else ''}"


class Attempt(PublicIdModel):
    """A photo sent for a check-in, or a call. A photo is kept also when it could not be used.

    A selfie has a photo, until retention takes it, and a verification; a call has neither.
    """

    check_in = models.ForeignKey(CheckIn, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    method = models.CharField(
        max_length=8,
        choices=ANSWERED_BY,
        default=Method.SELFIE.value,
        db_default=Method.SELFIE.value,
    )
    photo = models.FileField(upload_to=attempt_photo_path, blank=True)
    photo_sha256 = models.CharField(max_length=64, blank=True)
    call = models.OneToOneField(
        PhoneCall, on_delete=models.PROTECT, null=True, related_name="attempt"
    )
    received_at = models.DateTimeField()
    captured_at = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)
    device = models.CharField(max_length=120, blank=True)
    # Only where the plan asks and the person agreed: already rounded (`checkins.rules.coarse`).
    latitude = models.DecimalField(max_digits=5, decimal_places=LOCATION_DECIMALS, null=True)
    longitude = models.DecimalField(max_digits=5, decimal_places=LOCATION_DECIMALS, null=True)
    # Said with the photo: no turns were asked of this person, and nothing is held against them.
    cannot_turn = models.BooleanField(default=False, db_default=False)
    submission_key = models.CharField(max_length=128, null=True)  # noqa: DJ001 - none is not a key

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["check_in", "number"]
        indexes = [
            models.Index(
                fields=["received_at"],
                condition=Q(latitude__isnull=False),
                name="attempt_with_place",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["check_in", "number"], name="attempt_number_once"),
            models.UniqueConstraint(
                fields=["check_in", "submission_key"], name="attempt_submission_once"
            ),
            models.CheckConstraint(
                condition=Q(method="selfie", call__isnull=True) & ~Q(photo_sha256="")
                | Q(method="phone", call__isnull=False, photo=""),
                name="attempt_is_a_photo_or_a_call",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="attempt_place_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.public_id}"


class Verification(models.Model):
    """What comparing one attempt gave. Waiting until `finished_at`; written once."""

    RESULTS = [
        (Result.MATCH.value, _("match")),
        (Result.INCONCLUSIVE.value, _("inconclusive")),
        (Result.NO_MATCH.value, _("no match")),
        (Result.NO_FACE.value, _("no face")),
        (Result.SEVERAL_FACES.value, _("several faces")),
        (Result.POOR_PHOTO.value, _("poor photo")),
        (Result.SPOOF_SUSPECTED.value, _("spoof suspected")),
        (Result.ERROR.value, _("error")),
    ]

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, related_name="verification")
    created_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    nudges = models.PositiveIntegerField(default=0)
    next_nudge_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=16, choices=RESULTS, blank=True)
    reasons = models.JSONField(default=list)
    liveness = models.CharField(max_length=16, default=Liveness.NOT_SHOWN.value)
    distance = models.FloatField(null=True)
    similarity = models.FloatField(null=True)
    weights_name = models.CharField(max_length=32, blank=True)
    weights_version = models.CharField(max_length=80, blank=True)
    thresholds = models.JSONField(default=dict)
    measures = models.JSONField(default=dict)
    timings_ms = models.JSONField(default=dict)
    # Of the photo, and gone with it: tell reviewers of copies (`checkins.reviews.repeats`).
    frame_print = models.CharField(max_length=64, blank=True, default="", db_default="")
    face_print = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["next_nudge_at"],
                condition=Q(finished_at__isnull=True),
                name="verification_waiting",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, result="")
                | (Q(finished_at__isnull=False) & Q(result__in=[r.value for r in Result])),
                name="verification_finished_has_result",
            ),
            models.CheckConstraint(
                condition=~Q(result="match") | Q(distance__isnull=False),
                name="verification_match_has_distance",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("created_at")),
                name="verification_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.result or "waiting"
