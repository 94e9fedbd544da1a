"""What an officer says against a participant, the answer, and what a second person decides."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.common.actors import ActorKind
from casework.common.models import PublicIdModel
from casework.findings.querysets import FindingQuerySet
from casework.findings.rules import LIVE, STANDING, Kind, State
from casework.participants.models import Participant
from casework.staff.models import User

KINDS = [
    (Kind.LATE.value, _("Late")),
    (Kind.MISSED.value, _("Missed")),
    (Kind.NOT_ACCEPTED.value, _("Not accepted")),
    (Kind.ABSENT.value, _("Absent")),
]
STATES = [
    (State.PROPOSED.value, _("proposed, you are being told")),
    (State.TOLD.value, _("waits for your answer")),
    (State.ANSWERED.value, _("answered, waits for the decision")),
    (State.UPHELD.value, _("stands")),
    (State.OVERTURNED.value, _("does not stand, erased")),
    (State.WITHDRAWN.value, _("taken back")),
    (State.EXPUNGED.value, _("does not stand, erased")),
]
_DECIDED = [State.UPHELD.value, State.OVERTURNED.value, State.EXPUNGED.value]
_AFTER_TOLD = [State.TOLD.value, State.ANSWERED.value, *_DECIDED]


class Act(models.TextChoices):
    """What an event was; the words are for staff."""

    PROPOSED = "proposed", "Proposed"
    TOLD = "told", "Told to the participant"
    ANSWERED = "answered", "Answered"
    AMENDED = "amended", "Answer changed"
    MORE_TIME = "more_time", "More time to answer"
    UPHELD = "upheld", "Upheld"
    OVERTURNED = "overturned", "Overturned"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPUNGED = "expunged", "Expunged"


_BY_STAFF = [Act.PROPOSED.value, Act.MORE_TIME.value, Act.UPHELD.value, Act.OVERTURNED.value]
_BY_PARTICIPANT = [Act.ANSWERED.value, Act.AMENDED.value]


class Finding(PublicIdModel):
    """One thing said of one participant, moved only by `casework.findings.services`.

    What it is about (a check-in, a hearing) is named by type and id: upper apps know more
    (`casework.findings.registry`). `evidence` is as it was when the finding was proposed.
    """

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=12, choices=KINDS, blank=True)
    subject_type = models.CharField(max_length=12, blank=True)
    subject_id = models.UUIDField(null=True)
    subject_at = models.DateTimeField(null=True)
    # Of type and id, keyed: what was overturned is known again after it is erased, and not
    # proposed a second time.
    subject_mark = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=STATES)
    reason = models.TextField(blank=True)
    evidence = models.JSONField(default=dict)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    # The time given to answer, and until when it runs with the time that our faults took.
    given_until = models.DateTimeField(null=True)
    answer_by = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    expunged_at = models.DateTimeField(null=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        permissions = [("decide_finding", "Can decide findings of others")]
        indexes = [
            models.Index(fields=["participant", "-proposed_at"], name="finding_by_participant"),
            models.Index(fields=["-proposed_at"], name="finding_by_time"),
            models.Index(
                fields=["answer_by"], condition=Q(state="told"), name="finding_waiting_for_answer"
            ),
            models.Index(
                fields=["answered_at"], condition=Q(state="answered"), name="finding_answered"
            ),
            models.Index(
                fields=["proposed_at"], condition=Q(state="proposed"), name="finding_to_tell"
            ),
            models.Index(fields=["subject_mark"], name="finding_by_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="finding_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="expunged")
                | Q(
                    kind__in=[kind.value for kind in Kind],
                    subject_id__isnull=False,
                    subject_at__isnull=False,
                )
                & ~Q(subject_type="")
                & ~Q(reason=""),
                name="finding_says_what_of_what_and_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="expunged")
                | Q(
                    kind="",
                    subject_type="",
                    subject_id__isnull=True,
                    subject_at__isnull=True,
                    reason="",
                    evidence={},
                    answer="",
                    expunged_at__isnull=False,
                ),
                name="finding_expunged_holds_nothing",
            ),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True, given_until__isnull=True, answer_by__isnull=True)
                | Q(
                    told_at__isnull=False,
                    given_until__isnull=False,
                    answer_by__isnull=False,
                    told_at__gte=F("proposed_at"),
                    given_until__gt=F("told_at"),
                    answer_by__gte=F("given_until"),
                ),
                name="finding_told_gives_time_to_answer",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_AFTER_TOLD) | Q(told_at__isnull=False),
                name="finding_goes_on_only_when_told",
            ),
            models.CheckConstraint(
                condition=~Q(state="proposed") | Q(told_at__isnull=True),
                name="finding_proposed_is_not_told",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="")
                | Q(
                    told_at__isnull=False, answered_at__isnull=False, answered_at__gte=F("told_at")
                ),
                name="finding_answered_after_it_was_told",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="finding_answered_has_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_DECIDED, decided_by__isnull=False, decided_at__isnull=False)
                | ~Q(state__in=_DECIDED)
                & Q(decided_by__isnull=True, decided_at__isnull=True, decision_reason=""),
                name="finding_decided_by_a_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["upheld", "overturned"]) | ~Q(decision_reason=""),
                name="finding_decided_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="finding_takes_two",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True)
                | Q(told_at__isnull=False)
                & (
                    Q(answered_at__isnull=False, decided_at__gte=F("answered_at"))
                    | Q(decided_at__gte=F("answer_by"))
                ),
                name="finding_decided_after_answer_or_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | ~Q(state="withdrawn") & Q(withdrawn_at__isnull=True),
                name="finding_withdrawn_has_time",
            ),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"],
                condition=Q(state__in=sorted(state.value for state in STANDING)),
                name="finding_one_about_a_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"finding {self.public_id}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_out_of_sight(self) -> bool:
        return self.state in {State.OVERTURNED.value, State.EXPUNGED.value}

    def is_due_at(self, now: datetime) -> bool:
        """Whether it may be decided."""
        if self.state == State.ANSWERED.value:
            return True
        over = self.answer_by is not None and self.answer_by <= now
        return self.state == State.TOLD.value and over


class FindingEvent(models.Model):
    """One change: who, when, what, why. Only ever added; the reasons go when it is expunged."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    act = models.CharField(max_length=12, choices=Act.choices)
    from_state = models.CharField(max_length=12, choices=STATES, blank=True)
    to_state = models.CharField(max_length=12, choices=STATES)
    actor_kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in ActorKind])
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=160, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(act__in=Act.values), name="finding_event_act_known"),
            models.CheckConstraint(
                condition=~Q(act__in=_BY_STAFF) | Q(actor_kind="staff", actor_id__isnull=False),
                name="finding_event_no_machine_accuses",
            ),
            models.CheckConstraint(
                condition=~Q(act__in=_BY_PARTICIPANT) | Q(actor_kind="participant"),
                name="finding_event_only_the_person_answers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.finding_id}"
