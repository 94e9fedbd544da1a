"""Cover in the staff site: set, shown where the caseload is, ended; and what it costs."""

from datetime import timedelta
from typing import Any

import pytest

from casework.common import clock
from casework.participants.models import Participant
from casework.staff.covers import Days, set_cover, zone_of
from casework.staff.models import Cover, Office, User
from tests import people
from tests.console.conftest import Browser, in_review

pytestmark = pytest.mark.django_db
CASELOAD = "/staff/participants/participant/"


@pytest.fixture
def absent(office: Office) -> User:
    return people.officer(office, full_name="Amara Absent")


@pytest.fixture
def ruth(absent: User) -> Participant:
    return people.participant(absent, given_name="Ruth", family_name="Quill")


def until(absent: User, officer: User, days: int) -> Cover:
    now = clock.now()
    today = now.astimezone(zone_of(absent)).date()
    last = today + timedelta(days=days)
    return set_cover(absent, officer, Days(today, last), "Leave.", by=absent, now=now)


def test_an_officer_sets_the_own_cover_and_the_colleague_sees_it_everywhere(
    office: Office, officer: User, absent: User, ruth: Participant, browser_of: Browser
) -> None:
    waiting = in_review(ruth, absent)
    mine, theirs = browser_of(absent), browser_of(officer)
    assert theirs.get(f"/staff/reviews/{waiting.public_id}/").status_code == 404
    page = mine.get("/staff/cover/set/").content.decode()
    assert 'name="absent"' not in page
    today = clock.now().astimezone(zone_of(absent)).date()
    sent = {
        "officer": officer.public_id, "from_on": today, "until_on": today + timedelta(days=2),
        "reason": "Leave.",
    }  # fmt: skip
    answer = mine.post("/staff/cover/set/", sent)
    assert answer["Location"] == "/staff/cover/"
    assert "Amara Absent" in theirs.get("/staff/cover/").content.decode()
    last = f"{today + timedelta(days=2):%a %-d %b}"
    for address in ("/staff/", CASELOAD):
        page = theirs.get(address).content.decode()
        assert f"covering for Amara Absent</b> until {last}" in page
        assert "Quill" in page
    assert f"<b>{officer.full_name}</b> covers for you" in mine.get("/staff/").content.decode()
    assert theirs.get(f"/staff/reviews/{waiting.public_id}/").status_code == 200
    assert "Quill" in theirs.get("/staff/reviews/").content.decode()
    # The end is the absent officer's, not the colleague's.
    end = f"/staff/cover/{Cover.objects.get().public_id}/end/"
    theirs.post(end)
    assert "Quill" in theirs.get(CASELOAD).content.decode()
    assert mine.post(end)["Location"] == "/staff/cover/"
    assert "Quill" not in theirs.get(CASELOAD).content.decode()
    assert theirs.get(f"/staff/reviews/{waiting.public_id}/").status_code == 404
    assert f"Ended early by {absent.full_name}" in mine.get("/staff/cover/").content.decode()


def test_the_caseload_is_narrowed_to_one_officers_people(
    office: Office, officer: User, alice: Participant, absent: User, ruth: Participant,
    browser_of: Browser,
) -> None:  # fmt: skip
    client = browser_of(officer)
    assert "caseload=" not in client.get(CASELOAD).content.decode()
    until(absent, officer, 3)
    theirs = client.get(f"{CASELOAD}?caseload={absent.public_id}").content.decode()
    assert "Quill" in theirs
    assert alice.family_name not in theirs
    own = client.get(f"{CASELOAD}?caseload={officer.public_id}").content.decode()
    assert alice.family_name in own
    assert "Quill" not in own


def test_a_supervisor_sets_it_for_anybody_of_the_office_and_a_refusal_keeps_what_was_typed(
    office: Office, officer: User, absent: User, browser_of: Browser
) -> None:
    client = browser_of(people.supervisor(office))
    today = clock.now().astimezone(zone_of(absent)).date()
    sent = {
        "absent": absent.public_id, "officer": absent.public_id, "from_on": today,
        "until_on": today, "reason": "Sick, call in the morning.",
    }  # fmt: skip
    refused = client.post("/staff/cover/set/", sent)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Nobody covers for themselves." in page
    assert "Sick, call in the morning." in page
    never = {"from_on": "9999-12-31", "until_on": "9999-12-31", "officer": officer.public_id}
    assert (
        "Cover begins within a year."
        in client.post("/staff/cover/set/", sent | never).content.decode()
    )
    elsewhere = people.officer(people.office())
    assert (
        client.post("/staff/cover/set/", sent | {"officer": elsewhere.public_id}).status_code == 422
    )
    assert (
        client.post("/staff/cover/set/", sent | {"officer": officer.public_id}).status_code == 302
    )
    cover = Cover.objects.get()
    assert (cover.absent, cover.officer) == (absent, officer)
    assert client.post(f"/staff/cover/{cover.public_id}/end/").status_code == 302
    assert Cover.objects.get().ended_at is not None


def test_cover_costs_no_page_a_question(
    officer: User, alice: Participant, absent: User, ruth: Participant, browser_of: Browser,
    django_assert_num_queries: Any, django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    client = browser_of(officer)
    client.get("/staff/")
    pages = ["/staff/", CASELOAD, f"{CASELOAD}{alice.public_id}/change/", "/staff/reviews/"]
    before = {}
    for address in pages:
        with django_assert_max_num_queries(15) as asked:
            client.get(address)
        before[address] = len(asked)
    until(absent, officer, 3)
    for address in pages:
        with django_assert_num_queries(before[address]):
            client.get(address)
    with django_assert_max_num_queries(15):
        client.get("/staff/cover/")
