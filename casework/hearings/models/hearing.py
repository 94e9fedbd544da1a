"""The dates before a court that participants must keep, and what came of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.common.models import PublicIdModel, one_of
from casework.hearings.models.court import Court
from casework.hearings.querysets import HearingQuerySet
from casework.participants.models import Case
from casework.staff.models import User


class HearingKind(models.TextChoices):
    MASTER = "master", _("Master calendar hearing")
    INDIVIDUAL = "individual", _("Individual hearing")
    BOND = "bond", _("Bond redetermination")
    FEAR_REVIEW = "fear_review", _("Credible fear review")
    OTHER = "other", _("Other hearing")


class HearingMode(models.TextChoices):
    IN_PERSON = "in_person", _("In person")
    VIDEO = "video", _("By video")
    TELEPHONE = "telephone", _("By telephone")


class HearingSource(models.TextChoices):
    OFFICER = "officer", _("Entered by an officer")
    COURT_NOTICE = "court_notice", _("Court notice")
    IMPORT = "import", _("Import")
    API = "api", _("Another system")
    PARTICIPANT = "participant", _("Reported by the participant")


class Attendance(models.TextChoices):
    ATTENDED = "attended", _("Attended")
    LATE = "late", _("Came late")
    ABSENT = "absent", _("Absent")
    EXCUSED = "excused", _("Excused")


class HearingOutcome(models.TextChoices):
    CONTINUED = "continued", "Continued to another date"
    RESERVED = "reserved", "Decision reserved"
    RELIEF_GRANTED = "relief_granted", "Relief granted"
    REMOVAL_ORDERED = "removal_ordered", "Removal ordered"
    IN_ABSENTIA = "in_absentia", "Removal ordered in absence"
    VOLUNTARY = "voluntary_departure", "Voluntary departure"
    TERMINATED = "terminated", "Proceedings terminated"
    CLOSED = "closed", "Administratively closed"
    BOND_GRANTED = "bond_granted", "Bond granted"
    BOND_DENIED = "bond_denied", "Bond denied"
    OTHER = "other", "Other outcome"


class Hearing(PublicIdModel):
    """One date before a court. `source` and `verified_at` say why we believe it.

    `adjournment` is EOIR's code (`casework.hearings.adjournments`). `attendance` is what a member
    of staff recorded: no machine ever fills it in.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="hearings")
    court = models.ForeignKey(Court, on_delete=models.PROTECT, related_name="hearings")
    kind = models.CharField(max_length=12, choices=HearingKind.choices, default=HearingKind.MASTER)
    mode = models.CharField(
        max_length=12, choices=HearingMode.choices, default=HearingMode.IN_PERSON
    )
    starts_at = models.DateTimeField()
    judge = models.CharField(max_length=120, blank=True)
    room = models.CharField(max_length=60, blank=True)
    video_url = models.URLField(blank=True)
    source = models.CharField(
        max_length=16, choices=HearingSource.choices, default=HearingSource.OFFICER
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    attendance = models.CharField(
        max_length=8, choices=Attendance.choices, blank=True, default="", db_default=""
    )
    attendance_at = models.DateTimeField(null=True, editable=False)
    attendance_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, editable=False
    )
    outcome = models.CharField(
        max_length=20, choices=HearingOutcome.choices, blank=True, default="", db_default=""
    )
    outcome_at = models.DateTimeField(null=True, editable=False)
    outcome_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, editable=False
    )
    adjournment = models.CharField(max_length=2, blank=True, default="", db_default="")

    objects = HearingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        indexes = [
            models.Index(fields=["case", "starts_at"], name="hearing_by_case"),
            models.Index(fields=["starts_at"], name="hearing_by_time"),
        ]
        constraints = [
            one_of("kind", HearingKind, "hearing_kind_known"),
            one_of("mode", HearingMode, "hearing_mode_known"),
            one_of("source", HearingSource, "hearing_source_known"),
            models.CheckConstraint(
                condition=Q(video_url="") | Q(mode="video"), name="hearing_link_only_for_video"
            ),
            models.CheckConstraint(
                condition=Q(attendance="", attendance_at__isnull=True, attendance_by__isnull=True)
                | Q(
                    attendance__in=Attendance.values,
                    attendance_at__gte=models.F("starts_at"),
                    attendance_by__isnull=False,
                ),
                name="hearing_attendance_by_someone_afterwards",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", outcome_at__isnull=True, outcome_by__isnull=True)
                | Q(
                    outcome__in=HearingOutcome.values,
                    outcome_at__isnull=False,
                    outcome_by__isnull=False,
                ),
                name="hearing_outcome_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(adjournment__regex=r"^([0-9][0-9A-Z])?$"),
                name="hearing_adjournment_is_a_code",
            ),
            models.CheckConstraint(
                condition=Q(adjournment="") | Q(outcome="continued"),
                name="hearing_adjournment_of_what_goes_on",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | Q(attendance=""),
                name="hearing_cancelled_was_not_attended",
            ),
        ]

    def __str__(self) -> str:
        return str(HearingKind(self.kind).label)
