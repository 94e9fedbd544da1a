"""Template words of the portal: times as people say them, states with their look."""

import re
from datetime import datetime, tzinfo
from urllib.parse import urlencode

import phonenumbers
from django import template
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from casework.common import phrases
from casework.common.languages import LANGUAGES
from casework.findings.models import Finding
from casework.findings.rules import Kind
from casework.hearings.ical import HOTLINE
from casework.hearings.models import ChangeNotice
from casework.resources.models import Resource
from casework.resources.rules import runs
from casework.retention.registry import Rule, retention
from checkins.models import CheckIn
from checkins.states import State
from checkins.wording import state_text

register = template.Library()

_KEYS = str.maketrans("BCDFGHJKMNPQRSTVWXZ", "2233445566777788999", "-")

# A word, not a wing or a suffix: "Courtroom 22", "Sala 3"; not "3B".
_NAMED = re.compile(r"[^\W\d_]{3}")

# How a state looks; the word beside it says the same, so colour is never alone.
_TONES = {
    State.ACCEPTED: "good",
    State.EXCUSED: "good",
    State.IN_REVIEW: "wait",
    State.VERIFYING: "wait",
    State.OPEN: "act",
    State.MISSED: "bad",
    State.NOT_ACCEPTED: "bad",
}


@register.simple_tag
def deadline(at: datetime, now: datetime) -> str:
    """In the participant's zone, which the gate has activated."""
    return phrases.deadline(at, timezone.get_current_timezone(), now=now)


@register.simple_tag
def moment(at: datetime, now: datetime) -> str:
    return phrases.moment(at, timezone.get_current_timezone(), now=now)


@register.simple_tag
def month_of(at: datetime) -> str:
    return phrases.month(at, timezone.get_current_timezone())


@register.simple_tag
def comma() -> str:
    return phrases.comma()


@register.simple_tag
def span(at: datetime, now: datetime) -> str:
    return phrases.span(at - now)


@register.simple_tag
def day_in(at: datetime, zone: tzinfo) -> str:
    return phrases.day(at, zone)


@register.simple_tag
def time_in(at: datetime, zone: tzinfo) -> str:
    """With the zone's name: a court may sit in another zone than its reader."""
    return f"{phrases.clock_time(at, zone)} · {phrases.zone_name(at, zone)}"


@register.filter
def was_at(notice: ChangeNotice) -> datetime | None:
    """When the hearing was to be before; None unless it was moved."""
    before = notice.change.before.get("starts_at")
    return datetime.fromisoformat(before) if before else None


@register.filter
def room(name: str) -> str:
    """ "room 12"; what has a name already ("Courtroom 22") keeps it."""
    return name if _NAMED.search(name) else _("room %(room)s") % {"room": name}


@register.filter
def said(check_in: CheckIn) -> str:
    return state_text(check_in.state)


@register.filter
def tone(check_in: CheckIn) -> str:
    """Calm where the letter about it counts for nothing (`smartlink.portal.letters`)."""
    if getattr(check_in, "letter_is_void", False):
        return "calm"
    return _TONES.get(State(check_in.state), "calm")


@register.simple_tag
def finding_said(finding: Finding) -> str:
    """What is said of the reader: by one person, so far."""
    said = {
        Kind.LATE: _("Your office says that you were late"),
        Kind.MISSED: _("Your office says that you missed a check-in"),
        Kind.NOT_ACCEPTED: _("Your office says that a check-in was not accepted"),
        Kind.ABSENT: _("Your office says that you were not at a hearing"),
    }
    if finding.is_out_of_sight:
        return _("A finding about you does not stand")
    return said[Kind(finding.kind)]


@register.simple_tag
def opening(resource: Resource) -> list[tuple[str, str]]:
    """Days and times, as the reader says them."""
    return [
        (phrases.comma().join(phrases.weekdays(*run) for run in runs(one.days)),
         phrases.hours(one.opens, one.closes))
        for one in resource.spans
    ]  # fmt: skip


@register.filter
def spoken(resource: Resource) -> str:
    """The languages of a place by their own names."""
    names = [name for tag, name in LANGUAGES if tag in resource.languages]
    return ", ".join([*names, resource.other_languages] if resource.other_languages else names)


@register.filter
def map_of(resource: Resource) -> str:
    """A map that every phone opens."""
    query = {"api": 1, "query": f"{resource.name}, {resource.place}"}
    return f"https://www.google.com/maps/search/?{urlencode(query)}"


@register.filter
def dialled(phone: str) -> str:
    """A phone number as a tel: link wants it."""
    return re.sub(r"[^\d+]", "", phone)


@register.filter
def grouped(phone: str) -> str:
    """A bare +12025550100 as people read it; what somebody has grouped already stays."""
    if not re.fullmatch(r"\+\d+", phone):
        return phone
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return phone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@register.filter
def with_hotline(sentence: str) -> SafeString:
    """The court's number in it to be tapped, in one piece, and from left to right in any script."""
    link = format_html('<a href="tel:{}"><bdi dir="ltr">{}</bdi></a>', dialled(HOTLINE), HOTLINE)
    return mark_safe(conditional_escape(sentence).replace(HOTLINE, link))  # noqa: S308 - escaped


@register.filter
def on_keys(login: str) -> str:
    """A login code as the keys of a telephone give it."""
    return login.translate(_KEYS)


@register.simple_tag
def own_names() -> tuple[tuple[str, str], ...]:
    """All languages by their own names: who reads none of this page finds the own one."""
    return LANGUAGES


@register.filter
def autonym(language: str) -> str:
    """A language's own name."""
    return dict(LANGUAGES).get(language, language)


@register.simple_tag
def days_after(rule: Rule) -> str:
    """ "90 days after you send it" """
    length = phrases.length(rule.days)
    return _("Deleted %(length)s %(since)s.") % {"length": length, "since": rule.since}


@register.simple_tag
def rule_words(slug: str) -> str:
    """What a rule deletes, in plain words."""
    return next((str(rule.what) for rule in retention.rules if rule.slug == slug), slug)
