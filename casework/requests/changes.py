"""Reporting that something has changed, and what becomes of it: one function for each move."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import to_python

from casework.audit.services import record
from casework.common.errors import NotPermitted, RuleError, TooOften, WrongState
from casework.participants.models import Participant
from casework.requests import phones, rules, sources
from casework.requests.models import ChangeReport, Circumstances
from casework.requests.rules import CHANGE_MOVES, FIELDS, ChangeKind, ChangeState
from casework.requests.telling import tell_settled
from casework.staff.models import User


@dataclass(frozen=True)
class NewChange:
    """What is new: the fields of its kind, from which day, and a note in the person's words."""

    kind: ChangeKind
    value: Mapping[str, str] = field(default_factory=dict)
    from_on: date | None = None
    words: str = ""
    source_id: UUID | None = None


@transaction.atomic
def report(participant: Participant, new: NewChange, *, now: datetime) -> ChangeReport:
    """A change that waits for the office; an earlier one of its kind that waited is withdrawn.

    What was told with something else (`source_id`) never takes the place of a report of its own.
    The same sent twice is one. Raises `RuleError` naming the field, `TooOften` after many a day.
    """
    kind = ChangeKind(new.kind)
    value = _clean(kind, new.value)
    if new.source_id is None:
        _require_whole(kind, value)
        _require_news(kind, value, participant)
        _check_day(new.from_on, participant, now)
    Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
    alike = ChangeReport.objects.of(participant).waiting().filter(kind=kind.value)
    waiting: ChangeReport | None = alike.filter(source_id__isnull=new.source_id is None).first()
    facts: dict[str, Any] = {
        "from_on": new.from_on,
        "words": new.words.strip()[: rules.LONGEST_WORDS],
        "source_id": new.source_id,
    }
    if waiting is not None and waiting.value == value and _same(waiting, facts):
        return waiting
    if new.source_id is None:
        _not_too_often(participant, now)
    if waiting is not None:
        withdraw(waiting, now=now)
    made: ChangeReport = ChangeReport.objects.create(
        participant=participant, kind=kind.value, reported_at=now, **value, **facts
    )
    _record("reported a change", made, participant.actor, now)
    return made


@transaction.atomic
def withdraw(change: ChangeReport, *, now: datetime) -> None:
    """By the person, while nobody has settled it."""
    _move(change, ChangeState.WITHDRAWN, settled_at=now)
    _record("withdrew a reported change", change, change.participant.actor, now)


@transaction.atomic
def confirm(
    change: ChangeReport, *, by: User, now: datetime, value: Mapping[str, str] | None = None
) -> None:
    """Write it into the record. `value` puts right or completes what was reported.

    A new number goes in beside the old one and is verified first (`phones`). Raises `RuleError`
    naming what is missing, `WrongState` when somebody was quicker or the person took it back.
    """
    _require_right(by)
    kind = ChangeKind(change.kind)
    new = _clean(kind, change.value if value is None else value)
    _require_whole(kind, new)
    person = change.participant
    facts: dict[str, Any] = {**new, "before": standing(person, kind)}
    _move(change, ChangeState.CONFIRMED, settled_at=now, settled_by=by, **facts)
    if kind is ChangeKind.PHONE:
        point = phones.begin(person, new["phone"], by=by.actor, now=now)
        ChangeReport.objects.filter(pk=change.pk).update(point=point)
    else:
        _write(person, kind, new, change.from_on, now)
    _record("confirmed a reported change", change, by.actor, now)
    tell_settled(change, now=now)
    sources.note_settled(change.source_id, by, now)


@transaction.atomic
def refuse(change: ChangeReport, *, by: User, reason: str, now: datetime) -> None:
    """Not confirmed, with a reason that the person reads. Raises `RuleError` without one."""
    _require_right(by)
    reason = reason.strip()
    if not reason:
        raise RuleError(_("Say why it is not confirmed."), field="reason")
    reason = reason[: rules.LONGEST_WORDS]
    _move(change, ChangeState.NOT_CONFIRMED, settled_at=now, settled_by=by, reason=reason)
    _record("did not confirm a reported change", change, by.actor, now)
    tell_settled(change, now=now)
    sources.note_settled(change.source_id, by, now)


