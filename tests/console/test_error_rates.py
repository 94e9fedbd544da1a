"""The page of error rates: for those who oversee, of their offices, small groups hidden."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from casework.common import clock
from casework.participants.models import Participant
from casework.staff.models import Office, User
from checkins.models import Attempt, CheckIn, Review, Verification
from smartlink.reports.groups import OVER, note_apart, rates
from tests import people
from tests.console.conftest import Browser

PAGE = reverse("console:error_rates")
TODAY = reverse("admin:index")


def reviewed(by: User, number: int, overturned: int, result: str = "no_match", **of: Any) -> None:
    """So many decided reviews, of one participant each, of which some overturned the machine."""
    now = clock.now()
    decided_at = now - of.pop("ago", timedelta(days=1))
    device = of.pop("device", "")
    office = by.offices.get()
    begun = Participant.objects.count()
    persons = Participant.objects.bulk_create(
        Participant(**{"given_name": "Ana", "family_name": "Reyes", "office": office,
                       "a_number": f"7{begun + n:08d}", "created_at": now} | of)
        for n in range(number)
    )  # fmt: skip
    against = "not_accepted" if result != "match" else "accepted"
    in_favour = "accepted" if result != "match" else "not_accepted"
    verdicts = [in_favour] * overturned + [against] * (number - overturned)
    rows = CheckIn.objects.bulk_create(
        CheckIn(participant=one, origin="drawn", method="selfie", liveness="challenge",
                state=verdict, created_at=now, delivered_at=now, issued_at=now, decided_at=now,
                deadline_at=now + timedelta(hours=1))
        for one, verdict in zip(persons, verdicts, strict=True)
    )  # fmt: skip
    attempts = Attempt.objects.bulk_create(
        Attempt(check_in=row, number=1, photo="attempts/x.jpg", photo_sha256="0" * 64,
                received_at=now, device=device)
        for row in rows
    )  # fmt: skip
    Verification.objects.bulk_create(
        Verification(attempt=one, created_at=now, next_nudge_at=now, finished_at=now,
                     result=result, distance=0.1)
        for one in attempts
    )  # fmt: skip
    second = people.administrator()
    Review.objects.bulk_create(
        Review(check_in=row, opened_at=decided_at, decided_at=decided_at, ranked_from=decided_at,
               verdict=verdict, reason="seen", decided_by=by,
               **({"proposed_by": second, "proposed_at": decided_at, "proposed_reason": "seen"}
                  if verdict == "not_accepted" else {}))
        for row, verdict in zip(rows, verdicts, strict=True)
    )  # fmt: skip


@pytest.fixture
def boss(office: Office) -> User:
    return people.supervisor(office)


def groups(of: User, dimension: str) -> dict[str, tuple[int, int]]:
    cells = rates(of, clock.now()).groups
    return {one.group: (one.number, one.overturned) for one in cells if one.dimension == dimension}


def test_by_every_group_that_is_recorded(boss: User, officer: User) -> None:
    iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)"
    android = "Mozilla/5.0 (Linux; Android 14)"
    reviewed(officer, 20, 5, language="es", sex="female", device=iphone,
             date_of_birth=date(1990, 1, 1))  # fmt: skip
    reviewed(officer, 30, 21, "inconclusive", language="ht", sex="male", device=android)
    assert groups(boss, "language") == {"es": (20, 5), "ht": (30, 21)}
    assert groups(boss, "sex") == {"female": (20, 5), "male": (30, 21)}
    assert groups(boss, "device") == {"iPhone or iPad": (20, 5), "Android": (30, 21)}
    assert groups(boss, "age") == {"25 to 39": (20, 5), "not recorded": (30, 21)}
    assert groups(boss, "office") == {officer.offices.get().name: (50, 26)}


def test_a_match_that_people_did_not_accept_is_a_measure_of_its_own(
    boss: User, officer: User
) -> None:
    reviewed(officer, 20, 5)
    reviewed(officer, 12, 3, "match")
    reviewed(officer, 12, 3, "error")
    totals = rates(boss, clock.now()).totals
    assert {name: (one.number, one.overturned) for name, one in totals.items()} == {
        "doubted": (20, 5), "matched": (12, 3),
    }  # fmt: skip


def test_what_is_long_ago_or_of_another_office_or_undecided_is_not_counted(
    boss: User, officer: User
) -> None:
    reviewed(officer, 20, 5)
    reviewed(officer, 20, 5, ago=OVER + timedelta(hours=1))
    reviewed(people.officer(people.office()), 40, 40)
    assert rates(boss, clock.now()).totals["doubted"].number == 20
    assert rates(people.administrator(), clock.now()).totals["doubted"].number == 60


def test_the_page_hides_small_groups_and_says_so(
    browser_of: Browser, boss: User, officer: User
) -> None:
    for language, number in [("en", 30), ("es", 20), ("ht", 9)]:
        reviewed(officer, number, number // 2, language=language)
    client = browser_of(boss)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(PAGE)
    text = page.content.decode()
    assert len(asked) <= 15
    assert "Kreyòl" not in text
    assert "Español" not in text, "with it the hidden one could be worked out"
    assert "groups are hidden" in text
    assert "29 of 59: <b>49.2 %</b>" in text


def test_it_is_for_those_who_oversee(browser_of: Browser, officer: User, boss: User) -> None:
    assert browser_of(officer).get(PAGE).status_code == 404
    assert "Too little was decided yet" in browser_of(boss).get(PAGE).content.decode()


def test_a_total_of_a_few_is_hidden_like_any_other_small_group(
    browser_of: Browser, boss: User, officer: User
) -> None:
    reviewed(officer, 9, 4)
    page = browser_of(boss).get(PAGE).content.decode()
    assert "Too little was decided yet" in page
    assert "of 9" not in page
    reviewed(officer, 1, 0)
    assert "4 of 10" in browser_of(boss).get(PAGE).content.decode()


def test_a_group_that_stands_apart_is_called_out_and_comes_to_today(
    browser_of: Browser, boss: User, officer: User, django_assert_max_num_queries: Any
) -> None:
    cache.clear()
    reviewed(officer, 120, 30, language="en")
    reviewed(officer, 60, 51, language="ht")
    page = browser_of(boss).get(PAGE).content.decode()
    assert "Language – Kreyòl ayisyen: 85.0 %" in page
    assert "against 25.0 % of everybody else" in page
    assert "errs more" not in browser_of(boss).get(TODAY).content.decode()
    assert note_apart(clock.now()) == 2, "either of two groups stands apart from the other"
    client = browser_of(boss)
    with django_assert_max_num_queries(15):
        today = client.get(TODAY).content.decode()
    assert "The computer errs more with some" in today
    assert "85 % overturned, against 25 % of the rest" in today
    assert "errs more" not in browser_of(officer).get(TODAY).content.decode()
    Review.objects.all().delete()
    assert note_apart(clock.now()) == 0
    assert "errs more" not in browser_of(boss).get(TODAY).content.decode()


def test_an_administrators_page_reads_what_the_sweep_counted_and_says_when(
    browser_of: Browser, officer: User
) -> None:
    cache.clear()
    reviewed(officer, 20, 5)
    desk = browser_of(people.administrator())
    assert "5 of 20" in desk.get(PAGE).content.decode(), "nothing is kept yet: counted at once"
    then = clock.now() - timedelta(minutes=40)
    note_apart(then)
    reviewed(officer, 10, 1)
    page = desk.get(PAGE).content.decode()
    assert "5 of 20" in page
    assert f"Counted {date_format(localtime(then), 'D j M, H:i T')}." in page
    note_apart(clock.now())
    assert "6 of 30" in desk.get(PAGE).content.decode()
    cache.clear()


def test_the_reviews_of_the_time_are_found_by_their_index(officer: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM checkins_review WHERE verdict <> '' AND decided_at >= now()"
        )
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert "review_decided" in plan
