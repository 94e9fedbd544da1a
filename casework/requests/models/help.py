"""A wish for a call or for help that a participant has sent."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.common.models import PublicIdModel
from casework.participants.models import Participant
from casework.requests.querysets import HelpQuerySet
from casework.requests.rules import HELP_WAITING, LONGEST_WORDS, HelpKind, HelpState
from casework.staff.models import User

KINDS = [
    (HelpKind.CALL.value, _("Call me")),
    (HelpKind.TECHNICAL.value, _("Trouble with the phone or this page")),
    (HelpKind.TRANSPORT.value, _("Getting to an appointment or a hearing")),
    (HelpKind.HEALTH.value, _("Health")),
    (HelpKind.OTHER.value, _("Something else")),
]
STATES = [
    (HelpState.ASKED.value, _("Sent")),
    (HelpState.ACKNOWLEDGED.value, _("Seen")),
    (HelpState.CLOSED.value, _("Answered")),
    (HelpState.WITHDRAWN.value, _("Withdrawn")),
]
_WAITING = sorted(state.value for state in HELP_WAITING)


class HelpRequest(PublicIdModel):
    """Never part of a check-in: it neither blocks nor replaces one. `note` the person reads."""

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="help_requests", db_index=False
    )
    kind = models.CharField(max_length=12, choices=KINDS)
    state = models.CharField(max_length=14, choices=STATES, default=HelpState.ASKED.value)
    words = models.CharField(max_length=LONGEST_WORDS, blank=True)
    best_time = models.CharField(max_length=200, blank=True)
    source_id = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=LONGEST_WORDS, blank=True)

    objects = HelpQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["participant", "-asked_at"], name="help_by_participant"),
            models.Index(fields=["asked_at"], condition=Q(state__in=_WAITING), name="help_waiting"),
            models.Index(
                fields=["source_id"], condition=Q(source_id__isnull=False), name="help_by_source"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in HelpKind]), name="help_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=_WAITING, settled_at__isnull=True, settled_by__isnull=True)
                | Q(state="withdrawn", settled_at__isnull=False, settled_by__isnull=True)
                | Q(state="closed", settled_at__isnull=False, settled_by__isnull=False),
                name="help_closed_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="help_seen_by_a_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="acknowledged") | Q(acknowledged_at__isnull=False),
                name="help_seen_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | ~Q(note=""), name="help_closed_has_a_note"
            ),
        ]

    def __str__(self) -> str:
        return f"help request {self.pk}"

    @property
    def is_waiting(self) -> bool:
        return self.state in _WAITING