def standing(participant: Participant, kind: ChangeKind) -> dict[str, str]:
    """What the record says now, in the fields of this kind; empty where it says nothing."""
    if kind is ChangeKind.PHONE:
        points = participant.contact_points.all()
        return {"phone": next((str(point.phone) for point in points if point.phone), "")}
    known = getattr(participant, "circumstances", None)
    return {name: getattr(known, name, "") for name in FIELDS[kind]}


def _write(
    person: Participant, kind: ChangeKind, new: Mapping[str, str], since: date | None, now: datetime
) -> None:
    name = "address_from" if kind is ChangeKind.ADDRESS else "work_from"
    facts = {**new, name: since, "changed_at": now}
    Circumstances.objects.update_or_create(participant=person, defaults=facts)


def _move(change: ChangeReport, to: ChangeState, **facts: Any) -> None:
    """The table is asked, then the row is changed where it still stands as it was read."""
    rows = ChangeReport.objects.filter(pk=change.pk, state=change.state)
    allowed = to in CHANGE_MOVES[ChangeState(change.state)]
    if not allowed or not rows.update(state=to.value, **facts):
        raise WrongState(_("This is settled already, or was taken back."))
    for name, value in {"state": to.value, **facts}.items():
        setattr(change, name, value)


def _clean(kind: ChangeKind, value: Mapping[str, str]) -> dict[str, str]:
    """The fields of this kind without blanks around them. Raises `RuleError`."""
    new = {name: str(value.get(name) or "").strip() for name in FIELDS[kind]}
    for name, text in new.items():
        most = getattr(ChangeReport._meta.get_field(name), "max_length", None)
        if most is not None and len(text) > most:
            raise RuleError(
                _("That is too long. Write %(most)d letters at most.") % {"most": most}, field=name
            )
    if not rules.is_zip(new.get("postal_code", "")):
        raise RuleError(_("A ZIP code has five digits."), field="postal_code")
    if new.get("phone"):
        number = to_python(new["phone"], region="US")
        if number is None or not number.is_valid():
            raise RuleError(
                _("This is no phone number. Write it with the area code."), field="phone"
            )
        new["phone"] = str(number)
    return new


def _require_whole(kind: ChangeKind, value: Mapping[str, str]) -> None:
    missing = rules.missing(kind, value)
    if missing is not None:
        raise RuleError(_("Please fill this in."), field=missing)


def _require_news(kind: ChangeKind, value: Mapping[str, str], participant: Participant) -> None:
    """A number that is verified already is no change."""
    phones_now = participant.contact_points.filter(kind="phone", verified_at__isnull=False)
    if kind is ChangeKind.PHONE and phones_now.filter(phone=value["phone"]).exists():
        raise RuleError(_("This is the number that we have already."), field="phone")


def _check_day(day: date | None, participant: Participant, now: datetime) -> None:
    today = now.astimezone(participant.timezone).date()
    if day is not None and not rules.day_makes_sense(day, today):
        raise RuleError(_("Look at the year of this date again."), field="from_on")


def _same(waiting: ChangeReport, facts: Mapping[str, Any]) -> bool:
    return all(getattr(waiting, name) == value for name, value in facts.items())


def _not_too_often(participant: Participant, now: datetime) -> None:
    lately = ChangeReport.objects.of(participant).filter(reported_at__gt=now - rules.DAY)
    if lately.filter(source_id=None).count() >= rules.MOST_A_DAY:
        raise TooOften(
            _("You have sent this several times today. Your office has it. If it is urgent, call."),
            retry_after=int(rules.DAY.total_seconds()),
        )


def _require_right(by: User) -> None:
    if not by.has_perm("requests.change_changereport"):
        raise NotPermitted(_("Your role does not do this."))


def _record(verb: str, change: ChangeReport, by: Any, now: datetime) -> None:
    record(
        verb,
        ("change report", change.public_id),
        by=by,
        now=now,
        participant=change.participant.public_id,
        facts={"kind": change.kind},
    )
