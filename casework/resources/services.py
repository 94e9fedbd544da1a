"""Keeping the directory: enter, change, say that it is still right. The trail says who did."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from casework.audit.services import record
from casework.common.errors import NotPermitted, RuleError
from casework.common.languages import LANGUAGES
from casework.resources import rules
from casework.resources.models import LONGEST_NOTES, Resource
from casework.staff.models import Office, User


@dataclass(frozen=True)
class Entry:
    """What is said of a place."""

    name: str
    kinds: Collection[str]
    address: str = ""
    city: str = ""
    phone: str = ""
    website: str = ""
    languages: Collection[str] = ()
    other_languages: str = ""
    hours: str = ""
    cost: str = rules.Cost.UNKNOWN.value
    zip_prefixes: Collection[str] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    is_active: bool = True


@transaction.atomic
def enter(said: Entry, offices: Collection[Office], *, by: User, now: datetime) -> Resource:
    """A new place. Raises `RuleError`, `NotPermitted`."""
    values = _sound(said)
    _check_offices(offices, by)
    made: Resource = Resource.objects.create(**values, made_at=now, verified_at=now, verified_by=by)
    made.offices.set(offices)
    _note("entered a resource", made, by, now, sorted(name for name in values if values[name]))
    return made


@transaction.atomic
def change(
    resource: Resource, said: Entry, offices: Collection[Office], *, by: User, now: datetime
) -> list[str]:
    """What it says from now on; whoever changes it has looked. Names of what changed.

    Offices that are not `by`'s to give or take stay as they are. Raises as `enter`.
    """
    values = _sound(said)
    locked = _kept(resource, by)
    before = set(locked.offices.all())
    after = set(offices) | (set() if by.is_administrator else before - set(by.offices.all()))
    _check_offices(after - before, by, is_left_with=after)
    changed = sorted(name for name, value in values.items() if getattr(locked, name) != value)
    for name in changed:
        setattr(locked, name, values[name])
    locked.verified_at, locked.verified_by = now, by
    locked.save(update_fields=[*changed, "verified_at", "verified_by"])
    if before != after:
        locked.offices.set(after)
        changed.append("offices")
    _note("changed a resource" if changed else "verified a resource", locked, by, now, changed)
    return changed


@transaction.atomic
def verify(resource: Resource, *, by: User, now: datetime) -> None:
    """Somebody has asked there: it is still right. Raises `NotPermitted`."""
    locked = _kept(resource, by)
    locked.verified_at, locked.verified_by = now, by
    locked.save(update_fields=["verified_at", "verified_by"])
    _note("verified a resource", locked, by, now, [])


def _kept(resource: Resource, by: User) -> Resource:
    found = Resource.objects.kept_by(by).filter(pk=resource.pk).select_for_update(of=("self",))
    locked: Resource | None = found.first()
    if locked is None:
        raise NotPermitted("Only administrators change what is for everybody.")
    return locked


def _check_offices(
    offices: Collection[Office], by: User, is_left_with: Collection[Office] | None = None
) -> None:
    if by.is_administrator:
        return
    if not (offices if is_left_with is None else is_left_with):
        raise RuleError("Choose an office.", field="offices")
    own = set(by.offices.all())
    if not set(offices) <= own:
        raise NotPermitted("Choose among your own offices.", field="offices")


def _sound(said: Entry) -> dict[str, Any]:
    """As it is stored. Raises `RuleError`."""
    values = {
        name: value.strip() if isinstance(value, str) else value
        for name, value in asdict(said).items()
    }
    _check(bool(values["name"]), "name", "Give it a name.")
    kinds = [kind.value for kind in rules.Kind if kind.value in said.kinds]
    _check(bool(kinds), "kinds", "Choose what kind of help it is.")
    reachable = values["address"] or values["phone"] or values["website"]
    _check(bool(reachable), "address", "Give an address, a phone number or a website.")
    try:
        values["hours"] = rules.canonical_hours(values["hours"])
    except rules.NotHours as error:
        sentence = "This is not understood: “%s”. Write it like “Mon-Fri 9:00-17:00; Sat 10-13”."
        raise RuleError(sentence % error, field="hours") from error
    prefixes = sorted(set(said.zip_prefixes))
    _check(
        all(rules.ZIP_PREFIX.fullmatch(one) for one in prefixes),
        "zip_prefixes",
        "A beginning of a ZIP code has three to five digits.",
    )
    spoken = [tag for tag, _name in LANGUAGES if tag in said.languages]
    notes = {tag: said.notes[tag].strip() for tag, _name in LANGUAGES if tag in said.notes}
    for tag, words in notes.items():
        _check(len(words) <= LONGEST_NOTES, f"notes_{tag}", "That is too long.")
    notes = {tag: words for tag, words in notes.items() if words}
    return values | {
        "kinds": kinds, "zip_prefixes": prefixes, "languages": spoken, "notes": notes,
    }  # fmt: skip


def _check(holds: bool, where: str, sentence: str) -> None:  # noqa: FBT001 - read as "check that"
    if not holds:
        raise RuleError(sentence, field=where)


def _note(verb: str, resource: Resource, by: User, now: datetime, fields: list[str]) -> None:
    record(verb, ("resource", resource.public_id), by=by.actor, now=now, facts={"fields": fields})
