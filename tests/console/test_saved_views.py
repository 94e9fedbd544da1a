"""Saved views of the caseload: chips, the list behind them, and the scope of whoever opens them."""

import html
from typing import Any

import pytest
from django.test import Client

from casework.common import clock
from casework.common.errors import NotPermitted, RuleError
from casework.participants.models import Participant
from casework.staff import saved_views
from casework.staff.models import Office, SavedView, User
from tests import people
from tests.console.conftest import Browser

CASELOAD = "/staff/participants/participant/"
KNOWN = {"q", "o", "last", "language"}


@pytest.fixture
def boss(office: Office) -> User:
    return people.supervisor(office)


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return html.unescape(answer.content.decode())


def saved(by: User, name: str = "Missed", query: str = "last=missed") -> SavedView:
    return saved_views.save(name, query, by=by, now=clock.now())


def change(client: Client, view: SavedView, **data: str) -> None:
    assert client.post(f"/staff/views/{view.public_id}/", data).status_code == 302


def test_equal_views_are_written_equally_and_without_what_the_list_does_not_know() -> None:
    told = saved_views.told_of
    assert told("o=1&last=missed&p=3&e=1&last=", KNOWN) == told("last=missed&o=1", KNOWN)
    assert told("p=2&_popup=1", KNOWN) == ""
    assert told("q=%C3%89va+x", KNOWN) == "q=%C3%89va+x"


def test_the_open_view_is_saved_and_stands_above_the_list(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    desk = browser_of(officer)
    assert "Save this view" not in page(desk, CASELOAD)
    assert "Save this view" in page(desk, f"{CASELOAD}?language=en&p=0")
    refused = desk.post("/staff/views/save/?language=en", {"name": " "})
    assert refused.status_code == 422
    done = desk.post("/staff/views/save/?p=1&language=en", {"name": "In  English"})
    assert done["Location"] == f"{CASELOAD}?language=en"
    opened = page(desk, done["Location"])
    assert "In English" in opened
    assert 'aria-current="true"' in opened
    assert "Save this view" not in opened
    assert alice.full_name in opened
    assert 'aria-current="true"' not in page(desk, f"{CASELOAD}?language=fr")


def test_names_are_the_owners_to_change(browser_of: Browser, officer: User, office: Office) -> None:
    desk, view = browser_of(officer), saved(officer)
    other = saved(officer, "Russian", "language=ru")
    change(desk, other, act="rename", name="Missed")
    other.refresh_from_db()
    assert other.name == "Russian", "one by each name"
    change(desk, other, act="rename", name="From Russia")
    assert "From Russia" in page(desk, "/staff/views/")
    stranger = browser_of(people.officer(office))
    assert stranger.post(f"/staff/views/{view.public_id}/", {"act": "delete"}).status_code == 404
    change(desk, view, act="delete")
    assert [one.name for one in SavedView.objects.all()] == ["From Russia"]
    assert "No view of yours yet" in page(stranger, "/staff/views/")


def test_a_shared_view_shows_everybody_their_own_people_only(
    browser_of: Browser, officer: User, boss: User, office: Office, alice: Participant
) -> None:
    theirs = people.participant(people.officer(office), given_name="Zoe")
    view = saved(boss, "With her", f"language=en&officer={officer.public_id}")
    change(browser_of(boss), view, act="share", office=str(office.public_id))
    shown = page(browser_of(officer), CASELOAD)
    assert "With her" in shown
    assert 'href="?language=en"' in shown, "a filter that officers do not have is left out"
    opened = page(browser_of(officer), f"{CASELOAD}?language=en")
    assert alice.full_name in opened
    assert theirs.full_name not in opened
    elsewhere = people.officer(people.office())
    assert "With her" not in page(browser_of(elsewhere), CASELOAD)
    change(browser_of(boss), view, act="private")
    assert "With her" not in page(browser_of(officer), CASELOAD)


def test_only_a_supervisor_shares_and_never_a_search(
    officer: User, boss: User, office: Office
) -> None:
    with pytest.raises(NotPermitted):
        saved_views.share(saved(officer), office, by=officer)
    with pytest.raises(NotPermitted):
        saved_views.share(saved(boss), people.office(), by=boss)
    with pytest.raises(RuleError, match="may hold a name"):
        saved_views.share(saved(boss, "Her", "q=Quill"), office, by=boss)
    shared = saved_views.share(saved(boss, "All"), office, by=boss)
    with pytest.raises(NotPermitted):
        saved_views.delete(shared, by=officer)
    with pytest.raises(NotPermitted):
        saved_views.keep_private(shared, by=officer)
    assert saved_views.keep_private(shared, by=people.supervisor(office)).office is None


def test_what_cannot_be_kept_is_said(officer: User) -> None:
    for name, query, words in [
        ("x", "", "Filter, search or sort"),
        ("x", "q=" + "a" * 500, "too long"),
        ("n" * 41, "o=1", "at most 40"),
    ]:
        with pytest.raises(RuleError, match=words):
            saved(officer, name, query)
    for number in range(saved_views.MOST):
        saved(officer, str(number))
    with pytest.raises(RuleError, match="Delete one first"):
        saved(officer, "one more")


def test_views_cost_the_caseload_one_query(
    browser_of: Browser, officer: User, alice: Participant, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        saved(officer, str(number))
    desk = browser_of(officer)
    with django_assert_max_num_queries(15):
        page(desk, CASELOAD)


def test_a_name_that_the_database_cannot_hold_is_refused(
    browser_of: Browser, officer: User
) -> None:
    view = saved(officer)
    with pytest.raises(RuleError, match="only letters"):
        saved(officer, "Mis\x00sed")
    change(browser_of(officer), view, act="rename", name="Mis\x00sed")
    view.refresh_from_db()
    assert view.name == "Missed"
