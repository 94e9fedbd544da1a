"""A change of address, phone or work that a participant has reported."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from casework.common.models import PublicIdModel
from casework.participants.models import ContactPoint, Participant
from casework.requests.models.record import AddressFields, WorkFields
from casework.requests.querysets import ChangeQuerySet
from casework.requests.rules import FIELDS, LONGEST_WORDS, ChangeKind, ChangeState, missing
from casework.staff.models import User

KINDS = [
    (ChangeKind.ADDRESS.value, _("Address")),
    (ChangeKind.PHONE.value, _("Phone")),
    (ChangeKind.WORK.value, _("Work")),
]
STATES = [
    (ChangeState.REPORTED.value, _("Reported")),
    (ChangeState.CONFIRMED.value, _("Confirmed")),
    (ChangeState.NOT_CONFIRMED.value, _("Not confirmed")),
    (ChangeState.WITHDRAWN.value, _("Withdrawn")),
]
_OF = {kind.value: names for kind, names in FIELDS.items()}
_WAITING = ChangeState.REPORTED.value


class ChangeReport(AddressFields, WorkFields, PublicIdModel):
    """The new value in fields of its kind; `words` are what somebody told in their own.

    A report from the questions of a check-in has only `words`: whoever confirms it fills the
    fields. `before` is what the record said when it was confirmed. `source_id` names what it came
    from, where it was not reported by itself.
    """

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="change_reports", db_index=False
    )
    kind = models.CharField(max_length=8, choices=KINDS)
    state = models.CharField(max_length=16, choices=STATES, default=_WAITING)
    phone = PhoneNumberField(blank=True)
    from_on = models.DateField(null=True)
    words = models.CharField(max_length=LONGEST_WORDS, blank=True)
    source_id = models.UUIDField(null=True)
    reported_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=LONGEST_WORDS, blank=True)
    before = models.JSONField(default=dict)
    # Of a confirmed phone: the contact point that it became.
    point = models.ForeignKey(
        ContactPoint, on_delete=models.SET_NULL, null=True, related_name="change_reports"
    )

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-reported_at", "-pk"]
        indexes = [
            models.Index(fields=["participant", "-reported_at"], name="change_by_participant"),
            models.Index(
                fields=["reported_at"], condition=Q(state=_WAITING), name="change_to_confirm"
            ),
            models.Index(
                fields=["source_id"], condition=Q(source_id__isnull=False), name="change_by_source"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "kind"],
                condition=Q(state=_WAITING, source_id__isnull=True),
                name="change_one_of_a_kind_waits",
            ),
            models.UniqueConstraint(
                fields=["participant", "kind"],
                condition=Q(state=_WAITING, source_id__isnull=False),
                name="change_one_told_of_a_kind_waits",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in ChangeKind]), name="change_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state=_WAITING, settled_at__isnull=True, settled_by__isnull=True)
                | Q(state="withdrawn", settled_at__isnull=False, settled_by__isnull=True)
                | Q(
                    state__in=["confirmed", "not_confirmed"],
                    settled_at__isnull=False,
                    settled_by__isnull=False,
                ),
                name="change_settled_by_a_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="not_confirmed") | ~Q(reason=""),
                name="change_not_confirmed_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed")
                | Q(kind="address") & ~Q(street="") & ~Q(city="")
                | Q(kind="phone") & ~Q(phone="")
                | Q(kind="work") & ~Q(employer="", workplace="", hours=""),
                name="change_confirmed_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"change report {self.pk}"

    @property
    def value(self) -> dict[str, str]:
        """The fields of its kind."""
        return {name: str(getattr(self, name)) for name in _OF[self.kind]}

    @property
    def is_waiting(self) -> bool:
        return bool(self.state == _WAITING)

    @property
    def is_whole(self) -> bool:
        """Whether it can go into the record as it stands."""
        return missing(ChangeKind(self.kind), self.value) is None

    @property
    def lines(self) -> list[str]:
        """The new value as people read it."""
        if self.kind == ChangeKind.PHONE:
            return [self.phone.as_international] if self.phone else []
        return self.address_lines if self.kind == ChangeKind.ADDRESS else self.work_lines
