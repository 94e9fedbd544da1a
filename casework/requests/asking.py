"""Asking for help or a call, and what becomes of it: one function for each move."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import NotPermitted, RuleError, TooOften, WrongState
from casework.participants.models import Participant
from casework.requests import rules, sources
from casework.requests.models import HelpRequest
from casework.requests.rules import HELP_MOVES, HelpKind, HelpState
from casework.requests.telling import tell_answered
from casework.staff.models import User


@dataclass(frozen=True)
class NewRequest:
    """What for, in the person's words if they like, and when a call suits."""

    kind: HelpKind
    words: str = ""
    best_time: str = ""
    source_id: UUID | None = None


@transaction.atomic
def ask(participant: Participant, new: NewRequest, *, now: datetime) -> HelpRequest:
    """The same asked twice while it waits is one. Raises `TooOften` after many in a day."""
    Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
    facts: dict[str, Any] = {
        "kind": HelpKind(new.kind).value,
        "words": new.words.strip()[: rules.LONGEST_WORDS],
        "best_time": new.best_time.strip()[:200],
        "source_id": new.source_id,
    }
    mine = HelpRequest.objects.of(participant)
    known: HelpRequest | None = mine.waiting().filter(**facts).first()
    if known is not None:
        return known
    lately = mine.filter(asked_at__gt=now - rules.DAY, source_id=None)
    if new.source_id is None and lately.count() >= rules.MOST_A_DAY:
        raise TooOften(
            _("You have sent this several times today. Your office has it. If it is urgent, call."),
            retry_after=int(rules.DAY.total_seconds()),
        )
    made: HelpRequest = HelpRequest.objects.create(participant=participant, asked_at=now, **facts)
    _record("asked for help", made, participant.actor, now)
    return made


@transaction.atomic
def withdraw(request: HelpRequest, *, now: datetime) -> None:
    """By the person, while it is not closed."""
    _move(request, HelpState.WITHDRAWN, settled_at=now)
    _record("withdrew a request for help", request, request.participant.actor, now)


@transaction.atomic
def acknowledge(request: HelpRequest, *, by: User, now: datetime) -> None:
    """Somebody has read it and will see to it; the person is told so."""
    _require_right(by)
    _move(request, HelpState.ACKNOWLEDGED, acknowledged_at=now, acknowledged_by=by)
    _record("acknowledged a request for help", request, by.actor, now)
    tell_answered(request, now=now)


@transaction.atomic
def close(request: HelpRequest, *, by: User, note: str, now: datetime) -> None:
    """What was done, in a sentence that the person reads. Raises `RuleError` without one."""
    _require_right(by)
    note = note.strip()[: rules.LONGEST_WORDS]
    if not note:
        raise RuleError(_("Say what was done. The person reads it."), field="note")
    _move(request, HelpState.CLOSED, settled_at=now, settled_by=by, note=note)
    _record("closed a request for help", request, by.actor, now)
    tell_answered(request, now=now)
    sources.note_settled(request.source_id, by, now)


def _move(request: HelpRequest, to: HelpState, **facts: Any) -> None:
    """The table is asked, then the row is changed where it still stands as it was read."""
    rows = HelpRequest.objects.filter(pk=request.pk, state=request.state)
    allowed = to in HELP_MOVES[HelpState(request.state)]
    if not allowed or not rows.update(state=to.value, **facts):
        raise WrongState(_("This is settled already, or was taken back."))
    for name, value in {"state": to.value, **facts}.items():
        setattr(request, name, value)


def _require_right(by: User) -> None:
    if not by.has_perm("requests.change_helprequest"):
        raise NotPermitted(_("Your role does not do this."))


def _record(verb: str, request: HelpRequest, by: Any, now: datetime) -> None:
    record(
        verb,
        ("help request", request.public_id),
        by=by,
        now=now,
        participant=request.participant.public_id,
        facts={"kind": request.kind},
    )
