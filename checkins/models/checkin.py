"""A check-in and the log of everything that happened to it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.common.actors import ActorKind
from casework.common.models import PublicIdModel, one_of
from casework.participants.models import Participant
from casework.staff.models import User
from checkins.models.plan import LivenessMode, Method, Plan
from checkins.querysets import CheckInQuerySet
from checkins.states import WAITING_FOR_PARTICIPANT, State

STATE_CHOICES = [
    (State.PLANNED.value, _("planned")),
    (State.OPEN.value, _("open")),
    (State.VERIFYING.value, _("verifying")),
    (State.IN_REVIEW.value, _("in review")),
    (State.ACCEPTED.value, _("accepted")),
    (State.NOT_ACCEPTED.value, _("not accepted")),
    (State.MISSED.value, _("missed")),
    (State.LAPSED.value, _("lapsed")),
    (State.EXCUSED.value, _("excused")),
    (State.CANCELLED.value, _("cancelled")),
]
UNISSUED = [State.PLANNED.value, State.CANCELLED.value]


class CheckIn(PublicIdModel):
    """One request to show that one is still there. Moved only by `checkins.lifecycle`."""

    class Origin(models.TextChoices):
        DRAWN = "drawn", _("Drawn at random")
        OFFICER_REQUESTED = "officer_requested", _("Requested by an officer")

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="check_ins")
    plan = models.ForeignKey(Plan, on_delete=models.SET_NULL, null=True, related_name="check_ins")
    origin = models.CharField(max_length=20, choices=Origin.choices)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    method = models.CharField(max_length=8, choices=Method.choices)
    liveness = models.CharField(max_length=12, choices=LivenessMode.choices)
    state = models.CharField(max_length=12, choices=STATE_CHOICES)
    created_at = models.DateTimeField()
    planned_for = models.DateTimeField(null=True)
    # Which key and variate explain `planned_for`; no number once a draw is void.
    draw_day = models.DateField(null=True)
    draw_sequence = models.PositiveIntegerField(null=True)
    issued_at = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    # By how much our faults have moved `deadline_at`, and which (public ids of `faults.Fault`).
    extended_seconds = models.PositiveIntegerField(default=0, db_default=0)
    extended_by = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))

    objects = CheckInQuerySet.as_manager()

    class Meta:
        verbose_name = "check-in"
        ordering = ["-issued_at", "-pk"]
        indexes = [
            models.Index(fields=["participant", "-issued_at"], name="checkin_by_participant"),
            models.Index(
                fields=["deadline_at"], condition=Q(state="open"), name="checkin_open_by_deadline"
            ),
            models.Index(
                fields=["issued_at"], condition=Q(state="in_review"), name="checkin_in_review"
            ),
            models.Index(fields=["-issued_at"], name="checkin_by_issue"),
            models.Index(
                fields=["deadline_at"],
                condition=Q(state="missed"),
                name="checkin_missed_by_deadline",
            ),
            models.Index(
                fields=["planned_for"], condition=Q(state="planned"), name="checkin_planned_due"
            ),
            models.Index(
                fields=["participant", "planned_for"],
                condition=Q(draw_sequence__isnull=False),
                name="checkin_drawn_by_participant",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="checkin_state_known"
            ),
            one_of("method", Method, "checkin_method_known"),
            one_of("liveness", LivenessMode, "checkin_liveness_known"),
            models.CheckConstraint(
                condition=Q(state__in=UNISSUED)
                | Q(issued_at__isnull=False, deadline_at__isnull=False),
                name="checkin_issued_has_window",
            ),
            models.CheckConstraint(
                condition=~Q(state="planned") | Q(issued_at__isnull=True),
                name="checkin_planned_is_not_issued",
            ),
            models.CheckConstraint(
                condition=Q(deadline_at__isnull=True) | Q(deadline_at__gt=F("issued_at")),
                name="checkin_window_in_order",
            ),
            models.CheckConstraint(
                condition=Q(extended_seconds=0) | ~Q(extended_by=[]),
                name="checkin_extended_for_a_fault",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "not_accepted", "excused"])
                | Q(decided_at__isnull=False),
                name="checkin_decided_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="missed") | Q(delivered_at__isnull=False),
                name="checkin_missed_was_delivered",
            ),
            models.CheckConstraint(
                condition=Q(origin="drawn", requested_by__isnull=True)
                | (Q(origin="officer_requested", requested_by__isnull=False) & ~Q(reason="")),
                name="checkin_requested_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(draw_sequence__isnull=True)
                | Q(origin="drawn", draw_day__isnull=False, planned_for__isnull=False),
                name="checkin_drawn_is_explained",
            ),
            models.UniqueConstraint(
                fields=["participant", "draw_day", "draw_sequence"],
                condition=Q(draw_sequence__isnull=False),
                name="checkin_drawn_once",
            ),
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(state__in=sorted(state.value for state in WAITING_FOR_PARTICIPANT)),
                name="checkin_one_to_answer_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"check-in {self.public_id}"

    @property
    def asks_location(self) -> bool:
        """Whether a place is asked for with the next photo: once, and only where authorised."""
        return self.plan is not None and self.plan.location and not self.attempts.all()


class CheckInEvent(models.Model):
    """One change of mind: who or what, when, why, from, to. Only ever added."""

    check_in = models.ForeignKey(CheckIn, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    from_state = models.CharField(max_length=12, choices=STATE_CHOICES, blank=True)
    to_state = models.CharField(max_length=12, choices=STATE_CHOICES)
    actor_kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in ActorKind])
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=160, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name = "check-in event"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_state=F("to_state")), name="event_changes_the_state"
            ),
            models.CheckConstraint(
                condition=~Q(from_state="accepted")
                | Q(to_state="in_review", actor_kind="staff") & ~Q(reason=""),
                name="event_acceptance_taken_back_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_state or 'new'} to {self.to_state}"
