"""Taking people into the program and giving them to an officer."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import NotPermitted, RuleError
from casework.participants import rules
from casework.participants.checks import check_case, check_person
from casework.participants.models import (
    Assignment,
    Case,
    ContactPoint,
    Participant,
)
from casework.staff.models import Office, Role, User


@dataclass(frozen=True)
class NewParticipant:
    """What enrolment needs. `office` and `officer` default to those of whoever enrols."""

    given_name: str
    family_name: str
    a_number: str
    language: str = "en"
    timezone: str = ""
    date_of_birth: date | None = None
    sex: str = ""
    office: Office | None = None
    officer: User | None = None
    phone: str = ""
    email: str = ""
    case: dict[str, Any] = field(default_factory=dict)


def enrol(new: NewParticipant, *, by: User, now: datetime) -> Participant:
    """A participant with a case, contact points and an officer. Raises `RuleError`."""
    a_number = rules.normal_a_number(new.a_number)
    if a_number is None:
        raise RuleError(_("An A-number has seven to nine digits."), field="a_number")
    check_person(vars(new), now)
    check_case(new.case, now)
    office = new.office or by.offices.order_by("name").first() or _only_office(by)
    if office is None:
        raise RuleError(_("Say which office supervises this person."), field="office")
    if not by.is_administrator and not by.offices.filter(pk=office.pk).exists():
        raise RuleError(_("That is not an office of yours."), field="office")
    officer = _officer_for(new, office, by)
    try:
        with transaction.atomic():
            participant = Participant.objects.create(
                given_name=new.given_name.strip(),
                family_name=new.family_name.strip(),
                a_number=a_number,
                language=new.language,
                timezone=new.timezone or office.timezone,
                date_of_birth=new.date_of_birth,
                sex=new.sex,
                office=office,
                created_at=now,
            )
            Case.objects.create(participant=participant, **new.case)
            _add_contact_points(participant, new)
            if officer is not None:
                Assignment.objects.create(participant=participant, officer=officer, from_at=now)
            record(
                "enrolled",
                ("participant", participant.public_id),
                by=by.actor,
                now=now,
                participant=participant.public_id,
            )
    except IntegrityError as error:
        if "a_number" not in str(error):
            raise
        raise RuleError(
            _("Somebody with this A-number is already in the program."), field="a_number"
        ) from error
    return participant


def _only_office(by: User) -> Office | None:
    """Where there is one office, an administrator who belongs to none need not name it."""
    offices = list(Office.objects.all()[:2]) if by.is_administrator else []
    return offices[0] if len(offices) == 1 else None


def _officer_for(new: NewParticipant, office: Office, by: User) -> User | None:
    officer = new.officer or (by if by.role == Role.OFFICER else None)
    if officer is not None and not officer.offices.filter(pk=office.pk).exists():
        raise RuleError(_("That officer does not work in this office."), field="officer")
    return officer


def _add_contact_points(participant: Participant, new: NewParticipant) -> None:
    if new.phone:
        ContactPoint.objects.create(
            participant=participant, kind="phone", phone=new.phone, preferred=True
        )
    if new.email:
        ContactPoint.objects.create(
            participant=participant, kind="email", email=new.email, preferred=not new.phone
        )


@transaction.atomic
def assign(
    participant: Participant, officer: User, *, by: User, now: datetime, note: str = ""
) -> Assignment:
    """Give the participant to `officer`; the assignment before ends at the same instant."""
    if not by.is_supervisor:
        raise NotPermitted(_("Only a supervisor moves a case to another officer."))
    if not officer.offices.filter(pk=participant.office_id).exists():
        raise RuleError(_("That officer does not work in this office."), field="officer")
    Participant.objects.select_for_update().get(pk=participant.pk)
    current = participant.assignments.filter(until_at__isnull=True)
    if current.filter(officer=officer).exists():
        raise RuleError(_("That officer already has this case."), field="officer")
    current.update(until_at=now)
    assignment = Assignment.objects.create(
        participant=participant, officer=officer, from_at=now, note=note
    )
    record(
        "assigned",
        ("participant", participant.public_id),
        by=by.actor,
        now=now,
        participant=participant.public_id,
        facts={"officer": str(officer.public_id)},
    )
    return assignment
