"""Small things that people read: numbers to call, commas, times, and whose words are quoted."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import translation

from casework.common import clock, phrases
from casework.common.actors import SYSTEM
from casework.findings.models import Finding
from casework.findings.services import Proposal, excuse, propose
from casework.retention.registry import retention
from casework.staff.models import User
from checkins import lifecycle
from checkins.lifecycle.windows import EXCUSED_FOR
from checkins.verification.codes import Reason, Result
from smartlink.portal.templatetags.portal import days_after, grouped, with_hotline
from tests import people
from tests.portal.conftest import browser_of


def a_letter(officer: User, language: str) -> Finding:
    """About a check-in of the day before that nobody answered."""
    person = people.participant(officer, language=language)
    before = clock.now() - timedelta(days=1)
    missed = people.open_check_in(person, officer, now=before)
    lifecycle.mark_delivered(missed, now=before)
    lifecycle.close_overdue(missed, now=clock.now())
    new = Proposal("check_in", missed.public_id, "missed", "Nobody picked up the phone.")
    return propose(new, by=officer, now=clock.now())


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("+12125550100", "+1 212-555-0100"), ("+1 212 555 0100", "+1 212 555 0100"),
        ("(212) 555-0100", "(212) 555-0100"), ("+999", "+999"), ("", ""),
    ],
)  # fmt: skip
def test_a_bare_number_is_grouped_and_one_that_is_stays(stored: str, read: str) -> None:
    assert grouped(stored) == read


def test_the_courts_number_can_be_tapped_and_nothing_else_is_markup() -> None:
    said = with_hotline("<b>Ask</b> 1-800-898-7180.")
    assert said.startswith("&lt;b&gt;Ask&lt;/b&gt; ")
    assert '<a href="tel:18008987180"><bdi dir="ltr">1-800-898-7180</bdi></a>.' in said


@pytest.mark.parametrize(("language", "comma"), [("en", ", "), ("ar", "، "), ("zh-hans", "，")])
def test_the_comma_is_that_of_the_script(language: str, comma: str) -> None:
    with translation.override(language):
        assert phrases.comma() == comma


def test_a_time_of_day_never_breaks_and_the_worlds_clock_has_its_name() -> None:
    at = datetime(2027, 3, 4, 15, 43, tzinfo=UTC)
    with translation.override("ar"):
        assert " " not in phrases.clock_time(at, UTC)
        assert phrases.hours(time(9), time(17)).count(" ") == 2
        assert phrases.zone_name(at, UTC) == "UTC"


def test_a_letter_taken_back_for_our_fault_says_so_in_the_readers_language(officer: User) -> None:
    letter = a_letter(officer, "es")
    excuse("check_in", letter.subject_id, by=SYSTEM, now=clock.now(), reason=EXCUSED_FOR)
    browser = browser_of(letter.participant, officer)
    page = browser.get(f"/findings/{letter.public_id}/").content.decode()
    assert EXCUSED_FOR not in page
    assert "Tuvimos un problema de nuestro lado" in page


def test_a_letter_taken_back_by_a_person_quotes_that_person(officer: User) -> None:
    letter = a_letter(officer, "es")
    excuse("check_in", letter.subject_id, by=officer.actor, now=clock.now(), reason="She was ill.")
    page = browser_of(letter.participant, officer).get(f"/findings/{letter.public_id}/")
    assert "She was ill." in page.content.decode()


def test_spanish_tells_the_time_as_in_the_united_states() -> None:
    with translation.override("es"):
        at = phrases.clock_time(datetime(2027, 3, 4, 15, 43, tzinfo=UTC), UTC)
    assert at.split() == ["3:43", "p.m."]


@pytest.mark.parametrize(("language", "after"), [("ar", "بعد"), ("pa", "ਬਾਅਦ"), ("zh-hans", "后")])
def test_how_long_something_is_kept_never_says_after_twice(language: str, after: str) -> None:
    with translation.override(language):
        said = [days_after(rule) for rule in retention.rules if rule.concerns_people]
    assert len(said) > 15
    assert [sentence for sentence in said if sentence.count(after) > 1] == []


@pytest.mark.parametrize(
    ("reason", "said", "as_written"),
    [
        ("Somebody else is on it.", "Somebody else is on it.", True),
        ("The face is covered, so that it cannot be compared.", "El rostro está cubierto", False),
    ],
)
def test_only_words_in_a_foreign_language_are_said_to_be_as_they_were_written(
    officer: User, reason: str, said: str, *, as_written: bool
) -> None:
    person = people.participant(officer, language="es")
    check_in = people.open_check_in(person, officer)
    attempt = lifecycle.receive_attempt(
        check_in, lifecycle.NewAttempt(photo=b"photo", suffix=".jpg"), now=clock.now()
    )
    found = lifecycle.Finding(result=Result.NO_MATCH, reasons=(Reason.DOES_NOT_MATCH,))
    lifecycle.record_verification(attempt, found, now=clock.now())
    check_in.refresh_from_db()
    lifecycle.propose_not_accepted(check_in, by=officer, reason=reason, now=clock.now())
    boss = people.supervisor(person.office)
    lifecycle.confirm_not_accepted(check_in, by=boss, reason="", now=clock.now())
    page = browser_of(person, officer).get(f"/check-in/{check_in.public_id}/").content.decode()
    assert said in page
    assert ("tal como se escribieron" in page) is as_written
