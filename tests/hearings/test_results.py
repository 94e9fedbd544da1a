"""Attendance and outcome: recorded by a person, afterwards, with name and time."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from casework.audit.models import Entry
from casework.common.errors import RuleError
from casework.hearings.models import Hearing
from casework.hearings.results import Result, record_attendance, record_result
from casework.hearings.services import change
from casework.staff.models import User
from tests import people
from tests.hearings.conftest import Enter, browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def yesterday(entered: Enter, now: datetime) -> Hearing:
    return entered(starts_at=now - timedelta(days=1))


@pytest.mark.parametrize("word", ["attended", "late", "absent", "excused"])
def test_attendance_is_kept_with_who_and_when(
    yesterday: Hearing, officer: User, now: datetime, word: str
) -> None:
    saved = record_attendance(yesterday, word, by=officer, now=now)
    saved.refresh_from_db()
    assert (saved.attendance, saved.attendance_by, saved.attendance_at) == (word, officer, now)
    line = Entry.objects.get(verb="recorded a hearing's result")
    assert line.participant_id == yesterday.case.participant.public_id
    assert line.facts["attendance"] == word


def test_it_is_corrected_and_taken_back(yesterday: Hearing, officer: User, now: datetime) -> None:
    record_attendance(yesterday, "absent", by=officer, now=now)
    record_attendance(yesterday, "excused", by=officer, now=now + timedelta(hours=1))
    saved = record_attendance(yesterday, "", by=officer, now=now + timedelta(hours=2))
    assert (saved.attendance, saved.attendance_at, saved.attendance_by) == ("", None, None)
    assert Entry.objects.filter(verb="recorded a hearing's result").count() == 3


def test_the_same_again_leaves_no_second_line(
    yesterday: Hearing, officer: User, now: datetime
) -> None:
    for _again in range(2):
        record_attendance(yesterday, "attended", by=officer, now=now)
    assert Entry.objects.filter(verb="recorded a hearing's result").count() == 1


@pytest.mark.parametrize(
    ("result", "field"),
    [
        (Result("asleep"), "attendance"),
        (Result("", "party"), "outcome"),
        (Result("attended", "continued", "ZZ"), "adjournment"),
        (Result("attended", "relief_granted", "01"), "adjournment"),
    ],
)
def test_what_makes_no_sense_is_refused(
    yesterday: Hearing, officer: User, now: datetime, result: Result, field: str
) -> None:
    with pytest.raises(RuleError) as refused:
        record_result(yesterday, result, by=officer, now=now)
    assert refused.value.field == field


def test_nobody_is_absent_before_it_begins_or_from_what_is_cancelled(
    entered: Enter, officer: User, now: datetime
) -> None:
    ahead = entered()
    with pytest.raises(RuleError, match="not begun"):
        record_attendance(ahead, "absent", by=officer, now=now)
    change(ahead, {"cancelled": True}, by=officer, now=now)
    with pytest.raises(RuleError, match="cancelled"):
        record_attendance(ahead, "absent", by=officer, now=now + timedelta(days=11))


def test_a_hearing_with_attendance_keeps_its_time(
    yesterday: Hearing, officer: User, now: datetime
) -> None:
    record_attendance(yesterday, "attended", by=officer, now=now)
    for terms in ({"starts_at": now + timedelta(days=9)}, {"cancelled": True}):
        with pytest.raises(RuleError, match="its time stands"):
            change(yesterday, terms, by=officer, now=now)
    assert change(yesterday, {"room": "4"}, by=officer, now=now).room == "4"


@pytest.mark.parametrize(
    "row",
    [
        {"attendance": "attended"},
        {"attendance": "asleep"},
        {"outcome": "continued"},
        {"adjournment": "1"},
        {"adjournment": "01"},
    ],
)
def test_the_database_refuses_a_result_by_nobody(yesterday: Hearing, row: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Hearing.objects.filter(pk=yesterday.pk).update(**row)


def test_one_press_in_the_days_list_records_it_and_the_next_takes_it_back(
    entered: Enter, officer: User, now: datetime
) -> None:
    hearing = entered(starts_at=now - timedelta(minutes=1))
    client = browser_of(officer)
    page = reverse("console:hearings_day")
    shown = client.get(page).content.decode()
    assert hearing.case.participant.family_name in shown
    press = reverse("console:attendance", args=[hearing.public_id])
    answer = client.post(press, {"attendance": "attended", "back": page})
    assert answer["Location"] == page
    hearing.refresh_from_db()
    assert hearing.attendance == "attended"
    assert 'aria-pressed="true"' in client.get(page).content.decode()
    own = reverse("console:hearing", args=[hearing.public_id])
    for odd in ("nowhere", "-1", "https://elsewhere.example/"):
        led = client.post(press, {"attendance": "", "back": odd})
        assert (led.status_code, led["Location"]) == (302, own)
    hearing.refresh_from_db()
    assert hearing.attendance == ""


def test_the_form_keeps_attendance_outcome_and_code(
    yesterday: Hearing, officer: User, now: datetime
) -> None:
    url = reverse("console:hearing_result", args=[yesterday.public_id])
    client = browser_of(officer)
    assert "Respondent to seek representation" in client.get(url).content.decode()
    sent = {"attendance": "late", "outcome": "continued", "adjournment": "01"}
    assert client.post(url, sent | {"outcome": ""}).status_code == 422
    assert client.post(url, sent).status_code == 302
    yesterday.refresh_from_db()
    assert (yesterday.attendance, yesterday.outcome, yesterday.adjournment) == tuple(sent.values())
    assert yesterday.outcome_by == officer
    page = client.get(reverse("console:hearing", args=[yesterday.public_id])).content.decode()
    assert "Came late" in page
    assert "01 Respondent to seek representation" in page


def test_strangers_record_nothing(yesterday: Hearing, stranger: User) -> None:
    client = browser_of(stranger)
    for name in ("attendance", "hearing_result", "hearing"):
        url = reverse(f"console:{name}", args=[yesterday.public_id])
        assert client.post(url, {"attendance": "absent"}).status_code == 404
    yesterday.refresh_from_db()
    assert yesterday.attendance == ""
    shown = client.get(f"{reverse('console:hearings_day')}?day={yesterday.starts_at:%Y-%m-%d}")
    assert yesterday.case.participant.family_name not in shown.content.decode()


def test_the_days_list_stays_within_its_queries(
    entered: Enter,
    officer: User,
    now: datetime,
    django_assert_max_num_queries: Any,
) -> None:
    for minute in range(8):
        entered(of=people.participant(officer), starts_at=now - timedelta(minutes=minute))
    client = browser_of(officer)
    with django_assert_max_num_queries(15):
        page = client.get(reverse("console:hearings_day"))
    assert page.content.decode().count('class="sheet day-row"') >= 1
