"""Courts and the dates that participants must keep."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from timezone_field import TimeZoneField

from casework.common.models import PublicIdModel, one_of
from casework.hearings.querysets import HearingQuerySet
from casework.participants.models import Case


class Court(PublicIdModel):
    """An immigration court: where it sits and its local time."""

    name = models.CharField(max_length=160, unique=True)
    address = models.TextField(blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=40, blank=True)
    timezone = TimeZoneField(default="America/New_York")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class HearingKind(models.TextChoices):
    MASTER = "master", _("Master calendar hearing")
    INDIVIDUAL = "individual", _("Individual hearing")
    BOND = "bond", _("Bond redetermination")
    OTHER = "other", _("Other hearing")


class HearingMode(models.TextChoices):
    IN_PERSON = "in_person", _("In person")
    VIDEO = "video", _("By video")
    TELEPHONE = "telephone", _("By telephone")


class HearingSource(models.TextChoices):
    OFFICER = "officer", _("Entered by an officer")
    COURT_NOTICE = "court_notice", _("Court notice")
    IMPORT = "import", _("Import")


class Hearing(PublicIdModel):
    """One date before a court. `source` and `verified_at` say why we believe it."""

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

    objects = HearingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["case", "starts_at"], name="hearing_by_case")]
        constraints = [
            one_of("kind", HearingKind, "hearing_kind_known"),
            one_of("mode", HearingMode, "hearing_mode_known"),
            one_of("source", HearingSource, "hearing_source_known"),
            models.CheckConstraint(
                condition=Q(video_url="") | Q(mode="video"), name="hearing_link_only_for_video"
            ),
        ]

    def __str__(self) -> str:
        return str(HearingKind(self.kind).label)
