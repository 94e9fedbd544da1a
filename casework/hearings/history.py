"""Keeping the history of hearings, and asking participants to acknowledge what changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from casework.audit.services import record
from casework.common.actors import Actor
from casework.hearings import telling
from casework.hearings.models import ChangeNotice, Hearing, HearingChange, HearingSource
from casework.hearings.rules import difference, kind_of_change, must_be_told
from casework.participants.models import Participant


def snapshot(hearing: Hearing) -> dict[str, Any]:
    """What the history keeps of a hearing, as JSON has it: times in UTC, the court by name."""
    return {
        "court": hearing.court.name,
        "kind": str(hearing.kind),
        "mode": str(hearing.mode),
        "starts_at": hearing.starts_at.astimezone(UTC).isoformat(),
        "judge": hearing.judge,
        "room": hearing.room,
        "video_url": hearing.video_url,
        "source": str(hearing.source),
        "cancelled": hearing.cancelled_at is not None,
    }


@dataclass(frozen=True)
class Changed:
    """A hearing as it is now, and the snapshot of what it was; empty for a new one."""

    hearing: Hearing
    before: Mapping[str, Any] = field(default_factory=dict)

    @property
    def was_at(self) -> datetime | None:
        return datetime.fromisoformat(self.before["starts_at"]) if self.before else None


def note(
    changes: Iterable[Changed], *, by: Actor, now: datetime, source: HearingSource
) -> list[ChangeNotice]:
    """Add the changes to the history; the notices that their participants have to acknowledge.

    `source` says where the change comes from, which need not be where the date came from.
    In the caller's transaction. A change of nothing leaves no row. Four statements for any number.
    """
    rows: list[HearingChange] = []
    told: list[tuple[Hearing, HearingChange]] = []
    for changed in changes:
        after = snapshot(changed.hearing)
        old, new = difference(changed.before, after)
        if not new:
            continue
        row = HearingChange(
            hearing=changed.hearing,
            at=now,
            kind=kind_of_change(changed.before, after),
            source=source.value,
            actor_kind=by.kind.value,
            actor_id=by.id,
            before=old,
            after=new,
        )
        rows.append(row)
        if must_be_told(changed.before, after, changed.was_at, now):
            told.append((changed.hearing, row))
    HearingChange.objects.bulk_create(rows)
    return _ask(told, now)


def _ask(told: list[tuple[Hearing, HearingChange]], now: datetime) -> list[ChangeNotice]:
    if not told:
        return []
    current = ChangeNotice.objects.filter(
        hearing__in=[hearing.pk for hearing, _row in told], replaced_at__isnull=True
    )
    current.update(replaced_at=now)
    notices = ChangeNotice.objects.bulk_create(
        ChangeNotice(hearing=hearing, change=row, asked_at=now) for hearing, row in told
    )
    telling.tell_changes(notices, now=now)
    return notices


@transaction.atomic
def acknowledge(notice: ChangeNotice, *, by: Participant, now: datetime) -> bool:
    """The participant has seen the change; False when that was known, or it has changed again."""
    fresh = ChangeNotice.objects.filter(
        pk=notice.pk,
        hearing__case__participant=by,
        acknowledged_at__isnull=True,
        replaced_at__isnull=True,
    ).update(acknowledged_at=now)
    if fresh:
        record(
            "acknowledged a hearing",
            ("hearing", notice.hearing.public_id),
            by=by.actor,
            now=now,
            participant=by.public_id,
            facts={"change": notice.change.kind},
        )
    return bool(fresh)
