"""A telephone call about a check-in: ours, the participant's, or one that an officer held."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.common.models import PublicIdModel, one_of
from casework.participants.models import ContactPoint, Participant
from casework.staff.models import User
from checkins.models.checkin import CheckIn
from checkins.querysets import PhoneCallQuerySet


def recording_path(_call: models.Model, filename: str) -> str:
    """A name that says nothing about the person."""
    suffix = filename[-4:].lower()
    return f"calls/{uuid4()}{suffix if suffix in {'.wav', '.mp3'} else ''}"


class Direction(models.TextChoices):
    INBOUND = "inbound", _("The participant called")
    OUTBOUND = "outbound", _("We called")
    OFFICER = "officer", _("An officer held the call")


class CallState(models.TextChoices):
    QUEUED = "queued", _("To be placed")
    PLACING = "placing", _("Being placed")
    RINGING = "ringing", _("Ringing")
    TALKING = "talking", _("In progress")
    ANSWERED = "answered", _("The check-in was answered")
    BROKEN_OFF = "broken_off", _("Ended before the check-in was answered")
    FAILED = "failed", _("Did not come about")


class Step(models.TextChoices):
    LANGUAGE = "language", _("choosing the language")
    WHO = "who", _("entering the code")
    PIN = "pin", _("entering the PIN")
    PHRASE = "phrase", _("repeating the phrase")
    OVER = "over", _("at the end")


class PhoneCall(PublicIdModel):
    """One call and how far it got. The provider's name for it is unique: a repeat finds this row.

    `turn` counts what the caller has answered; a webhook of an earlier turn changes nothing.
    The caller's number is not kept.
    """

    Direction, State, Step = Direction, CallState, Step

    provider_id = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - none yet
    direction = models.CharField(max_length=8, choices=Direction.choices)
    state = models.CharField(max_length=12, choices=CallState.choices)
    step = models.CharField(max_length=8, choices=Step.choices)
    turn = models.PositiveIntegerField(default=0)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, related_name="phone_calls"
    )
    # Set once the PIN was right: whose voice this is, is known only from then on.
    identified_at = models.DateTimeField(null=True)
    check_in = models.ForeignKey(
        CheckIn, on_delete=models.PROTECT, null=True, related_name="phone_calls"
    )
    language = models.CharField(max_length=8, default="en")
    wrong_pins = models.PositiveIntegerField(default=0)
    unheard = models.PositiveIntegerField(default=0)
    phrase = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # An outbound call: where to, for whom it was asked, and when a worker took it on.
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    placed_at = models.DateTimeField(null=True)
    # A call that an officer held.
    identity_checked_by = models.TextField(blank=True)
    note = models.TextField(blank=True)
    # The provider's recording, until a worker has fetched it.
    recording_at_provider = models.CharField(max_length=400, blank=True)
    recording = models.FileField(upload_to=recording_path, blank=True)
    recording_sha256 = models.CharField(max_length=64, blank=True)
    recording_seconds = models.PositiveIntegerField(null=True)
    fetch_tries = models.PositiveIntegerField(default=0)
    next_fetch_at = models.DateTimeField(null=True)

    objects = PhoneCallQuerySet.as_manager()

    class Meta:
        verbose_name = "phone call"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["next_fetch_at"],
                condition=Q(next_fetch_at__isnull=False),
                name="call_recording_to_fetch",
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(ended_at__isnull=True),
                name="call_not_over",
            ),
        ]
        constraints = [
            one_of("direction", Direction, "call_direction_known"),
            one_of("state", CallState, "call_state_known"),
            one_of("step", Step, "call_step_known"),
            models.CheckConstraint(
                condition=Q(identified_at__isnull=True) | Q(participant__isnull=False),
                name="call_identified_is_of_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(direction="officer")
                | Q(requested_by__isnull=False) & ~Q(identity_checked_by="") & ~Q(note=""),
                name="call_of_officer_is_described",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(check_in__isnull=False),
                name="call_answered_a_check_in",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False)
                | Q(state__in=["queued", "placing", "ringing", "talking"]),
                name="call_over_has_time",
            ),
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(direction="outbound", ended_at__isnull=True),
                name="call_one_outbound_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"call {self.public_id}"
