"""Dates in a real browser: a change seen on a phone without JavaScript; attendance at the desk."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from casework.common import clock
from casework.hearings.courts import load_courts
from casework.hearings.models import ChangeNotice, Court, Hearing
from casework.hearings.services import enter
from casework.participants.models import Participant
from casework.staff.models import User
from smartlink.portal.sessions import COOKIE
from tests import people
from tests.journeys.conftest import NewContext, assert_accessible, assert_whole
from tests.journeys.test_officer_day import assert_accessible as assert_staff_accessible
from tests.journeys.test_officer_day import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def hearing_of(person: Participant, officer: User, *, days: int, source: str) -> Hearing:
    load_courts()
    now = clock.now()
    court = Court.objects.get(name="Los Angeles (Olive Street) Immigration Court")
    terms = {"court": court, "starts_at": now + timedelta(days=days), "source": source}
    return enter(person, terms, by=officer, now=now)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "I have seen this"), ("ar", "لقد اطلعت على هذا")]
)
def test_a_change_is_seen_and_acknowledged_without_javascript(
    new_context: NewContext, live_server: object, language: str, said: str
) -> None:
    officer = people.officer(people.office())
    person = people.participant(officer, language=language)
    hearing_of(person, officer, days=9, source="officer")
    hearing_of(person, officer, days=16, source="import")
    token = people.accepted_invite(person, officer).token
    address = getattr(live_server, "url", "")
    cookie = {"name": COOKIE, "value": token, "url": address}
    scripted = new_context()
    scripted.add_cookies([cookie])  # type: ignore[list-item]
    page = scripted.new_page()
    for path in ("/home/", "/hearings/"):
        page.goto(path)
        assert_accessible(page)
        assert_whole(page)
    plain = new_context(java_script_enabled=False)
    plain.add_cookies([cookie])  # type: ignore[list-item]
    phone = plain.new_page()
    phone.goto("/home/")
    for left in (1, 0):
        phone.get_by_role("button", name=said).first.click()
        expect(phone.get_by_role("button", name=said)).to_have_count(left)
    assert not ChangeNotice.objects.filter(acknowledged_at=None).exists()


def test_attendance_is_one_press_and_dates_that_disagree_two(desk: Page) -> None:
    officer = people.officer(people.office())
    person = people.participant(officer)
    began = hearing_of(person, officer, days=0, source="officer")
    hearing_of(person, officer, days=9, source="officer")
    wrong = hearing_of(person, officer, days=16, source="import")
    sign_in(desk, officer)
    desk.goto("/staff/hearings/day/")
    desk.get_by_role("button", name="Attended").click()
    expect(desk.get_by_role("button", name="Attended")).to_have_attribute("aria-pressed", "true")
    began.refresh_from_db()
    assert began.attendance == "attended"
    assert_staff_accessible(desk)
    for name in ("Calendar", "Import", "Dates that disagree"):
        desk.get_by_role("navigation", name="Hearings").get_by_role("link", name=name).click()
        assert_staff_accessible(desk)
    desk.get_by_role("link", name="Settle").click()
    assert_staff_accessible(desk)
    desk.get_by_role("button", name="This one is right").first.click()
    expect(desk.get_by_text("No dates disagree")).to_be_visible()
    wrong.refresh_from_db()
    assert wrong.cancelled_at is not None
