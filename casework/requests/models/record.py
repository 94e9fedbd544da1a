"""Where a participant lives and works, and numbers that wait to be verified."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.common.models import PublicIdModel
from casework.participants.models import ContactPoint, Participant


class AddressFields(models.Model):
    """A home in the United States, as letters are addressed."""

    street = models.CharField(_("street and number"), max_length=160, blank=True)
    unit = models.CharField(_("apartment"), max_length=60, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    region = models.CharField(_("state"), max_length=40, blank=True)
    postal_code = models.CharField(_("ZIP code"), max_length=10, blank=True)

    class Meta:
        abstract = True

    @property
    def address_lines(self) -> list[str]:
        """As on a letter; empty lines left out."""
        first = ", ".join(part for part in (self.street, self.unit) if part)
        rest = " ".join(part for part in (self.region, self.postal_code) if part)
        return [line for line in (first, ", ".join(p for p in (self.city, rest) if p)) if line]


class WorkFields(models.Model):
    """For whom, where and when."""

    employer = models.CharField(_("employer"), max_length=160, blank=True)
    workplace = models.CharField(_("where"), max_length=200, blank=True)
    hours = models.CharField(_("working hours"), max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def work_lines(self) -> list[str]:
        return [line for line in (self.employer, self.workplace, self.hours) if line]


class Circumstances(AddressFields, WorkFields):
    """What the record says today; what it said before is in the confirmed reports."""

    participant = models.OneToOneField(
        Participant, on_delete=models.CASCADE, related_name="circumstances"
    )
    address_from = models.DateField(null=True)
    work_from = models.DateField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "circumstances"

    def __str__(self) -> str:
        return f"circumstances {self.pk}"


class PhoneProof(PublicIdModel):
    """A new number that is not verified yet: until it is, the old one goes on getting notices.

    `sealed` is the code under way, encrypted; `day` and `codes` count how many were sent on a day.
    """

    point = models.OneToOneField(ContactPoint, on_delete=models.CASCADE, related_name="proof")
    replaces = models.ForeignKey(
        ContactPoint, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    began_at = models.DateTimeField()
    sealed = models.BinaryField(null=True)
    expires_at = models.DateTimeField(null=True)
    tries_left = models.PositiveSmallIntegerField(default=0)
    codes = models.PositiveIntegerField(default=0)
    codes_since = models.DateTimeField(null=True)
    codes_that_day = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sealed__isnull=True, expires_at__isnull=True)
                | Q(sealed__isnull=False, expires_at__isnull=False),
                name="phone_code_has_its_end",
            ),
            models.CheckConstraint(
                condition=~Q(point=models.F("replaces")), name="phone_replaces_another"
            ),
        ]

    def __str__(self) -> str:
        return f"phone proof {self.pk}"

    def is_open(self, now: datetime) -> bool:
        """Whether a code is under way that may still be typed in."""
        return self.expires_at is not None and now < self.expires_at and self.tries_left > 0
