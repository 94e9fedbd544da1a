"""Claims on the review pages: opening takes, others see it, keys and buttons let go."""

from django.urls import reverse

from casework.common import clock
from casework.participants.models import Participant
from casework.staff.models import Office, User
from checkins.models import CheckIn
from checkins.reviews import claims
from checkins.reviews.rules import CLAIM_LASTS, UNDO_FOR
from tests import people
from tests.console.conftest import Browser, in_review

QUEUE, NEXT = reverse("console:reviews"), reverse("console:next_review")
REFUSAL = {"verdict": "not_accepted", "reason": "His beard is real."}


def page_of(check_in: CheckIn) -> str:
    return reverse("console:review", args=[check_in.public_id])


def claim_of(check_in: CheckIn) -> str:
    return reverse("console:claim_review", args=[check_in.public_id])


def holder(check_in: CheckIn) -> User | None:
    check_in.review.refresh_from_db()
    return check_in.review.claimed_by


def test_opening_claims_and_others_see_who_looks_and_cannot_decide(
    browser_of: Browser, office: Office, officer: User, alice: Participant
) -> None:
    check_in = in_review(alice, officer)
    boss = people.supervisor(office)
    mine, theirs = browser_of(officer), browser_of(boss)
    assert "Yours until" in mine.get(page_of(check_in)).content.decode()
    assert f"Being looked at by {officer}" in theirs.get(QUEUE).content.decode()
    page = theirs.get(page_of(check_in)).content.decode()
    assert f"Being looked at by {officer}, until" in page
    assert 'name="verdict"' not in page
    assert "Take over" in page
    refused = theirs.post(page_of(check_in), REFUSAL)
    assert refused.status_code == 409
    assert "Nothing has been decided." in refused.content.decode()
    assert "His beard is real." in refused.content.decode(), "what was typed is not lost"
    assert holder(check_in) == officer


def test_a_supervisor_takes_over_and_the_first_loses_nothing(
    browser_of: Browser, office: Office, officer: User, alice: Participant
) -> None:
    check_in = in_review(alice, officer)
    boss = people.supervisor(office)
    mine, theirs = browser_of(officer), browser_of(boss)
    mine.get(page_of(check_in))
    assert mine.post(claim_of(check_in), {"do": "take_over"}).status_code == 302
    assert theirs.post(claim_of(check_in), {"do": "take_over"}).status_code == 302
    assert holder(check_in) == boss
    refused = mine.post(page_of(check_in), REFUSAL)
    assert refused.status_code == 409
    assert "His beard is real." in refused.content.decode()
    assert "Take over" not in refused.content.decode()
    assert theirs.post(page_of(check_in), {"verdict": "accepted"}).status_code == 302


def test_releasing_and_leaving_let_go_at_once(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    check_in = in_review(alice, officer)
    client = browser_of(officer)
    client.get(page_of(check_in))
    assert client.post(claim_of(check_in), {"do": "release"}).url == QUEUE
    assert holder(check_in) is None
    client.get(page_of(check_in))
    left = check_in.review.claimed_at
    holder(check_in)
    assert client.post(claim_of(check_in), {"do": "leave", "taken_at": "soon"}).status_code == 204
    assert client.post(claim_of(check_in), {"do": "leave", "taken_at": left or ""}).status_code
    assert holder(check_in) == officer, "a word about another claim ends none"
    taken = check_in.review.claimed_at.isoformat()
    assert client.post(claim_of(check_in), {"do": "leave", "taken_at": taken}).status_code == 204
    assert holder(check_in) is None


def test_next_and_previous_pass_over_what_others_look_at(
    browser_of: Browser, office: Office, officer: User
) -> None:
    first, second, third = (
        in_review(people.participant(officer), officer, minutes_ago=age) for age in (50, 30, 10)
    )
    boss = people.supervisor(office)
    claims.claim(second, by=boss, now=clock.now())
    client = browser_of(officer)
    assert client.get(NEXT).url == page_of(first)
    assert client.get(NEXT, {"after": first.public_id}).url == page_of(third)
    assert holder(third) == officer
    assert client.get(NEXT, {"before": third.public_id}).url == page_of(first)
    assert holder(third) is None
    assert client.get(NEXT, {"before": first.public_id}).url == page_of(first)
    assert client.post(page_of(third), {"verdict": "accepted"}).url == page_of(first)
    assert client.post(page_of(first), {"verdict": "accepted"}).url == QUEUE
    assert client.get(NEXT).url == QUEUE


def test_a_claim_that_ran_out_is_shown_to_nobody(
    browser_of: Browser, office: Office, officer: User, alice: Participant
) -> None:
    check_in = in_review(alice, officer)
    claims.claim(check_in, by=officer, now=clock.now() - CLAIM_LASTS)
    theirs = browser_of(people.supervisor(office))
    assert "Being looked at" not in theirs.get(QUEUE).content.decode()
    assert "Yours until" in theirs.get(page_of(check_in)).content.decode()


def test_a_stranger_claims_nothing(
    browser_of: Browser, office: Office, officer: User, alice: Participant
) -> None:
    check_in = in_review(alice, officer)
    stranger = browser_of(people.officer(office))
    assert stranger.post(claim_of(check_in), {"do": "keep"}).status_code == 404
    assert stranger.get(NEXT, {"after": check_in.public_id}).url == QUEUE
    assert holder(check_in) is None


def test_the_last_accept_can_be_taken_back_by_a_button_for_a_minute(
    browser_of: Browser, office: Office, officer: User
) -> None:
    first, second = (
        in_review(people.participant(officer), officer, minutes_ago=age) for age in (30, 10)
    )
    client = browser_of(officer)
    page = client.post(page_of(first), {"verdict": "accepted"}, follow=True).content.decode()
    undo = reverse("console:undo_acceptance", args=[first.public_id])
    assert undo in page
    assert f"You accepted {first.participant.full_name}" in page
    assert undo in client.get(QUEUE).content.decode()
    assert client.post(undo).url == page_of(first)
    first.refresh_from_db()
    assert first.state == "in_review"
    assert undo not in client.get(QUEUE).content.decode()
    assert client.post(undo).url == reverse("console:check_in", args=[first.public_id])
    client.post(page_of(first), {"verdict": "accepted"})
    with clock.shifted(UNDO_FOR):
        assert undo not in client.get(page_of(second)).content.decode()
        client.post(undo)
    first.refresh_from_db()
    assert first.state == "accepted"
