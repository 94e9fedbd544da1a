"""Appointments with the office: visits there, and visits at home."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from timezone_field import TimeZoneField

from casework.common.models import PublicIdModel, one_of
from casework.hearings.querysets import AppointmentQuerySet
from casework.participants.models import Participant
from casework.staff.models import User


class AppointmentKind(models.TextChoices):
    OFFICE_VISIT = "office_visit", _("Office visit")
    HOME_VISIT = "home_visit", _("Home visit")


class AppointmentStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    KEPT = "kept", _("Kept")
    NOT_KEPT = "not_kept", _("Not kept")
    CANCELLED = "cancelled", _("Cancelled")


class Appointment(PublicIdModel):
    """One visit. `timezone` is that of the place; what came of it a member of staff says."""

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="appointments"
    )
    kind = models.CharField(max_length=16, choices=AppointmentKind.choices)
    starts_at = models.DateTimeField()
    timezone = TimeZoneField()
    place = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=500, blank=True)
    status = models.CharField(
        max_length=10, choices=AppointmentStatus.choices, default=AppointmentStatus.PLANNED
    )
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        indexes = [
            models.Index(fields=["participant", "starts_at"], name="appointment_by_person"),
            models.Index(fields=["starts_at"], name="appointment_by_time"),
        ]
        constraints = [
            one_of("kind", AppointmentKind, "appointment_kind_known"),
            one_of("status", AppointmentStatus, "appointment_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=["planned", "cancelled"])
                | Q(changed_at__gte=models.F("starts_at")),
                name="appointment_result_only_afterwards",
            ),
        ]

    def __str__(self) -> str:
        return str(AppointmentKind(self.kind).label)
