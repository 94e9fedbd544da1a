"""Small things that people read: numbers to call, commas, times, and whose words are quoted."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import translation

from casework.common import clock, phrases
from casework.common.actors import SYSTEM
from casework.findings.models import Finding
from casework.findings.services import Proposal, excuse, propose
from casework.staff.models import User
from checkins import lifecycle
from checkins.lifecycle.windows import EXCUSED_FOR
from smartlink.portal.templatetags.portal import grouped, with_hotline
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
