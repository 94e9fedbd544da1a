"""The only writer of `CheckIn.state`: checks the table, moves, and writes the event."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from casework.common.actors import Actor
from casework.common.errors import RuleError, WrongState
from checkins.lifecycle.last import note_last
from checkins.models import CheckIn, CheckInEvent, PartialUpload
from checkins.states import AWAITS_THE_REST, MOVES, State


def move(
    check_in: CheckIn, to: State, *, by: Actor, now: datetime, reason: str = "", **facts: Any
) -> None:
    """Change the state if the table allows it and nobody was quicker; raises `WrongState`."""
    from_ = State(check_in.state)
    if to not in MOVES[from_]:
        raise WrongState(_("This check-in is already closed or is being handled."))
    changed = CheckIn.objects.filter(pk=check_in.pk, state=from_.value).update(
        state=to.value, **facts
    )
    if not changed:
        raise WrongState(_("Somebody was quicker: this check-in has just changed. Look again."))
    for name, value in facts.items():
        setattr(check_in, name, value)
    check_in.state = to.value
    note_last(check_in)
    if to not in AWAITS_THE_REST:
        PartialUpload.objects.filter(check_in=check_in).delete()
    log_event(check_in, from_.value, to, by=by, now=now, reason=reason)


def log_event(
    check_in: CheckIn, from_: str, to: State, *, by: Actor, now: datetime, reason: str
) -> None:
    CheckInEvent.objects.create(
        check_in=check_in,
        at=now,
        from_state=from_,
        to_state=to.value,
        actor_kind=by.kind.value,
        actor_id=by.id,
        actor_name=by.name[:160],
        reason=reason,
    )


def require_reason(reason: str) -> None:
    if not reason.strip():
        raise RuleError(_("Please give a reason."), field="reason")
