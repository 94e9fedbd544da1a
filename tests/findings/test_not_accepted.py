"""What its person reads of a check-in that was not accepted, and of the letter about it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casework.findings import services
from casework.findings.models import Finding
from checkins import lifecycle
from checkins.models import CheckIn
from checkins.reviews.words import usual_reasons
from checkins.verification.codes import Result
from tests import people
from tests.findings.conftest import Cast
from tests.portal.conftest import browser_of

pytestmark = pytest.mark.django_db

REASON = "The photo shows <another> person."
RED = '<section class="outcome bad">'


@pytest.fixture
def alice_in(cast: Cast) -> Client:
    return browser_of(cast.alice, cast.officer)


def refused(cast: Cast, why: str = REASON) -> CheckIn:
    now = cast.now - timedelta(days=1)
    check_in = people.open_check_in(cast.alice, cast.officer, now=now)
    new = lifecycle.NewAttempt(photo=b"a photo", suffix=".jpg")
    attempt = lifecycle.receive_attempt(check_in, new, now=now)
    lifecycle.record_verification(attempt, lifecycle.Finding(Result.NO_MATCH, ()), now=now)
    check_in.refresh_from_db()
    lifecycle.propose_not_accepted(check_in, by=cast.officer, reason=why, now=now)
    lifecycle.confirm_not_accepted(check_in, by=cast.boss, reason="", now=now)
    return check_in


def shown(browser: Client, check_in: CheckIn) -> str:
    return browser.get(reverse("portal:check_in", args=[check_in.public_id])).content.decode()


def withdraw(cast: Cast, letter: Finding) -> None:
    services.withdraw(letter, reason="Wrong person.", by=cast.officer, now=cast.now)


def overturn(cast: Cast, letter: Finding) -> None:
    services.mark_told(letter, now=cast.now)
    services.answer(letter, "It was me.", by=cast.alice, now=cast.now)
    cast.decide(letter, uphold=False)


def test_the_reviewers_reason_is_read_as_it_was_written(cast: Cast, alice_in: Client) -> None:
    page = shown(alice_in, refused(cast))
    assert "The photo shows &lt;another&gt; person." in page
    assert RED in page
    assert f'href="{reverse("portal:messages")}"' in page
    assert "letter" not in page


def test_a_usual_reason_is_read_in_the_persons_language_on_page_and_letter(cast: Cast) -> None:
    usual = usual_reasons()[0]
    check_in = refused(cast, f"{usual} Is it your brother?")
    letter = cast.propose(check_in, kind="not_accepted")
    cast.alice.language = "es"
    cast.alice.save(update_fields=["language"])
    alice_in = browser_of(cast.alice, cast.officer)
    of_letter = alice_in.get(reverse("portal:finding", args=[letter.public_id])).content.decode()
    for page in (shown(alice_in, check_in), of_letter):
        assert "La foto muestra a otra persona. Is it your brother?" in page
        assert usual not in page


def test_a_reason_is_only_for_what_was_decided_so(cast: Cast, alice_in: Client) -> None:
    check_in = refused(cast)
    CheckIn.objects.filter(pk=check_in.pk).update(state="excused")
    assert "The photo shows" not in shown(alice_in, check_in)
    CheckIn.objects.filter(pk=check_in.pk).update(state="not_accepted")
    check_in.review.delete()
    assert "You can ask your office for it." in shown(alice_in, check_in)


def test_the_letter_about_it_is_one_tap_away(cast: Cast, alice_in: Client) -> None:
    check_in = refused(cast)
    letter = cast.propose(check_in, kind="not_accepted")
    page = shown(alice_in, check_in)
    assert f'href="{reverse("portal:finding", args=[letter.public_id])}">Read and answer' in page
    services.mark_told(letter, now=cast.now)
    services.answer(letter, "It was me.", by=cast.alice, now=cast.now)
    cast.decide(letter, uphold=True)
    assert "Read the letter" in shown(alice_in, check_in)
    assert RED in shown(alice_in, check_in)


@pytest.mark.parametrize(
    ("end", "said"),
    [(withdraw, "The letter about it was withdrawn."), (overturn, "The letter about it does not")],
)
def test_a_letter_that_counts_for_nothing_calms_its_check_in(
    cast: Cast, alice_in: Client, end: Callable[[Cast, Finding], None], said: str
) -> None:
    check_in, other = refused(cast), refused(cast)
    end(cast, cast.propose(check_in, kind="not_accepted"))
    page, home = shown(alice_in, check_in), alice_in.get("/home/").content.decode()
    receipts = alice_in.get(reverse("portal:receipts")).content.decode()
    assert said in page
    assert '<section class="outcome calm">' in page
    assert "Read and answer" not in page
    assert home.count(said) == 1
    assert home.count('class="state bad"') == receipts.count('class="state bad"') == 1
    assert RED in shown(alice_in, other)
    check_in.refresh_from_db()
    assert check_in.state == "not_accepted"


def test_a_second_letter_counts_again(cast: Cast, alice_in: Client) -> None:
    check_in = refused(cast)
    withdraw(cast, cast.propose(check_in, kind="not_accepted"))
    again = cast.propose(check_in, kind="not_accepted", now=cast.now + timedelta(minutes=1))
    page = shown(alice_in, check_in)
    assert RED in page
    assert reverse("portal:finding", args=[again.public_id]) in page


def test_home_asks_no_more_with_more_letters(cast: Cast, alice_in: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            alice_in.get("/home/")
        return len(queries)

    withdraw(cast, cast.propose(refused(cast), kind="not_accepted"))
    alice_in.get("/home/")
    one = asked()
    for _ in range(2):
        withdraw(cast, cast.propose(refused(cast), kind="not_accepted"))
    assert asked() == one
