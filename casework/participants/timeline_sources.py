"""What this app itself tells on the timeline: supervision terms, and the audit trail."""

from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from casework.audit.models import Entry
from casework.participants.models import SupervisionTerm
from casework.participants.registry import Looking
from casework.participants.rules import Step
from casework.participants.timeline import Happening, Kind, Source, timeline
from casework.staff.models import User

FILE, LOOKS, SUPERVISION = "file", "looks", "supervision"
# Verbs of looking; all others change something.
LOOK = r"^(opened|viewed|listened|printed|downloaded|looked|read|audited) "
_TONES = {Step.DOWN.value: "good", Step.UP.value: "warn"}
_MACHINE = {"participant": "the participant", "system": "the system"}


def _terms(looking: Looking, _kind: str) -> QuerySet[Any]:
    return SupervisionTerm.objects.filter(participant=looking.participant).select_related("set_by")


def _tell_term(row: SupervisionTerm) -> Happening:
    step, technology = Step(row.step).words, row.get_technology_display()
    return Happening(
        f"{step}: {technology}, level {row.level}",
        row.reason,
        row.set_by.full_name,
        _TONES.get(row.step, "calm"),
    )


def _trail(looking: Looking, kind: str) -> QuerySet[Any]:
    """Lines that no other source tells; the name of who acted comes with the row."""
    name = User.objects.filter(public_id=OuterRef("actor_id")).values("full_name")[:1]
    rows = Entry.objects.filter(participant_id=looking.participant.public_id)
    rows = rows.exclude(verb__in=timeline.verbs).annotate(actor_name=Subquery(name))
    looks = Q(verb__regex=LOOK)
    if kind == LOOKS:
        return rows.filter(looks)
    if kind == FILE:
        return rows.exclude(looks).exclude(object_type__in=list(timeline.objects))
    if kind:
        theirs = [name for name, its in timeline.objects.items() if its == kind]
        return rows.exclude(looks).filter(object_type__in=theirs)
    return rows


def _tell_entry(row: Any) -> Happening:
    """The verb, whose it is, and what its facts say (never a name or a number: none are kept)."""
    said = timeline.facts.get(row.verb)
    text = said(row.facts) if said else ""
    who = row.actor_name or _MACHINE.get(row.actor_kind, "staff")
    kind = LOOKS if _is_look(row.verb) else timeline.objects.get(row.object_type, FILE)
    page = timeline.links.get(row.object_type)
    link = (page, row.object_id) if page else None
    return Happening(row.verb[:1].upper() + row.verb[1:], text, who, kind=kind, link=link)


def _is_look(verb: str) -> bool:
    return verb.split(" ", 1)[0] in LOOK.strip("^() ").split("|")


def _fields(facts: dict[str, Any]) -> str:
    return ", ".join(str(name).replace("_", " ") for name in facts.get("fields", []))


def register() -> None:
    """Called once, at start."""
    timeline.add(
        Kind(SUPERVISION, "Supervision", "swap_vert"),
        Kind(FILE, "Details and contact", "edit"),
        Kind(LOOKS, "Looks", "visibility"),
        Source("term", (SUPERVISION,), "from_at", _terms, _tell_term,
               frozenset({"set the supervision term"})),
        Source("trail", (FILE, LOOKS), "at", _trail, _tell_entry),
    )  # fmt: skip
    timeline.facts["corrected"] = _fields
