"""Putting a participant's file right, and moving it to another office."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import NotPermitted, RuleError
from casework.participants import rules
from casework.participants.checks import check_case, check_person
from casework.participants.models import Case, ContactPoint, Participant
from casework.participants.services import assign
from casework.staff.models import Office, User

OF_THE_PERSON = frozenset(
    {"given_name", "family_name", "a_number", "language", "timezone", "date_of_birth", "sex"}
)


@transaction.atomic
def correct(
    participant: Participant, changes: dict[str, Any], *, by: User, now: datetime
) -> Participant:
    """Change what is named: facts of the person, `phone`, `email`, `case`, `office`, `officer`.

    The audit line names the fields, never their values. Raises `RuleError`; only a supervisor
    moves a person to another office or officer (`NotPermitted`).
    """
    if not changes:
        return participant
    check_person(changes, now)
    check_case(changes.get("case", {}), now)
    Participant.objects.select_for_update().get(pk=participant.pk)
    _correct_person(participant, {k: v for k, v in changes.items() if k in OF_THE_PERSON})
    for kind in ("phone", "email"):
        if kind in changes:
            _set_contact_point(participant, kind, changes[kind])
    if "case" in changes:
        _correct_case(participant, changes["case"])
    record(
        "corrected",
        ("participant", participant.public_id),
        by=by.actor,
        now=now,
        participant=participant.public_id,
        facts={"fields": sorted(changes)},
    )
    if "office" in changes and changes["office"].pk != participant.office_id:
        _move(participant, changes["office"], by=by, now=now)
    if "officer" in changes and not _has(participant, changes["officer"]):
        assign(participant, changes["officer"], by=by, now=now)
    return participant


def _correct_person(participant: Participant, facts: dict[str, Any]) -> None:
    if "a_number" in facts:
        a_number = rules.normal_a_number(facts["a_number"])
        if a_number is None:
            raise RuleError(_("An A-number has seven to nine digits."), field="a_number")
        facts["a_number"] = a_number
    if not facts:
        return
    for name, value in facts.items():
        setattr(participant, name, value)
    try:
        with transaction.atomic():
            participant.save(update_fields=sorted(facts))
    except IntegrityError as error:
        if "a_number" not in str(error):
            raise
        raise RuleError(
            _("Somebody with this A-number is already in the program."), field="a_number"
        ) from error


def _set_contact_point(participant: Participant, kind: str, value: Any) -> None:
    """An empty value removes the contact point; a new one has to be verified again."""
    points = participant.contact_points.filter(kind=kind)
    if not value:
        points.delete()
        return
    point = points.first()
    if point is None:
        first = not participant.contact_points.filter(preferred=True).exists()
        point = ContactPoint(participant=participant, kind=kind, preferred=first)
    elif getattr(point, kind) == value:
        return
    setattr(point, kind, value)
    point.verified_at = None
    point.save()


def _correct_case(participant: Participant, facts: dict[str, Any]) -> None:
    case = participant.cases.filter(closed_on__isnull=True).first() or Case(participant=participant)
    for name, value in facts.items():
        setattr(case, name, value)
    case.save()


def _move(participant: Participant, office: Office, *, by: User, now: datetime) -> None:
    """To another office. An officer who does not work there keeps the case no longer."""
    if not by.is_supervisor:
        raise NotPermitted(_("Only a supervisor moves a person to another office."), field="office")
    if not by.is_administrator and not by.offices.filter(pk=office.pk).exists():
        raise RuleError(_("That is not an office of yours."), field="office")
    participant.office = office
    participant.save(update_fields=["office"])
    participant.assignments.filter(until_at__isnull=True).exclude(officer__offices=office).update(
        until_at=now
    )
    record(
        "moved to another office",
        ("participant", participant.public_id),
        by=by.actor,
        now=now,
        participant=participant.public_id,
        facts={"office": str(office.public_id)},
    )


def _has(participant: Participant, officer: User) -> bool:
    return participant.assignments.filter(until_at__isnull=True, officer=officer).exists()
