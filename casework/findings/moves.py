"""The only writer of `Finding.state`: checks the table, moves, and writes the event."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from casework.common.actors import Actor
from casework.common.errors import WrongState
from casework.findings.models import Act, Finding, FindingEvent
from casework.findings.rules import State, may_move


def move(
    finding: Finding, to: State, *, by: Actor, now: datetime, why: str = "", **facts: Any
) -> None:
    """Change the state if the table allows it and nobody was quicker; raises `WrongState`."""
    from_ = State(finding.state)
    if not may_move(from_, to):
        raise WrongState(_("This finding is closed already, or not so far yet."))
    changed = Finding.objects.filter(pk=finding.pk, state=from_.value).update(
        state=to.value, **facts
    )
    if not changed:
        raise WrongState(_("This finding has just changed. Please look again."))
    for name, value in facts.items():
        setattr(finding, name, value)
    finding.state = to.value
    log_event(finding, Act(to.value), from_.value, by=by, now=now, reason=why)


def log_event(
    finding: Finding, act: Act, from_: str, *, by: Actor, now: datetime, reason: str = ""
) -> None:
    FindingEvent.objects.create(
        finding=finding,
        at=now,
        act=act.value,
        from_state=from_,
        to_state=finding.state,
        actor_kind=by.kind.value,
        actor_id=by.id,
        actor_name=by.name[:160],
        reason=reason,
    )
