"""What was told with a check-in: on Today, in the file, at the review, until it is seen to."""

import pytest
from django.test import Client
from django.urls import reverse

from casework.common import clock
from casework.participants.models import Participant
from casework.requests.models import ChangeReport, HelpRequest
from casework.staff.models import Office, User
from checkins.models import Attempt, CheckIn, Told
from checkins.telling import tell
from tests import people
from tests.console.conftest import Browser, in_review

pytestmark = pytest.mark.django_db
ADDRESS = "12 Elm Street"


@pytest.fixture
def client(officer: User, browser_of: Browser) -> Client:
    return browser_of(officer)


@pytest.fixture
def told(alice: Participant, officer: User) -> Told:
    check_in = in_review(alice, officer)
    return tell(check_in, {"address": ADDRESS, "call_back": ""}, now=clock.now())


def pages(told: Told) -> dict[str, str]:
    person, check_in = told.check_in.participant.public_id, told.check_in.public_id
    return {
        "check-in": reverse("console:check_in", args=[check_in]),
        "review": reverse("console:review", args=[check_in]),
        "file": reverse("admin:participants_participant_change", args=[person]),
    }


def see_to(client: Client, told: Told, note: str = "Updated the file.") -> int:
    given = {"note": note, "told_at": told.told_at.isoformat()}
    answer = client.post(reverse("console:handle_told", args=[told.public_id]), given)
    return answer.status_code


def test_it_is_on_today_and_on_every_page_of_the_check_in(client: Client, told: Told) -> None:
    today = client.get(reverse("admin:index")).content.decode()
    assert "Changes to confirm" in today
    assert "Call me" in today
    for name, url in pages(told).items():
        assert ADDRESS in client.get(url).content.decode(), name


def test_it_waits_in_the_lists_until_it_is_settled_and_then_is_seen_to(
    client: Client, told: Told, officer: User
) -> None:
    change, wish = ChangeReport.objects.get(), HelpRequest.objects.get()
    assert ADDRESS in client.get(reverse("console:changes")).content.decode()
    value = {"street": ADDRESS, "city": "Newark", "filled": "1"}
    client.post(reverse("console:confirm_change", args=[change.public_id]), value)
    assert Told.objects.to_handle().exists()
    client.post(reverse("console:answer_help", args=[wish.public_id]), {"note": "Called."})
    seen = Told.objects.get()
    assert (seen.handled_by, Told.objects.to_handle().count()) == (officer, 0)


def test_told_again_the_change_is_the_newer_one(told: Told) -> None:
    tell(told.check_in, {"address": "9 Oak Street"}, now=clock.now())
    assert [one.words for one in ChangeReport.objects.waiting()] == ["9 Oak Street"]
    assert not HelpRequest.objects.waiting().exists()


def test_seen_to_it_says_by_whom_and_the_change_still_waits(
    client: Client, officer: User, told: Told
) -> None:
    assert see_to(client, told) == 302
    assert ChangeReport.objects.waiting().exists()
    assert HelpRequest.objects.get().state == "acknowledged"
    shown = client.get(pages(told)["check-in"]).content.decode()
    assert "Updated the file." in shown
    assert officer.full_name in shown
    see_to(client, told, "Again.")
    assert Told.objects.get().handled_note == "Updated the file."


def test_what_changed_while_it_was_read_stays_on_today(client: Client, told: Told) -> None:
    tell(told.check_in, {"address": "9 Oak Street"}, now=clock.now())
    see_to(client, told)
    assert Told.objects.to_handle().get().answers == {"address": "9 Oak Street"}


def test_strangers_see_and_do_nothing(told: Told, office: Office, browser_of: Browser) -> None:
    stranger = browser_of(people.officer(office))
    assert see_to(stranger, told) == 404
    assert ADDRESS not in stranger.get(reverse("console:changes")).content.decode()
    assert Told.objects.to_handle().count() == 1


def test_nothing_to_tell_asks_nothing_of_anybody(
    client: Client, alice: Participant, officer: User
) -> None:
    check_in = people.open_check_in(alice, officer)
    told = tell(check_in, {}, now=clock.now())
    assert "nothing to tell" in client.get(pages(told)["check-in"]).content.decode()
    assert "Nothing to confirm" in client.get(reverse("console:changes")).content.decode()


def test_a_coarse_area_is_shown_with_its_age_to_the_reviewer(
    client: Client, alice: Participant, officer: User
) -> None:
    check_in: CheckIn = in_review(alice, officer, minutes_ago=90)
    url = reverse("console:review", args=[check_in.public_id])
    assert "kilometre" not in client.get(url).content.decode()
    Attempt.objects.filter(check_in=check_in).update(latitude="40.71", longitude="-74.01")
    for name in ("review", "check_in"):
        shown = client.get(reverse(f"console:{name}", args=[check_in.public_id])).content.decode()
        place = shown[shown.index("about a kilometre wide") :][:500]
        assert "40.71, -74.01" in place
        assert "1 h 30 min ago" in place


def test_a_nul_byte_is_no_note_and_no_failure_of_ours(client: Client, told: Told) -> None:
    """No form stands before this note: PostgreSQL is the first to look at it."""
    assert see_to(client, told, "Seen\0to.") == 400
    told.refresh_from_db()
    assert told.handled_at is None


@pytest.mark.parametrize("page", ["messages", "resources"])
def test_a_nul_byte_in_a_search_is_no_failure_of_ours(client: Client, page: str) -> None:
    assert client.get(f"/staff/{page}/?q=%00").status_code == 400
