"""Rules without a database: local times, what changed, what must be told."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from casework.hearings.rules import difference, instants_of, kind_of_change, must_be_told

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
local = datetime.fromisoformat
BASE = {
    "court": "A", "kind": "master", "mode": "in_person", "starts_at": "2026-07-01T14:00:00+00:00",
    "judge": "", "room": "", "video_url": "", "source": "officer", "cancelled": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("wall", "hours_utc"),
    [
        (local("2026-03-08T01:59"), [6]),  # the last minute before clocks go forward
        (local("2026-03-08T02:30"), []),  # skipped
        (local("2026-03-08T03:00"), [7]),
        (local("2026-11-01T00:59"), [4]),
        (local("2026-11-01T01:30"), [5, 6]),  # twice
        (local("2026-11-01T02:00"), [7]),
        (local("2026-07-01T09:00"), [13]),
        (local("2026-12-01T09:00"), [14]),
    ],
)
def test_a_local_time_is_once_twice_or_never(wall: datetime, hours_utc: list[int]) -> None:
    found = instants_of(wall, NEW_YORK)
    assert [at.hour for at in found] == hours_utc
    assert all(at.astimezone(NEW_YORK).replace(tzinfo=None) == wall for at in found)


def test_arizona_and_hawaii_never_change_their_clocks() -> None:
    for zone in ("America/Phoenix", "Pacific/Honolulu"):
        for day in (local("2026-03-08T02:30"), local("2026-11-01T01:30")):
            assert len(instants_of(day, ZoneInfo(zone))) == 1


@pytest.mark.parametrize(
    ("new", "kind"),
    [
        ({"starts_at": "2026-07-02T14:00:00+00:00"}, "moved"),
        ({"starts_at": "2026-07-02T14:00:00+00:00", "cancelled": True}, "cancelled"),
        ({"room": "4"}, "changed"),
    ],
)
def test_a_change_is_called_by_its_gravest_part(new: dict[str, Any], kind: str) -> None:
    assert kind_of_change(BASE, BASE | new) == kind
    assert difference(BASE, BASE | new) == ({name: BASE[name] for name in new}, new)


def test_on_again_and_new_are_words_of_their_own() -> None:
    assert kind_of_change(BASE | {"cancelled": True}, BASE) == "restored"
    assert kind_of_change({}, BASE) == "entered"


@pytest.mark.parametrize(
    ("before", "new", "told"),
    [
        ({}, {}, True),
        (BASE, {"starts_at": "2026-07-02T14:00:00+00:00"}, True),
        (BASE, {"court": "B"}, True),
        (BASE, {"mode": "video"}, True),
        (BASE, {"room": "4"}, True),
        (BASE, {"cancelled": True}, True),
        (BASE, {"judge": "Somebody else"}, False),
        (BASE, {"source": "import"}, False),
        (BASE | {"cancelled": True}, {"cancelled": True, "room": "4"}, False),
        ({}, {"cancelled": True}, False),
        ({}, {"starts_at": "2026-05-01T14:00:00+00:00"}, False),
    ],
)
def test_what_a_participant_is_asked_to_acknowledge(
    before: dict[str, Any], new: dict[str, Any], told: bool
) -> None:
    was_at = datetime.fromisoformat(before["starts_at"]) if before else None
    assert must_be_told(before, BASE | new, was_at, NOW) is told


def test_a_date_that_was_ahead_and_is_moved_into_the_past_is_told() -> None:
    after = BASE | {"starts_at": "2026-05-01T14:00:00+00:00"}
    assert must_be_told(BASE, after, NOW + timedelta(days=30), NOW)
