"""The balance of an office: figures by officer, and a transfer that suggests whom to move."""

import html
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from casework.common import clock
from casework.hearings.models import Court
from casework.hearings.services import enter
from casework.staff.covers import Days, set_cover, zone_of
from casework.staff.models import User
from casework.transfers.rules import surplus
from smartlink.console.balance import loads_of
from tests import people
from tests.console.conftest import in_review
from tests.transfers.conftest import Desk


def page(client: Client, url: str, **data: Any) -> str:
    answer = client.get(url, data)
    assert answer.status_code == 200, url
    return html.unescape(answer.content.decode())


def test_what_is_above_the_mean_could_move() -> None:
    assert surplus({}) == {}
    assert surplus({1: 9, 2: 3, 3: 2}) == {1: 4, 2: 0, 3: 0}
    assert surplus({1: 5, 2: 4}) == {1: 0, 2: 0}


def test_each_officer_has_the_figures_of_the_people_they_answer_for_now(desk: Desk) -> None:
    now = clock.now()
    in_review(desk.alice, desk.ann)
    court = Court.objects.create(name="Court of the balance")
    for days in (5, 20):
        terms = {"court": court, "starts_at": now + timedelta(days=days)}
        enter(desk.bea, terms, by=desk.ann, now=now)
    desk.bea.terms.create(
        technology="gps", level=3, step="up", reason="ordered", set_by=desk.boss, from_at=now
    )
    people.participant(desk.ann, closed_at=now)
    people.participant(desk.far)
    moved = people.participant(desk.ann)
    moved.assignments.update(until_at=now + timedelta(minutes=1))
    day = now.astimezone(zone_of(desk.ann)).date()
    set_cover(desk.ann, desk.ben, Days(day, day), "Leave.", by=desk.ann, now=now)
    ann, ben = loads_of(desk.office, clock.now() + timedelta(seconds=1))
    assert (ann.officer, ann.caseload, ann.reviews, ann.hearings, ann.closest) == (
        desk.ann, 2, 1, 1, 1,
    )  # fmt: skip
    assert (ann.away_until, ann.share, ann.surplus) == (day, 100, 1)
    assert (ben.officer, ben.caseload, ben.covers_for) == (desk.ben, 0, "Ann Officer")
    assert ann.lightest == str(desk.ben.public_id)
    assert ben.lightest == "", "who is away is not suggested"


def test_people_of_another_office_are_said_apart(desk: Desk) -> None:
    elsewhere = people.participant(desk.ann, office=desk.elsewhere)
    in_review(elsewhere, desk.ann)
    ann, ben = loads_of(desk.office, clock.now())
    assert (ann.caseload, ann.reviews, ann.elsewhere) == (2, 0, 1)
    assert ben.elsewhere == 0


def test_move_leads_to_a_preview_with_whom_it_disturbs_least(desk: Desk) -> None:
    boss = desk.browser(desk.boss)
    in_review(desk.alice, desk.ann)
    assert "Ann Officer" in page(boss, "/staff/balance/")
    asked = {
        "from": desk.ann.public_id, "office": desk.office.public_id, "n": "1",
        "to": f"{desk.office.public_id}:{desk.ben.public_id}",
    }  # fmt: skip
    shown = page(boss, "/staff/transfer/", **asked)
    assert "Suggested: people with nothing open first" in shown
    assert desk.bea.full_name in shown
    assert desk.alice.full_name not in shown
    assert f'value="{asked["to"]}" selected' in shown
    both = page(boss, "/staff/transfer/", **asked | {"n": "9"})
    assert both.count('name="who"') == 2
    assert "Nobody is chosen" in page(boss, "/staff/transfer/", **asked | {"n": "-3"})
    assert boss.get("/staff/transfer/", asked | {"from": "nobody"}).status_code == 404


@pytest.mark.parametrize("role", ["ann", "ben"])
def test_officers_have_no_balance(desk: Desk, role: str) -> None:
    client = desk.browser(getattr(desk, role))
    assert client.get("/staff/balance/").status_code == 404


def test_a_supervisor_sees_the_own_offices_an_administrator_each(desk: Desk) -> None:
    theirs = {"office": str(desk.elsewhere.public_id)}
    assert "Far Officer" not in page(desk.browser(desk.boss), "/staff/balance/", **theirs)
    assert "Far Officer" in page(desk.browser(desk.admin), "/staff/balance/", **theirs)
    lost: User = people.supervisor(desk.office)
    lost.offices.clear()
    assert "No officer works here yet" in page(desk.browser(lost), "/staff/balance/")


def test_a_large_office_costs_no_more_queries(
    desk: Desk, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    boss = desk.browser(desk.boss)
    page(boss, "/staff/balance/")  # a session's first page is written down
    with django_assert_max_num_queries(15) as asked:
        page(boss, "/staff/balance/")
    for _number in range(4):
        people.participant(people.officer(desk.office))
    with django_assert_num_queries(len(asked)):
        page(boss, "/staff/balance/")
