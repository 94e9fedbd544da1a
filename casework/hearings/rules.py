"""Rules about hearing dates that need no database."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

# What a participant has to hear of; a judge's name alone is no reason to alarm anybody.
TOLD = frozenset({"court", "kind", "mode", "starts_at", "room", "video_url", "cancelled"})

# How long before a hearing its participant is reminded.
REMINDERS: dict[str, timedelta] = {
    "14d": timedelta(days=14),
    "7d": timedelta(days=7),
    "3d": timedelta(days=3),
    "1d": timedelta(days=1),
    "2h": timedelta(hours=2),
}


EARLIEST = date(1990, 1, 1)
FURTHEST = timedelta(days=15 * 366)


def is_plausible(day: date, now: datetime) -> bool:
    """Whether somebody may have to be somewhere that day; anything else was mistyped."""
    return EARLIEST <= day <= (now + FURTHEST).date()


def instants_of(local: datetime, zone: tzinfo) -> tuple[datetime, ...]:
    """When a wall clock in `zone` shows `local` (without a zone): once, twice or never; in UTC.

    Never: the hour that is skipped in spring. Twice: the hour that comes again in autumn.
    """
    readings = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    shown = {at for at in readings if at.astimezone(zone).replace(tzinfo=None) == local}
    return tuple(sorted(shown))


def difference(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The entries that differ, as they were and as they are."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before[name] for name in names if name in before}, {
        name: after[name] for name in names
    }


def kind_of_change(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """A word of `ChangeKind` for two states of a hearing; the gravest where several fit."""
    if not before:
        return "entered"
    if before["cancelled"] != after["cancelled"]:
        return "cancelled" if after["cancelled"] else "restored"
    return "moved" if before["starts_at"] != after["starts_at"] else "changed"


def must_be_told(
    before: Mapping[str, Any], after: Mapping[str, Any], was_at: datetime | None, now: datetime
) -> bool:
    """Whether the participant is asked to acknowledge; `was_at`: when it was to be before.

    What lies behind us, what was never on and what only staff care for is not asked about.
    """
    _old, new = difference(before, after)
    ahead = datetime.fromisoformat(after["starts_at"]) >= now
    ahead = ahead or (was_at is not None and was_at >= now)
    matters = bool(TOLD & set(new)) and not (after["cancelled"] and before.get("cancelled", True))
    return ahead and matters


def reminder_at(
    name: str, starts_at: datetime, told_at: datetime | None, now: datetime
) -> datetime | None:
    """Until when the reminder `name` may go out; None when it is not its time.

    It is due as long before as `REMINDERS` says, and over when the next one is due. What was due
    before the person was told of the date (`told_at`) is left out.
    """
    due_at = starts_at - REMINDERS[name]
    later = [starts_at - before for before in REMINDERS.values() if before < REMINDERS[name]]
    over_at = min([*later, starts_at])
    too_late = told_at is not None and told_at >= due_at
    return over_at if due_at <= now < over_at and not too_late else None
