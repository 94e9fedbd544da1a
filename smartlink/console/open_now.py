"""At the top of a file: what waits in it, the newest note, and what may have been earned.

All of it comes with the participant, in one query. What a message says is not shown here: reading
it is a look of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from casework.common import clock
from casework.documents.models import Document
from casework.findings.models import Finding
from casework.messages.models import Message
from casework.notes.models import Note
from casework.participants.querysets import ParticipantQuerySet
from casework.participants.registry import Looking, Panel, file_of_participant
from casework.requests.models import ChangeReport, HelpRequest
from casework.staff.models import User
from checkins.lightening import reasons_on, with_conduct

MOST = 20
"""Of a kind; nobody reads more of them here."""


@dataclass(frozen=True)
class Waiting:
    """One line: `since` is said after `ago_of` ("reported 2 h ago")."""

    icon: str
    what: str
    ago_of: str
    since: datetime | None
    url: str
    finding: Finding | None = None


def with_open(rows: ParticipantQuerySet) -> ParticipantQuerySet:
    """Adds what is open, oldest first, and the newest note."""
    notes = Note.objects.as_it_stands().order_by("-pk")
    annotated: ParticipantQuerySet = with_conduct(rows, clock.now()).annotate(
        open_messages=_those(Message.objects.waiting(), "sent_at"),
        open_changes=_those(ChangeReport.objects.waiting(), "public_id", "kind", "reported_at"),
        open_help=_those(HelpRequest.objects.waiting(), "kind", "asked_at"),
        open_papers=_those(Document.objects.to_look_at(), "sent_at"),
        open_findings=_those(
            Finding.objects.live(), "public_id", "kind", "state", "proposed_at", "answer_by"
        ),
        newest_note=_those(notes, "text", "written_at", "author__full_name", most=1),
    )
    return annotated


def _those(rows: QuerySet[Any], *names: str, most: int = MOST) -> ArraySubquery:
    theirs = rows.filter(participant=OuterRef("pk"))
    theirs = theirs if most == 1 else theirs.order_by("pk")
    facts = JSONObject(**{name.rpartition("__")[2]: name for name in names})
    return ArraySubquery(theirs.values(facts=facts)[:most])


def open_now(looking: Looking) -> dict[str, Any]:
    """What this reader may see of it; nothing is asked here."""
    person: Any = looking.participant
    may = looking.user.has_perm
    note = person.newest_note if may("notes.add_note") else []
    earned = may("participants.add_supervisionterm")
    return {
        "waiting": _waiting(person, looking.user),
        "note": note[0] | {"written_at": _at(note[0], "written_at")} if note else None,
        "earned": reasons_on(person, looking.now) if earned else [],
    }


def _waiting(person: Any, user: User) -> list[Waiting]:
    kinds = (
        ("officer_messages.view_message", _messages),
        ("requests.view_changereport", _changes),
        ("requests.view_helprequest", _help),
        ("documents.view_document", _papers),
        ("findings.view_finding", _findings),
    )
    return [line for permission, of in kinds if user.has_perm(permission) for line in of(person)]


def _messages(person: Any) -> list[Waiting]:
    url = reverse("console:messages_of", args=[person.public_id])
    return _summed(person.open_messages, "forum", ("message", "messages"), "not read", url)


def _papers(person: Any) -> list[Waiting]:
    url = reverse("console:documents_of", args=[person.public_id])
    return _summed(person.open_papers, "description", ("document", "documents"), "to look at", url)


def _summed(
    rows: Sequence[dict[str, Any]], icon: str, words: tuple[str, str], state: str, url: str
) -> list[Waiting]:
    """One line for all of a kind."""
    if not rows:
        return []
    number = f"{MOST} or more" if len(rows) == MOST else str(len(rows))
    word, ago_of = (words[0], "sent") if len(rows) == 1 else (words[1], "the first sent")
    return [Waiting(icon, f"{number} {word} {state}", ago_of, _at(rows[0], "sent_at"), url)]


def _changes(person: Any) -> list[Waiting]:
    return [
        Waiting(
            "published_with_changes",
            f"New {ChangeReport(kind=one['kind']).get_kind_display().lower()} to confirm",
            "reported",
            _at(one, "reported_at"),
            reverse("console:change", args=[one["public_id"]]),
        )
        for one in person.open_changes
    ]


def _help(person: Any) -> list[Waiting]:
    url = f"{reverse('console:help')}?person={person.public_id}"
    return [
        Waiting(
            "support_agent",
            f"Help: {HelpRequest(kind=one['kind']).get_kind_display()}",
            "asked",
            _at(one, "asked_at"),
            url,
        )
        for one in person.open_help
    ]


def _findings(person: Any) -> list[Waiting]:
    return [
        Waiting(
            "balance",
            "Finding:",
            "proposed",
            _at(one, "proposed_at"),
            reverse("console:finding", args=[one["public_id"]]),
            Finding(kind=one["kind"], state=one["state"], answer_by=_at(one, "answer_by")),
        )
        for one in person.open_findings
    ]


def _at(facts: dict[str, Any], name: str) -> datetime | None:
    return parse_datetime(facts[name]) if facts[name] else None


def register() -> None:
    """Called once, when Django finds this app's admin."""
    file_of_participant.of_the_file.append(with_open)
    file_of_participant.add(
        Panel("open_now", "Open now", "console/panels/open_now.html", open_now, 0, top=True)
    )
