"""What a person asks for, checked against what that person may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import get_language_info

from casework.common.errors import RuleError
from casework.common.languages import LANGUAGES
from casework.participants.models import Participant, Technology
from casework.staff.models import Office, User
from checkins.models import CheckIn, CheckInEvent
from smartlink.reports.definitions import VERSION
from smartlink.reports.periods import LONGEST_DAYS, Period
from smartlink.reports.questions import NO_TERM, Question

# Log entries of one second at most that may still be on their way when an instant is frozen.
_LOG_MARGIN = 20_000
AHEAD = timedelta(days=1)
LONGEST_AUDIT = 31  # days
EARLIEST = 2000  # the year

GROUPINGS = {
    "office": "Office",
    "region": "Region",
    "officer": "Officer",
    "language": "Language",
    "origin": "How it was asked for",
    "technology": "Technology",
}
KINDS = {
    "compliance": "Compliance",
    "participants": "Compliance by participant",
    "participant": "One participant, for a court",
    "draws": "Audit of the random draws",
}
KIND_CHOICES = list(KINDS.items())
ORIGINS = dict(CheckIn.Origin.choices)
TECHNOLOGIES = {**dict(Technology.choices), NO_TERM: "Not recorded"}


@dataclass(frozen=True)
class Wish:
    """As typed or sent: ids are public; empty means all."""

    kind: str
    first: date
    last: date
    group: str = "office"
    office: UUID | None = None
    officer: UUID | None = None
    participant: UUID | None = None
    region: str = ""
    language: str = ""
    origin: str = ""
    technology: str = ""


def freeze(wish: Wish, *, by: User | None, now: datetime) -> dict[str, Any]:
    """What fixes a report for good, as JSON. Raises `RuleError` for what cannot be asked.

    `by` None is the command line, which sees everything. An office, officer or participant that
    `by` may not see does not exist.
    """
    _check(wish, now)
    offices = _offices(wish, by)
    return {
        "kind": wish.kind,
        "from": wish.first.isoformat(),
        "to": wish.last.isoformat(),
        "group": wish.group,
        "offices": offices,
        "office": str(wish.office or ""),
        "officer": _officer(wish, offices, by),
        "participant": _participant(wish, offices),
        "region": wish.region,
        "language": wish.language,
        "origin": wish.origin,
        "technology": wish.technology,
        "version": VERSION,
        "as_of": now.isoformat(),
        "log_mark": log_mark(),
        "supervision_usd": settings.REPORTS_SUPERVISION_USD_A_DAY,
        "technology_usd": dict(settings.REPORTS_TECHNOLOGY_USD_A_DAY),
        "detention_usd": settings.REPORTS_DETENTION_USD_A_DAY,
        "prices_from": settings.REPORTS_PRICES_FROM,
    }


def version_of(frozen: dict[str, Any]) -> str:
    """Of the definitions; reports asked for before the third did not say."""
    return str(frozen.get("version", "2"))


def log_mark() -> int:
    """An id of the log behind which everything stands that is still to be written."""
    newest = CheckInEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return max(0, newest - _LOG_MARGIN)


def question_of(frozen: dict[str, Any], person: Participant | None = None) -> Question:
    """The question that frozen parameters stand for; `person` where they are read already."""
    participant = _pk(Participant, frozen["participant"]) if person is None else person.pk
    return Question(
        period=period_of(frozen),
        as_of=datetime.fromisoformat(frozen["as_of"]),
        log_mark=frozen["log_mark"],
        offices=None if frozen["offices"] is None else tuple(frozen["offices"]),
        officer=_pk(User, frozen["officer"]),
        participant=participant,
        language=frozen["language"],
        origin=frozen["origin"],
        technology=frozen.get("technology", ""),
    )


_SAID = (
    "kind", "from", "to", "group", "office", "officer", "region", "language", "origin",
    "technology", "as_of",
)  # fmt: skip


def facts_of(frozen: Mapping[str, Any]) -> dict[str, object]:
    """What was asked, for the audit trail; ids instead of names."""
    return {name: frozen[name] for name in _SAID if frozen.get(name)}


def title_of(frozen: dict[str, Any]) -> str:
    """What a report is called, by its parameters."""
    return f"{KINDS[frozen['kind']]}, {period_of(frozen)}"


def period_of(frozen: dict[str, Any]) -> Period:
    return Period(date.fromisoformat(frozen["from"]), date.fromisoformat(frozen["to"]))


def words_of(frozen: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """What was asked, for people. A court's report says by itself whom it is about."""
    words = [("Period", str(period_of(frozen))), *_person(frozen)]
    names = (Office, "office", "Office", "name"), (User, "officer", "Officer", "full_name")
    for model, key, title, name in names:
        if frozen[key]:
            words.append((title, str(getattr(model.objects.get(public_id=frozen[key]), name))))
    if frozen["region"]:
        words.append(("Region", frozen["region"]))
    if not frozen["office"]:
        words.append(("Offices", _office_names(frozen["offices"])))
    if frozen["language"]:
        words.append(("Language", language_name(frozen["language"])))
    if frozen["origin"]:
        words.append(("Asked for", str(ORIGINS[frozen["origin"]])))
    if frozen.get("technology"):
        words.append(("Technology", str(TECHNOLOGIES[frozen["technology"]])))
    return tuple(words)


