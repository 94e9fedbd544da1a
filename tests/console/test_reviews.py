"""The review queue and the decision: oldest first, one after another, once only."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from casework.common import clock
from casework.participants.models import Participant
from casework.staff.models import Office, User
from checkins import lifecycle
from checkins.models import Attempt, CheckIn, ReferencePhoto, Verification
from checkins.reviews import claims
from checkins.reviews.rules import CLAIM_LASTS
from checkins.rules import MOST_FOR_ONE_REASON
from checkins.verification import decision
from checkins.verification.codes import Reason, Result
from smartlink.console import standing
from smartlink.console.scale import MATCH_AT, REVIEW_AT, scale_of
from tests import people
from tests.console.conftest import Browser, in_review, reference_photo

QUEUE = reverse("console:reviews")


def page_of(check_in: CheckIn) -> str:
    return reverse("console:review", args=[check_in.public_id])


def three_waiting(officer: User) -> list[CheckIn]:
    """The oldest first."""
    ages = [50, 30, 10]
    return [in_review(people.participant(officer), officer, minutes_ago=age) for age in ages]


def test_the_longest_wait_comes_first(browser_of: Browser, officer: User) -> None:
    waiting = three_waiting(officer)
    page = browser_of(officer).get(QUEUE)
    assert [row.pk for row in page.context["rows"]] == [one.pk for one in waiting]
    assert "50 min" in page.content.decode()


def test_the_oldest_risk_comes_first_and_each_row_says_why_it_stands_there(
    browser_of: Browser, officer: User
) -> None:
    close = in_review(people.participant(officer), officer, Result.INCONCLUSIVE, minutes_ago=300)
    spoof = in_review(people.participant(officer), officer, Result.SPOOF_SUSPECTED)
    no_match = in_review(people.participant(officer), officer, minutes_ago=20)
    old = in_review(people.participant(officer), officer, Result.ERROR, minutes_ago=30 * 60)
    page = browser_of(officer).get(QUEUE)
    rows = list(page.context["rows"])
    assert [row.pk for row in rows] == [old.pk, spoof.pk, no_match.pk, close.pk]
    assert rows[1].standing == [
        "A picture or a screen is suspected: stands as if 24 h older",
    ]
    assert "The face did not match: stands as if 12 h older" in page.content.decode()


def test_the_page_says_how_long_reviews_take_in_the_own_office(
    browser_of: Browser, office: Office, officer: User
) -> None:
    theirs = people.officer(people.office())
    taken = [(officer, 60), (officer, 120), (officer, 600), (theirs, 5), (officer, 50_000)]
    for by, minutes in taken:
        check_in = in_review(people.participant(by), by, minutes_ago=minutes)
        then = clock.now() - timedelta(days=32) if minutes == 50_000 else clock.now()
        lifecycle.decide_review(check_in, accept=True, by=by, reason="", now=then)
    in_review(people.participant(officer), officer)
    page = browser_of(officer).get(QUEUE)
    [mine] = page.context["medians"]
    assert (mine.office, mine.number) == (office.name, 3)
    assert mine.median - timedelta(minutes=120) < timedelta(minutes=1)
    assert "half of its newest 3 reviews, none older than 30 days," in page.content.decode()


def test_no_more_reviews_than_the_newest_are_asked_how_long_they_took(
    browser_of: Browser, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "MOST_REVIEWS", 2)
    for minutes in (30, 20, 10):
        check_in = in_review(people.participant(officer), officer, minutes_ago=600)
        then = clock.now() - timedelta(minutes=minutes)
        lifecycle.decide_review(check_in, accept=True, by=officer, reason="", now=then)
    in_review(people.participant(officer), officer)
    [mine] = browser_of(officer).get(QUEUE).context["medians"]
    assert mine.number == 2
    assert mine.median > timedelta(minutes=579), "the one that took 570 minutes is the oldest"


def test_an_empty_queue_says_that_there_is_nothing_to_do(
    browser_of: Browser, officer: User
) -> None:
    page = browser_of(officer).get(QUEUE)
    assert "Nothing is waiting for a review" in page.content.decode()


def test_the_queue_holds_only_the_own_cases(
    browser_of: Browser, office: Office, officer: User, alice: Participant
) -> None:
    check_in = in_review(alice, officer)
    stranger = people.officer(office)
    assert list(browser_of(stranger).get(QUEUE).context["rows"]) == []
    assert browser_of(stranger).get(page_of(check_in)).status_code == 404
    assert browser_of(stranger).post(page_of(check_in), {"verdict": "accepted"}).status_code == 404
    assert len(browser_of(people.supervisor(office)).get(QUEUE).context["rows"]) == 1
    check_in.refresh_from_db()
    assert check_in.state == "in_review"


def test_it_can_be_narrowed_down_by_what_was_found(browser_of: Browser, officer: User) -> None:
    no_match = in_review(people.participant(officer), officer)
    close = in_review(people.participant(officer), officer, Result.INCONCLUSIVE)
    client = browser_of(officer)
    for wanted, expected in [
        ("no_match", [no_match.pk]),
        ("inconclusive", [close.pk]),
        ("late", []),
    ]:
        rows = client.get(QUEUE, {"result": wanted}).context["rows"]
        assert [row.pk for row in rows] == expected


def test_the_page_shows_what_a_person_needs_to_decide(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    reference_photo(alice, officer)
    earlier = in_review(alice, officer, minutes_ago=60)
    lifecycle.decide_review(earlier, accept=True, by=officer, reason="", now=clock.now())
    check_in = in_review(alice, officer)
    page = browser_of(officer).get(page_of(check_in))
    text = page.content.decode()
    assert "Less similar to the reference photos than the review limit." in text
    assert "Similarity" in text
    assert "31" in text
    assert len(page.context["references"]) == 1
    assert [one.check_in_id for one in page.context["earlier"]] == [earlier.pk]
    for word in ["probability", "violation"]:
        assert word not in text.lower()


def test_without_a_reference_photo_it_says_so(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    text = browser_of(officer).get(page_of(in_review(alice, officer))).content.decode()
    assert "There is no usable reference photo to compare with." in text


def test_accepting_takes_one_click_and_leads_to_the_next(
    browser_of: Browser, officer: User
) -> None:
    first, second, _third = three_waiting(officer)
    answer = browser_of(officer).post(page_of(first), {"verdict": "accepted"}, follow=True)
    assert answer.redirect_chain == [(page_of(second), 302)]
    first.refresh_from_db()
    assert first.state == "accepted"
    assert first.review.decided_by == officer
    page = answer.content.decode()
    assert f"You accepted {first.participant}" in page
    assert f"Accepted: {first.participant}" not in page, "said once"


def test_after_the_youngest_the_oldest_comes_and_after_the_last_the_queue(
    browser_of: Browser, officer: User
) -> None:
    first, second, third = three_waiting(officer)
    client = browser_of(officer)
    assert client.post(page_of(third), {"verdict": "accepted"}).url == page_of(first)
    assert client.post(page_of(first), {"verdict": "accepted"}).url == page_of(second)
    assert client.post(page_of(second), {"verdict": "accepted"}).url == QUEUE


def test_not_accepting_needs_a_reason_and_nothing_is_lost(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    check_in = in_review(alice, officer)
    client = browser_of(officer)
    answer = client.post(page_of(check_in), {"verdict": "not_accepted", "reason": "  "})
    assert answer.status_code == 422
    assert "Say why you do not accept this check-in." in answer.content.decode()
    check_in.refresh_from_db()
    assert check_in.state == "in_review"


def test_a_quick_reason_and_own_words_are_kept_together(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    check_in = in_review(alice, officer)
    sent = {
        "verdict": "not_accepted",
        "quick": "The photo shows another person.",
        "reason": "His beard is real.",
    }
    assert browser_of(officer).post(page_of(check_in), sent).status_code == 302
    check_in.refresh_from_db()
    assert check_in.state == "in_review"
    assert check_in.review.proposed_reason == "The photo shows another person. His beard is real."


def test_a_supervisor_confirms_or_overturns_what_an_officer_proposed(
    browser_of: Browser, office: Office, officer: User, alice: Participant
) -> None:
    sent = {"verdict": "not_accepted", "quick": "The photo shows another person."}
    first, second = in_review(alice, officer), in_review(people.participant(officer), officer)
    mine, theirs = browser_of(officer), browser_of(people.supervisor(office))
    for check_in in (first, second):
        mine.post(page_of(check_in), sent)
    assert list(mine.get(QUEUE).context["rows"]) == []
    assert "until a second reviewer decides" in mine.get(page_of(first)).content.decode()
    assert "Second reviewer" in theirs.get(QUEUE).content.decode()
    assert "You are the second reviewer" in theirs.get(page_of(first)).content.decode()
    mine.post(page_of(first), {"verdict": "confirmed"})
    first.refresh_from_db()
    assert first.state == "in_review"
    theirs.post(page_of(first), {"verdict": "confirmed"})
    shown = second.review.proposed_at.isoformat()
    assert f'name="proposed_at" value="{shown}"' in theirs.get(page_of(second)).content.decode()
    theirs.post(page_of(second), {"verdict": "accepted", "proposed_at": shown})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("not_accepted", "accepted")
    assert first.review.reason == "The photo shows another person."


def test_a_page_that_is_out_of_date_overturns_no_proposal(
    browser_of: Browser, office: Office, officer: User, alice: Participant
) -> None:
    """Opened before the claim ran out, pressed after somebody else proposed not to accept."""
    check_in = in_review(alice, officer)
    mine, theirs = browser_of(officer), browser_of(people.supervisor(office))
    mine.get(page_of(check_in))
    with clock.shifted(CLAIM_LASTS):
        theirs.post(page_of(check_in), {"verdict": "not_accepted", "reason": "a printed photo"})
        for shown in ({}, {"proposed_at": "2026-01-01T00:00:00+00:00"}, {"proposed_at": "x"}):
            answer = mine.post(page_of(check_in), {"verdict": "accepted"} | shown, follow=True)
            assert "has just changed: look at it again" in answer.content.decode()
            check_in.refresh_from_db()
            assert check_in.state == "in_review"
        assert "proposed not to accept" in mine.get(page_of(check_in)).content.decode()


@pytest.mark.parametrize("verdict", ["accepted", "not_accepted"])
def test_a_second_press_changes_nothing_and_scolds_nobody(
    browser_of: Browser, officer: User, alice: Participant, verdict: str
) -> None:
    check_in = in_review(alice, officer)
    client, sent = browser_of(officer), {"verdict": verdict, "reason": "another person"}
    client.post(page_of(check_in), sent)
    text = client.post(page_of(check_in), sent, follow=True).content.decode()
    assert "quicker" not in text
    assert "has just changed" not in text
    offered = reverse("console:undo_acceptance", args=[check_in.public_id]) in text
    assert offered == (verdict == "accepted"), "what was accepted can still be taken back"
    assert ("You have decided already" in text) == (verdict == "not_accepted")


def test_a_quick_reason_is_one_of_ours(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    sent = {"verdict": "not_accepted", "quick": "Made up."}
    check_in = in_review(alice, officer)
    assert browser_of(officer).post(page_of(check_in), sent).status_code == 422


@pytest.mark.parametrize("sent", [{}, {"verdict": "missed"}])
def test_only_the_two_verdicts_exist(
    browser_of: Browser, officer: User, alice: Participant, sent: dict[str, str]
) -> None:
    check_in = in_review(alice, officer)
    assert browser_of(officer).post(page_of(check_in), sent).status_code == 422
    check_in.refresh_from_db()
    assert check_in.state == "in_review"


def test_a_colleague_was_quicker(
    browser_of: Browser, office: Office, officer: User, alice: Participant
) -> None:
    boss = people.supervisor(office)
    check_in = in_review(alice, officer, minutes_ago=5)
    following = in_review(people.participant(officer), officer)
    client = browser_of(officer)
    client.get(page_of(check_in))
    claims.take_over(check_in, by=boss, now=clock.now())
    lifecycle.decide_review(check_in, accept=True, by=boss, reason="", now=clock.now())
    sent = {"verdict": "not_accepted", "quick": "The photo shows another person."}
    answer = client.post(page_of(check_in), sent, follow=True)
    assert answer.redirect_chain == [(page_of(following), 302)]
    assert f"{boss} was quicker" in answer.content.decode()
    check_in.refresh_from_db()
    assert check_in.state == "accepted"
    assert check_in.review.decided_by == boss


def test_a_decided_one_opens_as_a_check_in(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    check_in = in_review(alice, officer)
    lifecycle.decide_review(check_in, accept=True, by=officer, reason="", now=clock.now())
    answer = browser_of(officer).get(page_of(check_in))
    assert answer.url == reverse("console:check_in", args=[check_in.public_id])


def test_thirty_waiting_cost_no_more_queries_than_one(
    browser_of: Browser, officer: User, django_assert_max_num_queries: Any
) -> None:
    waiting = [
        in_review(people.participant(officer), officer, minutes_ago=age) for age in range(30, 0, -1)
    ]
    client: Client = browser_of(officer)
    with django_assert_max_num_queries(15):
        assert len(client.get(QUEUE).context["rows"]) == 30
    reference_photo(waiting[0].participant, officer)
    client.get(page_of(waiting[1]))  # claimed, and let go of with the next
    with django_assert_max_num_queries(15):
        assert client.get(page_of(waiting[0])).status_code == 200


def test_a_long_history_costs_no_more_queries(
    browser_of: Browser, officer: User, alice: Participant, django_assert_max_num_queries: Any
) -> None:
    for days in range(8, 0, -1):
        earlier = in_review(alice, officer, minutes_ago=days * 1440)
        lifecycle.decide_review(earlier, accept=True, by=officer, reason="", now=clock.now())
    for person in ["alice", "alice later"]:
        reference_photo(alice, officer, person)
    check_in = in_review(alice, officer)
    client = browser_of(officer)
    with django_assert_max_num_queries(15):
        page = client.get(page_of(check_in))
    assert len(page.context["earlier"]) == 6


def test_the_limits_on_the_scale_are_those_of_the_decision() -> None:
    for limits in decision.STARTING_THRESHOLDS.values():
        match, review = limits.match_at_averaged, limits.review_to
        assert decision.similarity(match, match, review) == MATCH_AT
        assert decision.similarity(review, match, review) == REVIEW_AT


@pytest.mark.parametrize(
    ("similarity", "tone"), [(100, "good"), (75, "good"), (74.9, "warn"), (50, "warn"), (0, "bad")]
)
def test_the_scale_says_where_a_similarity_lies(similarity: float, tone: str) -> None:
    scale = scale_of(similarity)
    assert scale is not None
    assert scale.tone == tone
    assert scale_of(None) is None


def test_a_copy_of_an_earlier_photo_is_told_with_a_link_to_it(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    first = in_review(alice, officer, minutes_ago=90)
    client = browser_of(officer)
    assert client.get(page_of(first)).context["repeat"] is None
    lifecycle.decide_review(first, accept=True, by=officer, reason="", now=clock.now())
    again = in_review(alice, officer, minutes_ago=60)
    Attempt.objects.filter(check_in=again).update(
        photo_sha256=Attempt.objects.get(check_in=first).photo_sha256
    )
    page = client.get(page_of(again))
    said = page.content.decode()
    assert "the very same file as the photo of" in said
    assert "you decide" in said
    assert f'href="{reverse("console:check_in", args=[first.public_id])}">That check-in' in said
    assert page.context["chosen"] == ""
    listed = client.get(QUEUE).content.decode()
    assert "same file" not in listed, "it stands nowhere in the queue"
    reference_photo(alice, officer, "alice")
    ReferencePhoto.objects.update(
        photo_sha256="r", frame_print="0" * 64, added_at=clock.now() - timedelta(days=3)
    )
    Attempt.objects.filter(check_in=again).update(photo_sha256="new")
    Verification.objects.filter(attempt__check_in=again).update(frame_print="0" * 63 + "1")
    said = client.get(page_of(again)).content.decode()
    assert "almost the same picture as the reference photo of" in said
    assert "That check-in" not in said


def test_who_sent_only_files_that_are_no_photos_is_called_or_accepted(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    then = clock.now() - timedelta(days=2)
    check_in = people.open_check_in(alice, officer, now=then)
    lifecycle.mark_delivered(check_in, now=then)
    for number in range(MOST_FOR_ONE_REASON):
        no_photo = lifecycle.NotAPhoto(f"{number}", Reason.FILE_TOO_LARGE)
        lifecycle.refuse_upload(check_in, no_photo, now=then)
    lifecycle.close_overdue(check_in, now=clock.now())
    client = browser_of(officer)
    queue = client.get(QUEUE)
    assert [row.pk for row in queue.context["rows"]] == [check_in.pk]
    assert "No photo could be taken in" in queue.content.decode()
    said = client.get(page_of(check_in)).content.decode()
    assert "4 files came that could be no photo" in said
    assert "4 × " in said
    assert "there is no photo to compare" in said
    assert "Call the person" in said
    whole = client.get(reverse("console:check_in", args=[check_in.public_id])).content.decode()
    assert "4 files came that could be no photo" in whole
    client.post(page_of(check_in), {"verdict": "accepted"})
    check_in.refresh_from_db()
    assert check_in.state == "accepted"
