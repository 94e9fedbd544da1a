"""The review queue with five hundred waiting: what it asks of the database does not grow."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casework.common import clock
from casework.participants.models import Assignment, Participant
from casework.staff.models import Office, User
from checkins.models import Attempt, CheckIn, Review, Verification
from checkins.reviews.rules import HEAD_START, Ground
from tests import people
from tests.console.conftest import Browser

WAITING = 500
QUEUE, NEXT = reverse("console:reviews"), reverse("console:next_review")


@pytest.fixture
def waiting(office: Office, officer: User) -> list[Review]:
    """Half of them no match, half close calls; in the order of the queue."""
    now = clock.now()
    persons = Participant.objects.bulk_create(
        Participant(given_name="Ana", family_name=f"Number{n}", a_number=f"9{n:08d}",
                    office=office, created_at=now)
        for n in range(WAITING)
    )  # fmt: skip
    Assignment.objects.bulk_create(
        Assignment(participant=one, officer=officer, from_at=now) for one in persons
    )
    rows = CheckIn.objects.bulk_create(
        CheckIn(participant=one, origin="drawn", method="selfie", liveness="challenge",
                state="in_review", created_at=now, delivered_at=now, issued_at=now,
                deadline_at=now + timedelta(hours=1))
        for one in persons
    )  # fmt: skip
    attempts = Attempt.objects.bulk_create(
        Attempt(check_in=row, number=1, photo="attempts/x.jpg", photo_sha256="0" * 64,
                received_at=now)
        for row in rows
    )  # fmt: skip
    Verification.objects.bulk_create(
        Verification(attempt=one, created_at=now, next_nudge_at=now, finished_at=now,
                     result="no_match" if n % 2 else "inconclusive")
        for n, one in enumerate(attempts)
    )  # fmt: skip
    reviews = Review.objects.bulk_create(
        Review(check_in=row, opened_at=now - timedelta(minutes=n), ranked_from=now
               - timedelta(minutes=n) - HEAD_START[Ground.NO_MATCH if n % 2 else Ground.CLOSE])
        for n, row in enumerate(rows)
    )  # fmt: skip
    return sorted(reviews, key=lambda one: one.ranked_from)


def page_of(review: Review) -> str:
    return reverse("console:review", args=[review.check_in.public_id])


def test_the_queue_and_the_next_one_stay_within_the_budget(
    browser_of: Browser, officer: User, waiting: list[Review], django_assert_max_num_queries: Any
) -> None:
    client = browser_of(officer)
    with django_assert_max_num_queries(15):
        page = client.get(QUEUE)
    assert [row.pk for row in page.context["rows"]] == [one.check_in_id for one in waiting[:30]]
    assert page.context["rows"].paginator.count == WAITING
    with django_assert_max_num_queries(15):
        assert client.get(NEXT, {"after": waiting[250].check_in.public_id}).url == page_of(
            waiting[251]
        )
    with django_assert_max_num_queries(15):
        assert client.get(page_of(waiting[251])).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        assert client.post(page_of(waiting[251]), {"verdict": "accepted"}).url == page_of(
            waiting[252]
        )
    assert len(asked) <= 45, "a decision, its notice, its trail and the next claim"


def test_the_place_in_the_queue_is_read_from_its_index(waiting: list[Review]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE checkins_review")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM checkins_review WHERE verdict = '' ORDER BY ranked_from LIMIT 9"
        )
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert "review_waiting_by_rank" in plan
    assert "Sort" not in plan


def test_a_supervisor_goes_through_all_of_them_without_meeting_a_colleague(
    browser_of: Browser, office: Office, officer: User, waiting: list[Review]
) -> None:
    mine, theirs = browser_of(officer), browser_of(people.supervisor(office))
    assert mine.get(NEXT).url == page_of(waiting[0])
    assert theirs.get(NEXT).url == page_of(waiting[1])
    assert mine.post(page_of(waiting[0]), {"verdict": "accepted"}).url == page_of(waiting[2])