def _person(frozen: dict[str, Any]) -> list[tuple[str, str]]:
    """Files of the first three versions did not say it, and are made again as they were."""
    named = frozen["kind"] != "participant" and version_of(frozen) not in {"1", "2", "3"}
    if not frozen["participant"] or not named:
        return []
    person = Participant.objects.get(public_id=frozen["participant"])
    return [("Participant", f"{person.full_name}, {person.a_number}")]


def language_name(tag: str) -> str:
    """In English, as staff pages and reports are."""
    return str(get_language_info(tag)["name"])


def _office_names(pks: list[int] | None) -> str:
    if pks is None:
        return "all"
    return ", ".join(
        Office.objects.filter(pk__in=pks).order_by("name").values_list("name", flat=True)
    )


def _check(wish: Wish, now: datetime) -> None:
    for refused, words, field in _refusals(wish, now):
        if refused:
            raise RuleError(words, field=field)


def _refusals(wish: Wish, now: datetime) -> tuple[tuple[bool, str, str], ...]:
    """What cannot be asked: (whether it was, the words for it, the input)."""
    days = (wish.last - wish.first).days + 1
    return (
        (wish.kind not in KINDS, "There is no such report.", "kind"),
        (wish.group not in GROUPINGS, "Figures cannot be grouped by that.", "group"),
        (days < 1, "The last day comes before the first.", "last"),
        (wish.first.year < EARLIEST, "There are no check-ins that old.", "first"),
        (days > LONGEST_DAYS, "A report is about three years at most.", "first"),
        (
            wish.first > (now + AHEAD).date(),
            "The period has not begun yet.",
            "first",
        ),
        (
            wish.language not in {"", *dict(LANGUAGES)},
            "There is no such language.",
            "language",
        ),
        (
            wish.origin not in {"", *ORIGINS},
            "Check-ins are drawn or requested by an officer.",
            "origin",
        ),
        (
            wish.technology not in {"", *TECHNOLOGIES},
            "There is no such technology.",
            "technology",
        ),
        (
            wish.kind == "participant" and wish.participant is None,
            "Choose the participant.",
            "participant",
        ),
        (
            wish.kind == "draws" and days > LONGEST_AUDIT,
            f"An audit of the draws is about {LONGEST_AUDIT} days at most.",
            "first",
        ),
    )


def _offices(wish: Wish, by: User | None) -> list[int] | None:
    """The offices asked about, of those `by` may see; None for every one there is or will be."""
    rows = Office.objects.order_by("pk")
    everything = by is None or by.is_administrator
    if not everything:
        rows = rows.filter(staff=by)
    if wish.office is not None:
        rows = rows.filter(public_id=wish.office)
    if wish.region:
        rows = rows.filter(region=wish.region)
    pks = list(rows.values_list("pk", flat=True))
    if not pks and (wish.office or wish.region or not everything):
        raise RuleError("There is no such office.", field="office", code="not_found")
    return None if everything and not wish.office and not wish.region else pks


def _officer(wish: Wish, offices: list[int] | None, by: User | None) -> str:
    if wish.officer is None:
        return ""
    rows = User.objects.filter(public_id=wish.officer)
    if offices is not None:
        rows = rows.filter(offices__in=offices)
    if not rows.exists():
        raise RuleError("There is no such officer.", field="officer", code="not_found")
    return str(wish.officer)


def _participant(wish: Wish, offices: list[int] | None) -> str:
    if wish.participant is None:
        return ""
    rows = Participant.objects.filter(public_id=wish.participant)
    if offices is not None:
        rows = rows.filter(office__in=offices)
    if not rows.exists():
        raise RuleError("There is no such participant.", field="participant", code="not_found")
    return str(wish.participant)


def _pk(model: Any, public_id: str) -> int | None:
    return int(model.objects.only("pk").get(public_id=public_id).pk) if public_id else None
