"""Entering the dates that participants must keep, and putting them right."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import RuleError
from casework.hearings import conflicts, history
from casework.hearings.models import Hearing, HearingMode, HearingSource
from casework.hearings.rules import is_plausible
from casework.participants.models import Case, Participant
from casework.staff.models import User


@transaction.atomic
def enter(participant: Participant, terms: dict[str, Any], *, by: User, now: datetime) -> Hearing:
    """A date for the participant's latest open case, verified now by whoever enters it.

    What the participant reports is not verified by that. Raises `RuleError`.
    """
    open_cases = Case.objects.select_for_update().filter(participant=participant)
    case = open_cases.filter(closed_on__isnull=True).first()
    if case is None:
        raise RuleError(_("This person has no open case."), field="participant")
    hearing = Hearing(case=case, **terms)
    _require_plausible(hearing, now)
    hearing.verified_at = _verified(hearing, now)
    _require_fitting_link(hearing)
    _require_new(hearing)
    hearing.save()
    source = HearingSource(hearing.source)
    history.note([history.Changed(hearing)], by=by.actor, now=now, source=source)
    conflicts.notice([hearing], now=now)
    record(
        "entered a hearing",
        ("hearing", hearing.public_id),
        by=by.actor,
        now=now,
        participant=participant.public_id,
    )
    return hearing


@transaction.atomic
def change(hearing: Hearing, terms: dict[str, Any], *, by: User, now: datetime) -> Hearing:
    """Put a date right, or take it back (`cancelled`); verified now by whoever does so."""
    if not terms:
        return hearing
    Case.objects.select_for_update().get(pk=hearing.case_id)
    rows = Hearing.objects.select_for_update(of=("self",)).select_related("court")
    locked: Hearing = rows.get(pk=hearing.pk)
    before, was_at = history.snapshot(locked), locked.starts_at
    fields = {name: value for name, value in terms.items() if name != "cancelled"}
    for name, value in fields.items():
        setattr(locked, name, value)
    if "cancelled" in terms and terms["cancelled"] != (locked.cancelled_at is not None):
        locked.cancelled_at = now if terms["cancelled"] else None
    if locked.starts_at != was_at:
        _require_plausible(locked, now)
    locked.verified_at = _verified(locked, now)
    _require_fitting_link(locked)
    _require_open_result(locked, before)
    _require_new(locked)
    locked.save(update_fields=[*fields, "cancelled_at", "verified_at"])
    changed = [history.Changed(locked, before)]
    history.note(changed, by=by.actor, now=now, source=_source_of_change(locked, before))
    conflicts.notice([locked], now=now)
    record(
        "changed a hearing",
        ("hearing", locked.public_id),
        by=by.actor,
        now=now,
        participant=locked.case.participant.public_id,
        facts={"fields": sorted(terms)},
    )
    return locked


def _verified(hearing: Hearing, now: datetime) -> datetime | None:
    return None if hearing.source == HearingSource.PARTICIPANT else now


def _source_of_change(hearing: Hearing, before: dict[str, Any]) -> HearingSource:
    """The new source where one is named; else whoever puts it right is the source."""
    renamed = hearing.source != before["source"]
    return HearingSource(hearing.source) if renamed else HearingSource.OFFICER


def _require_plausible(hearing: Hearing, now: datetime) -> None:
    """A year that no calendar can show would close the file of the person to everybody."""
    if not is_plausible(hearing.starts_at.date(), now):
        raise RuleError("This is too far in the past or in the future.", field="starts_at")


def _require_fitting_link(hearing: Hearing) -> None:
    if hearing.video_url and hearing.mode != HearingMode.VIDEO:
        raise RuleError(_("Only a hearing by video has a video link."), field="video_url")


def _require_open_result(hearing: Hearing, before: dict[str, Any]) -> None:
    """Where somebody was at a given time is not moved to another time."""
    after = history.snapshot(hearing)
    moved = any(before[name] != after[name] for name in ("starts_at", "cancelled"))
    if moved and hearing.attendance:
        raise RuleError(
            _("Attendance is recorded for this hearing: its time stands. Enter the new date."),
            field="starts_at",
        )


def _require_new(hearing: Hearing) -> None:
    """The caller has locked the case."""
    if hearing.cancelled_at is not None:
        return
    same = Hearing.objects.filter(
        case=hearing.case_id,
        kind=hearing.kind,
        starts_at=hearing.starts_at,
        cancelled_at__isnull=True,
    )
    if same.exclude(pk=hearing.pk).exists():
        raise RuleError(_("This hearing is in the file already."), field="starts_at")
