"""How often, when and by which method a participant checks in."""

from datetime import time

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.common.models import PublicIdModel, one_of
from casework.participants.models import Participant
from casework.staff.models import User
from checkins.rules import EVERY_QUESTION


class Method(models.TextChoices):
    SELFIE = "selfie", _("Selfie")
    PHONE = "phone", _("Phone call")
    CHOICE = "choice", _("Participant's choice")


class LivenessMode(models.TextChoices):
    CHALLENGE = "challenge", _("Head-turn challenge")
    NONE = "none", _("None: one photo is enough")


def every_question() -> list[str]:
    return list(EVERY_QUESTION)


class Plan(PublicIdModel):
    """The standing arrangement with one participant. Hours are local to the participant."""

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="plan")
    rate_per_week = models.DecimalField(max_digits=4, decimal_places=2, default=2)
    method = models.CharField(max_length=8, choices=Method.choices, default=Method.SELFIE)
    window_minutes = models.PositiveIntegerField(default=120)
    liveness = models.CharField(
        max_length=12, choices=LivenessMode.choices, default=LivenessMode.CHALLENGE
    )
    liveness_reason = models.TextField(blank=True)
    from_hour = models.TimeField(default=time(8))
    until_hour = models.TimeField(default=time(20))
    # {"5": ["10:00", "14:00"], "6": null}: other hours, or none, on some weekdays (0 = Monday).
    day_hours = models.JSONField(default=dict, blank=True, db_default={})
    # [{"kind": "work", "days": [0, 1], "from": "22:00", "until": "06:00"}]
    exclusions = models.JSONField(default=list, blank=True, db_default=[])
    # Empty: a default that the rate leaves room for (`checkins.draw.terms`).
    gap_minutes = models.PositiveIntegerField(null=True, blank=True)
    max_per_day = models.PositiveIntegerField(null=True, blank=True)
    silence_days = models.PositiveIntegerField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    paused = models.BooleanField(default=False)
    # Came with a list of people: nothing is drawn before the first usable photo is there.
    awaits_photos = models.BooleanField(default=False, db_default=False)
    # With this a call with the right PIN is enough; nobody need listen to it.
    phone_pin_alone = models.BooleanField(default=False, db_default=False)
    phone_pin_reason = models.TextField(blank=True, db_default="")
    # What the person may tell with a check-in (`checkins.rules.Question`); none: not asked.
    questions = models.JSONField(default=every_question, blank=True, db_default=[])
    # Off unless a supervisor authorised it for this plan; then asked for at the check-in only.
    location = models.BooleanField(default=False, db_default=False)
    location_reason = models.TextField(blank=True, default="", db_default="")
    location_authorised_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("method", Method, "plan_method_known"),
            one_of("liveness", LivenessMode, "plan_liveness_known"),
            models.CheckConstraint(
                condition=Q(liveness="challenge") | ~Q(liveness_reason=""),
                name="plan_without_liveness_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(phone_pin_alone=False) | ~Q(phone_pin_reason=""),
                name="plan_with_pin_alone_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(rate_per_week__gte=0, rate_per_week__lte=21),
                name="plan_rate_up_to_three_a_day",
            ),
            models.CheckConstraint(
                condition=Q(window_minutes__gte=15, window_minutes__lte=1440),
                name="plan_window_15_minutes_to_a_day",
            ),
            models.CheckConstraint(
                condition=Q(from_hour__lt=F("until_hour")), name="plan_hours_in_order"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(starts_on__lte=F("ends_on")),
                name="plan_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(location=False, location_authorised_by__isnull=True)
                | Q(location=True, location_authorised_by__isnull=False) & ~Q(location_reason=""),
                name="plan_location_is_authorised_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"plan {self.pk}"
