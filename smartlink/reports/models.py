"""Reports that were asked for, their files, and those that come every month."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from casework.common.models import PublicIdModel, one_of
from casework.staff.models import User


class State(models.TextChoices):
    WAITING = "waiting", "waiting"
    RUNNING = "running", "being made"
    READY = "ready", "ready"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"


UNDER_WAY = (State.WAITING, State.RUNNING)


def scope(user: User) -> Q:
    """Reports about offices that are all the user's; an administrator sees every report."""
    if not user.has_perm("reports.make_report"):
        return Q(pk__in=[])
    if user.is_administrator:
        return Q()
    return Q(offices__contained_by=list(user.offices.values_list("pk", flat=True)))


class ScheduleQuerySet(models.QuerySet["Schedule"]):
    def visible_to(self, user: User) -> "ScheduleQuerySet":
        return self.filter(scope(user))


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User) -> "ReportQuerySet":
        return self.filter(scope(user))

    def ready_for(self, user: User) -> "ReportQuerySet":
        """What the user asked for, that is there, and that nobody has opened yet."""
        mine = self.visible_to(user).filter(asked_by=user, state=State.READY)
        return mine.filter(first_opened_at__isnull=True, files__deleted_at__isnull=True).distinct()


class Schedule(PublicIdModel):
    """A report over each calendar month, made when the month is over."""

    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    wish = models.JSONField()
    offices = ArrayField(models.BigIntegerField(), null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    next_month = models.DateField()  # the first day of the month that comes next

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["next_month"], condition=Q(ended_at__isnull=True), name="schedule_due"
            )
        ]

    def __str__(self) -> str:
        return f"schedule {self.public_id}"


class Report(PublicIdModel):
    """`parameters` fix what it says for good; `offices` is whom it is about (none: everybody)."""

    kind = models.CharField(max_length=16)
    parameters = models.JSONField()
    offices = ArrayField(models.BigIntegerField(), null=True)
    formats = ArrayField(models.CharField(max_length=8))
    definitions_version = models.CharField(max_length=16)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    schedule = models.ForeignKey(
        Schedule, on_delete=models.PROTECT, null=True, related_name="reports"
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    progress = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveIntegerField(default=0)
    next_nudge_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    signature = models.TextField(blank=True)
    first_opened_at = models.DateTimeField(null=True)
    # When the letter that it is ready is to be tried (next), and when a mail server took it.
    tell_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["-asked_at"], name="report_newest"),
            models.Index(
                fields=["next_nudge_at"],
                condition=Q(state__in=["waiting", "running"]),
                name="report_under_way",
            ),
            models.Index(
                fields=["tell_at"], condition=Q(tell_at__isnull=False), name="report_letter_due"
            ),
            models.Index(
                fields=["asked_by", "finished_at"],
                condition=Q(state="ready", first_opened_at__isnull=True),
                name="report_unopened",
            ),
        ]
        constraints = [
            one_of("state", State, "report_state_known"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="report_progress_percent"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], finished_at__isnull=True)
                | Q(state__in=["ready", "failed", "cancelled"], finished_at__isnull=False),
                name="report_finished_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"report {self.public_id}"


class ReportFile(models.Model):
    """One format. `sha256` stays when the file is deleted: made again, it must be the same."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="files")
    format = models.CharField(max_length=8)
    file = models.FileField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    made_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "format"], name="report_format_once")
        ]

    def __str__(self) -> str:
        return f"{self.format} of {self.report_id}"


class KeptDay(models.Model):
    """A date whose cells are kept."""

    day = models.DateField(primary_key=True)
    kept_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.day)


class SeenParticipant(models.Model):
    """What kept cells were counted by; a file that says otherwise has moved its days."""

    participant = models.OneToOneField(
        "participants.Participant", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    office_id = models.BigIntegerField()
    language = models.CharField(max_length=8)
    zone = models.CharField(max_length=63)

    def __str__(self) -> str:
        return str(self.participant_id)


class LogMark(models.Model):
    """The newest entry of the check-ins' log at an instant."""

    event_id = models.BigIntegerField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.event_id)


class KeptCell(models.Model):
    """Requests of one day and office and of what its slice knows besides (`reports.slices`)."""

    slice = models.CharField(max_length=12)
    day = models.DateField()
    office_id = models.BigIntegerField()
    officer_id = models.BigIntegerField(null=True)
    language = models.CharField(max_length=8)
    origin = models.CharField(max_length=20)
    technology = models.CharField(max_length=12)
    requests = models.PositiveIntegerField()
    on_time = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    missed = models.PositiveIntegerField()
    not_accepted = models.PositiveIntegerField()
    excused = models.PositiveIntegerField()
    lapsed = models.PositiveIntegerField()
    cancelled = models.PositiveIntegerField()
    in_review = models.PositiveIntegerField()
    open = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    automatic = models.PositiveIntegerField()
    settled = models.PositiveIntegerField()
    reviewed = models.PositiveIntegerField()
    contested = models.PositiveIntegerField()
    overturned = models.PositiveIntegerField()
    response_minutes = ArrayField(models.IntegerField(), null=True)
    response_times = ArrayField(models.IntegerField(), null=True)
    review_minutes = ArrayField(models.IntegerField(), null=True)
    review_times = ArrayField(models.IntegerField(), null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "slice",
                    "day",
                    "office_id",
                    "officer_id",
                    "language",
                    "origin",
                    "technology",
                ],
                nulls_distinct=False,
                name="report_kept_cell_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["officer_id", "day"],
                condition=Q(slice="everything"),
                name="report_kept_cell_of_officer",
            )
        ]

    def __str__(self) -> str:
        return f"cell of {self.day}"
