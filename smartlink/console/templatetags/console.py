"""Template words of the staff site: times, states and people with one look everywhere."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from casework.common import clock
from casework.common.browsers import device_name
from casework.common.passkeys import are_possible
from casework.hearings.adjournments import text_of
from casework.participants.looks import render_person, spaced
from checkins import looks
from checkins.verification.codes import Reason
from checkins.wording import reason_text_for_staff

register = template.Library()


@register.filter
def ago(at: datetime | None) -> SafeString | str:
    """ "2 h ago" or "in 3 days"; the exact local time is in the title."""
    return "" if at is None else looks.moment(at, clock.now())


@register.filter
def device(user_agent: str) -> str:
    """ "Chrome · Windows" of what a browser calls itself."""
    return device_name(user_agent)


@register.filter
def waited(at: datetime | None) -> str:
    """How long since `at`, without "ago"."""
    return "" if at is None else looks.span(clock.now() - at)


@register.filter
def lasted(length: timedelta) -> str:
    """How long something took."""
    return looks.span(length)


@register.filter
def exact(at: datetime | None) -> str:
    """Local date and time, in full."""
    return "" if at is None else looks.exact(at)


@register.filter
def exact_in(at: datetime, zone: Any) -> str:
    """Date and time in `zone`, with its name: courts sit in zones of their own."""
    local = timezone.localtime(at, zone)
    return f"{local:%a %-d %b %Y, %H:%M %Z}"


@register.filter
def time_here(at: datetime) -> str:
    """The time of day in the reader's zone."""
    return f"{timezone.localtime(at):%H:%M}"


@register.filter
def time_here_exactly(at: datetime) -> str:
    """As `time_here`, to the second."""
    return f"{timezone.localtime(at):%H:%M:%S}"


@register.filter
def time_in(at: datetime, zone: Any) -> str:
    """The time of day in `zone`, with its name."""
    return f"{timezone.localtime(at, zone):%H:%M %Z}"


@register.filter
def adjourned(code: str) -> str:
    """An adjournment code and what it says."""
    return f"{code} {text_of(code)}"


@register.filter
def fact_name(name: str) -> str:
    """A field of a hearing's history in words."""
    return {"starts_at": "time", "video_url": "video link"}.get(name, name)


@register.filter
def fact_of(value: Any, name: str) -> str:
    """A value of a hearing's history as people read it."""
    if value in ("", None):
        return "–"
    if name == "starts_at":
        return looks.exact(datetime.fromisoformat(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).replace("_", " ") if name in {"kind", "mode", "source"} else str(value)


@register.filter
def badge(state: str) -> SafeString:
    return looks.badge(state)


@register.filter
def result_badge(result: str) -> SafeString:
    return looks.result_badge(result)


@register.filter
def reference_badge(state: str) -> SafeString:
    return looks.reference_badge(state)


@register.filter
def said(reason: str) -> str:
    """A machine's reason in words for staff."""
    return reason_text_for_staff(reason) if reason in set(Reason) else reason


@register.filter
def person(participant: Any) -> SafeString:
    return render_person(participant)


@register.filter
def a_number(digits: str) -> str:
    return spaced(digits)


@register.filter
def minutes(number: int) -> str:
    """A window's length as people say it."""
    return looks.span(timedelta(minutes=number))


@register.simple_tag
def passkeys_possible() -> bool:
    """Whether browsers allow passkeys at the site's address."""
    return are_possible()


@register.simple_tag
def icon(name: str) -> SafeString:
    return format_html('<span class="material-symbols-outlined" aria-hidden="true">{}</span>', name)


@register.simple_tag
def event_text(event: Any) -> str:
    """One line of a check-in's log."""
    if not event.from_state:
        return _("Requested")
    return looks.state_name(event.to_state)
