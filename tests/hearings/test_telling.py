"""Notices about hearings: a change at once, reminders in time, and none about an old date."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from casework.hearings import history, telling
from casework.hearings.courts import load_courts
from casework.hearings.models import ChangeNotice, Court, Hearing
from casework.hearings.rules import REMINDERS, reminder_at
from casework.hearings.services import change
from casework.notices.models import Notice
from casework.notices.registry import Message, Reading, kind_named
from casework.participants.models import Participant
from casework.staff.models import User
from tests.hearings.conftest import Enter

START = datetime(2026, 6, 20, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "hours_before", "until"),
    [
        ("14d", 14 * 24, 7 * 24), ("7d", 7 * 24, 3 * 24), ("3d", 72, 24), ("1d", 24, 2),
        ("2h", 2, 0),
    ],
)  # fmt: skip
def test_a_reminder_goes_out_from_its_time_until_the_next(
    name: str, hours_before: int, until: int
) -> None:
    due, over = START - timedelta(hours=hours_before), START - timedelta(hours=until)
    second = timedelta(seconds=1)
    assert reminder_at(name, START, None, due - second) is None
    assert reminder_at(name, START, None, due) == over
    assert reminder_at(name, START, None, over - second) == over
    assert reminder_at(name, START, None, over) is None
    assert reminder_at(name, START, due, due) is None, "told only just now"
    assert reminder_at(name, START, due - second, due) == over


def test_they_are_those_of_the_design() -> None:
    assert list(REMINDERS.values()) == [
        timedelta(days=14), timedelta(days=7), timedelta(days=3), timedelta(days=1),
        timedelta(hours=2),
    ]  # fmt: skip


@pytest.mark.django_db
class TestOutbox:
    def reminders(self) -> list[str]:
        rows = Notice.objects.under_way().filter(kind=telling.REMINDER).order_by("pk")
        return [row.variant.split()[0] for row in rows]

    def test_every_step_is_written_once_however_often_it_is_swept(
        self, entered: Enter, now: datetime
    ) -> None:
        entered(starts_at=now + timedelta(days=20))
        written = []
        for hours in range(20 * 24 + 2):
            then = now + timedelta(hours=hours)
            for _sweep in range(2 if hours % 24 == 0 else 1):
                telling.remind(then)
            written = self.reminders()
        assert written == ["14d", "7d", "3d", "1d", "2h"]

    def test_one_that_was_due_before_the_date_was_told_is_left_out(
        self, entered: Enter, now: datetime
    ) -> None:
        entered(starts_at=now + timedelta(days=3) - timedelta(minutes=5))
        assert telling.remind(now) == 0
        assert telling.remind(now + timedelta(days=2)) == 1
        assert self.reminders() == ["1d"]

    def test_a_moved_date_is_reminded_of_anew_and_the_old_reminder_is_taken_out(
        self, entered: Enter, officer: User, now: datetime
    ) -> None:
        hearing = entered(starts_at=now + timedelta(days=8))
        then = now + timedelta(days=1, minutes=1)
        assert telling.remind(then) == 1
        change(hearing, {"starts_at": then + timedelta(days=8)}, by=officer, now=then)
        assert self.reminders() == []
        later = then + timedelta(days=1, minutes=1)
        assert telling.remind(later) == 1
        assert self.reminders() == ["7d"]

    def test_a_cancelled_date_a_closed_file_and_the_past_remind_nobody(
        self, entered: Enter, officer: User, alice: Participant, now: datetime
    ) -> None:
        hearing = entered(starts_at=now + timedelta(days=8))
        then = now + timedelta(days=1, minutes=1)
        telling.remind(then)
        change(hearing, {"cancelled": True}, by=officer, now=then)
        assert self.reminders() == []
        assert telling.hearings_to_remind_of([hearing.public_id], then) == {}
        entered(starts_at=now + timedelta(days=9), kind="bond")
        Participant.objects.filter(pk=alice.pk).update(closed_at=then)
        assert telling.remind(now + timedelta(days=2, minutes=1)) == 0

    def test_a_change_is_told_until_it_is_seen_or_replaced(
        self, entered: Enter, officer: User, alice: Participant, now: datetime
    ) -> None:
        hearing = entered()
        first = ChangeNotice.objects.get()
        written = Notice.objects.get(kind=telling.CHANGED)
        assert (written.participant, written.subject_id) == (alice, first.public_id)
        change(hearing, {"room": "4"}, by=officer, now=now)
        second = ChangeNotice.objects.get(replaced_at=None)
        both = [first.public_id, second.public_id]
        assert set(telling.changes_to_tell(both, now)) == {second.public_id}
        history.acknowledge(second, by=alice, now=now)
        assert telling.changes_to_tell(both, now) == {}


def said(hearing: Hearing, language: str, now: datetime) -> Message:
    facts = telling.hearings_to_remind_of([hearing.public_id], now)[hearing.public_id]
    reading = Reading(hearing.public_id, "1d", facts, ZoneInfo("America/New_York"), now)
    with translation.override(language):
        return kind_named(telling.REMINDER).render(reading)


@pytest.mark.django_db
def test_a_reminder_says_when_and_where_in_the_courts_time_and_not_before_whom(
    entered: Enter, now: datetime
) -> None:
    load_courts()
    court = Court.objects.get(name="Seattle Immigration Court")
    hearing = entered(court=court, starts_at=datetime(now.year + 1, 5, 4, 16, 30, tzinfo=UTC))
    told = said(hearing, "en", now)
    text = told.text.replace("\u202f", " ")
    assert "9:30 AM" in text
    assert "915 2nd Avenue, Suite 613, Seattle, WA" in text
    assert told.path == "/hearings/"
    assert "ourt" not in text
    assert said(hearing, "es", now).text.startswith("Recordatorio")
    Hearing.objects.filter(pk=hearing.pk).update(mode="video")
    told = said(hearing, "en", now).text
    assert "video" in told
    assert "We have no link yet. Ask your office for it." in told
    assert "link is on" not in told
    Hearing.objects.filter(pk=hearing.pk).update(video_url="https://court.example/9")
    told = said(hearing, "en", now).text
    assert "The link is on your page." in told
    assert "court.example" not in told
    Hearing.objects.filter(pk=hearing.pk).update(mode="telephone", video_url="")
    assert "telephone" in said(hearing, "en", now).text
