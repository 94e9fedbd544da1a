"""The participant's letter: told by opening it, answered without a script, in every language."""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from casework.common.actors import SYSTEM
from casework.faults.rules import Kind as FaultKind
from casework.faults.services import record_past_fault
from casework.findings import kinds, registry, services
from casework.findings.models import Finding
from casework.notices.registry import Reading, kind_named
from tests import people
from tests.findings.conftest import ANSWER, WHY, Cast
from tests.portal.conftest import browser_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def alice_in(cast: Cast) -> Iterator[Client]:
    return browser_of(cast.alice, cast.officer)


def letter(finding: Finding) -> str:
    return reverse("portal:finding", args=[finding.public_id])


def test_opening_the_letter_is_being_told_and_starts_the_time(cast: Cast, alice_in: Client) -> None:
    finding = cast.propose()
    home = alice_in.get("/home/").content.decode()
    assert letter(finding) in home
    finding.refresh_from_db()
    assert finding.state == "proposed"
    page = alice_in.get(letter(finding)).content.decode()
    finding.refresh_from_db()
    assert finding.state == "told"
    assert finding.events.latest("pk").actor_kind == "participant"
    for said in (WHY, cast.officer.full_name, "A second person decides", "Please answer"):
        assert said in page


def test_she_answers_changes_it_and_finds_both_in_her_data(cast: Cast, alice_in: Client) -> None:
    finding = cast.told()
    sent = alice_in.post(letter(finding), {"answer": ANSWER})
    assert sent.status_code == 302
    page = alice_in.get(letter(finding)).content.decode()
    assert "We have your answer" in page
    assert ANSWER in page
    assert letter(finding) not in alice_in.get("/home/").content.decode()
    alice_in.post(letter(finding), {"answer": "One more paper."})
    finding.refresh_from_db()
    assert finding.answer == "One more paper."
    assert letter(finding) in alice_in.get("/my-data/").content.decode()


def test_a_refused_answer_keeps_every_word(cast: Cast, alice_in: Client) -> None:
    finding = cast.told()
    long = "word " * 1001
    refused = alice_in.post(letter(finding), {"answer": long})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert long.strip() in page
    assert "too long" in page
    assert alice_in.post(letter(finding), {"answer": "  "}).status_code == 422
    lines = "\r\n".join(["x" * 9] * 500)  # five thousand signs as a browser counts them
    assert alice_in.post(letter(finding), {"answer": lines}).status_code == 302


def test_home_says_nothing_to_do_only_when_no_letter_waits(cast: Cast, alice_in: Client) -> None:
    finding = cast.told()
    home = alice_in.get("/home/").content.decode()
    assert "Nothing to do now" not in home
    assert home.count("<h1") == 1
    services.answer(finding, ANSWER, by=cast.alice, now=cast.now)
    assert "Nothing to do now" in alice_in.get("/home/").content.decode()


def test_when_the_time_is_over_both_pages_say_what_can_still_be_done(
    cast: Cast, alice_in: Client
) -> None:
    finding = cast.propose(cast.missed(ago=30 * DAY), now=cast.now - 29 * DAY)
    services.mark_told(finding, now=cast.now - 20 * DAY)
    for page in (alice_in.get("/home/"), alice_in.get(letter(finding))):
        shown = page.content.decode()
        assert "The time to answer is over" in shown
        assert "You can still answer as long as nothing is decided." in shown
        assert "Please answer" not in shown
    assert "Send my answer" in shown


def test_time_that_a_fault_of_ours_gave_back_is_not_over(cast: Cast, alice_in: Client) -> None:
    finding = cast.propose(cast.missed(ago=30 * DAY), now=cast.now - 29 * DAY)
    services.mark_told(finding, now=cast.now - 15 * DAY)
    span = (cast.now - 4 * DAY, cast.now - DAY)
    record_past_fault(FaultKind.WEB, span, "The pages were down.", by=SYSTEM, now=cast.now)
    for page in (alice_in.get("/home/"), alice_in.get(letter(finding))):
        assert "Please answer by" in page.content.decode()


def test_she_reads_the_decision_and_why(cast: Cast, alice_in: Client) -> None:
    finding = cast.answered()
    cast.decide(finding, uphold=True, reason="The log is clear.")
    page = alice_in.get(letter(finding)).content.decode()
    assert "it stands" in page
    assert "The log is clear." in page
    assert "<textarea" not in page
    assert alice_in.post(letter(finding), {"answer": "no"}).status_code == 422
    cast.decide(finding, uphold=False, reason="A fault came to light.")
    page = alice_in.get(letter(finding)).content.decode()
    assert "It does not stand" in page
    assert "A fault came to light." in page
    assert WHY not in page
    assert "does not stand" in alice_in.get("/my-data/").content.decode()


def test_what_was_taken_back_says_so(cast: Cast, alice_in: Client) -> None:
    finding = cast.withdrawn()
    page = alice_in.get(letter(finding)).content.decode()
    assert "taken this back" in page
    assert "Wrong person." in page


def test_a_strangers_letter_is_not_there(cast: Cast) -> None:
    finding = cast.told()
    bob = people.participant(cast.officer, given_name="Bob")
    bob_in = browser_of(bob, cast.officer)
    assert bob_in.get(letter(finding)).status_code == 404
    assert bob_in.post(letter(finding), {"answer": "mine"}).status_code == 404
    assert bob_in.get("/home/").status_code == 200


@pytest.mark.parametrize("language", [tag for tag, _name in settings.LANGUAGES])
def test_every_language_has_its_own_words(cast: Cast, language: str) -> None:
    cast.alice.language = language
    cast.alice.save(update_fields=["language"])
    finding = cast.told()
    page = browser_of(cast.alice, cast.officer).get(letter(finding)).content.decode()
    assert ('<html lang="ar" dir="rtl"' in page) is (language == "ar")
    english = ("What this means", "Who can help you", "Send my answer", "Your office says",
               "Time to answer until", "Please answer")  # fmt: skip
    assert [said in page for said in english] == [language == "en"] * len(english)
    reading = Reading(finding.public_id, "", {"answer_by": cast.now + DAY}, ZoneInfo("UTC"),
                      cast.now)  # fmt: skip
    with translation.override("en"):
        plain = {name: kind_named(name).render(reading).text for name in NAMES}
    with translation.override(language):
        for name in NAMES:
            said = kind_named(name).render(reading)
            assert (said.text == plain[name]) is (language == "en")
            assert said.path == letter(finding)
            # Whoever else sees the phone learns nothing of what the letter says.
            assert WHY not in said.text
        lines = registry.about("check_in").lines(finding.evidence, ZoneInfo("UTC"))
    assert all(line.label and line.text for line in lines)


NAMES = (kinds.TOLD, kinds.REMINDER, kinds.RESULT)
