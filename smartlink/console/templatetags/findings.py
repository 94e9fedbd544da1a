"""Template words of findings for staff: states with one look, what an event was."""

from datetime import datetime, timedelta

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from casework.findings.models import Finding
from casework.findings.rules import NEAR, Kind, State

register = template.Library()

_STATES = {
    State.PROPOSED: ("wait", "outgoing_mail", "Being told"),
    State.TOLD: ("wait", "hourglass_top", "Waits for the answer"),
    State.ANSWERED: ("warn", "chat", "Answered"),
    State.UPHELD: ("bad", "gavel", "Upheld"),
    State.WITHDRAWN: ("calm", "undo", "Withdrawn"),
}
_KINDS = {
    Kind.LATE: "Late",
    Kind.MISSED: "Missed",
    Kind.NOT_ACCEPTED: "Not accepted",
    Kind.ABSENT: "Absent",
}


@register.simple_tag
def finding_badge(finding: Finding, now: datetime) -> SafeString:
    tone, sign, word = _STATES[State(finding.state)]
    if finding.state == State.TOLD and finding.is_due_at(now):
        tone, sign, word = "warn", "alarm", "No answer in time"
    return format_html(
        '<span class="state {}"><span class="material-symbols-outlined" aria-hidden="true">{}'
        "</span>{}</span>",
        tone,
        sign,
        word,
    )


@register.filter
def finding_kind(finding: Finding) -> str:
    return _KINDS[Kind(finding.kind)]


@register.filter
def is_near(finding: Finding, now: datetime) -> bool:
    """Whether the time to answer is nearly over."""
    by = finding.answer_by
    return bool(finding.state == State.TOLD and by is not None and timedelta(0) < by - now <= NEAR)
