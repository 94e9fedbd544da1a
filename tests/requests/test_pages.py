"""The pages and the API of both sides."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from casework.participants.models import Participant
from casework.requests.models import ChangeReport, Circumstances, HelpRequest, PhoneProof
from casework.staff.models import User
from smartlink.portal.acts import page_of
from tests import people
from tests.api.conftest import V1, World
from tests.portal.conftest import browser_of
from tests.requests.conftest import NEW, OLD

pytestmark = pytest.mark.django_db
HOME = {"street": "12 Elm Street", "city": "Newark", "from_on": "2026-11-20"}


@pytest.fixture
def phone(alice: Participant, officer: User) -> Client:
    return browser_of(alice, officer)


@pytest.fixture
def desk(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


def text(client: Client, name: str, *ids: object) -> str:
    return client.get(reverse(name, args=ids)).content.decode()


def test_a_move_is_reported_confirmed_with_one_press_and_told(
    phone: Client, desk: Client, alice: Participant
) -> None:
    form = text(phone, "portal:report_address")
    assert "You must also tell the court yourself" in form
    assert "within 5 days, with form EOIR-33" in form
    assert "within 10 days, with form AR-11" in form
    sent = phone.post(reverse("portal:report_address"), HOME)
    change = ChangeReport.objects.get()
    assert sent["Location"] == reverse("portal:change", args=[change.public_id])
    listed = text(desk, "console:changes")
    assert "12 Elm Street" in listed
    assert "nothing" in listed  # the record says nothing yet
    desk.post(reverse("console:confirm_change", args=[change.public_id]))
    assert Circumstances.objects.get().participant == alice
    assert "Confirmed" in text(phone, "portal:change", change.public_id)
    file = reverse("admin:participants_participant_change", args=[alice.public_id])
    assert "12 Elm Street" in desk.get(file).content.decode()
    text(desk, "console:change", change.public_id)
    did = [act.did for act in page_of(alice, None)[0]]
    assert "Looked at a change you reported" in did
    assert "Confirmed a change you reported" in did


def test_what_is_wrong_is_said_beside_its_field_and_kept(phone: Client) -> None:
    refused = phone.post(reverse("portal:report_address"), HOME | {"postal_code": "071"})
    assert refused.status_code == 422
    assert "A ZIP code has five digits." in refused.content.decode()
    assert 'value="12 Elm Street"' in refused.content.decode()


def test_not_confirmed_the_person_reads_why(phone: Client, desk: Client) -> None:
    phone.post(reverse("portal:report_address"), HOME)
    change = ChangeReport.objects.get()
    where = reverse("console:refuse_change", args=[change.public_id])
    assert desk.post(where, {"reason": ""}).status_code == 422
    assert desk.post(where, {"reason": "The street is in another city."}).status_code == 302
    assert "The street is in another city." in text(phone, "portal:change", change.public_id)


def test_a_new_number_is_verified_on_the_persons_page(
    phone: Client, desk: Client, alice: Participant
) -> None:
    phone.post(reverse("portal:report_phone"), {"phone": NEW})
    change = ChangeReport.objects.get()
    desk.post(reverse("console:confirm_change", args=[change.public_id]))
    where = reverse("portal:change_code", args=[change.public_id])
    assert "Send me the code" in text(phone, "portal:change", change.public_id)
    phone.post(where, {"act": "send"})
    from casework.common.sealing import unseal

    code = unseal(bytes(PhoneProof.objects.get().sealed)).decode()
    wrong = phone.post(where, {"code": "1"})
    assert wrong.status_code == 422
    assert "That is not the code." in wrong.content.decode()
    assert str(alice.contact_points.first()) == OLD
    assert phone.post(where, {"code": code}).status_code == 302
    assert str(alice.contact_points.get()) == NEW
    assert "The new number is verified." in text(phone, "portal:change", change.public_id)


def test_help_is_asked_for_beside_an_open_check_in_and_answered(
    phone: Client, desk: Client, alice: Participant, officer: User
) -> None:
    check_in = people.open_check_in(alice, officer)
    page = text(phone, "portal:ask_help")
    assert "tel:911" in page
    assert "it does not take the place of a check-in" in page
    phone.post(reverse("portal:ask_help"), {"kind": "transport", "words": "No bus on Sunday"})
    wish = HelpRequest.objects.get()
    assert "No bus on Sunday" in text(desk, "console:help")
    where = reverse("console:answer_help", args=[wish.public_id])
    desk.post(where, {"act": "seen"})
    assert "Your office has seen it" in text(phone, "portal:tell")
    desk.post(where, {"note": "We send a ticket."})
    assert "We send a ticket." in text(phone, "portal:tell")
    check_in.refresh_from_db()
    assert check_in.state == "open"


def test_lists_hold_their_budget(
    officer: User, desk: Client, django_assert_max_num_queries: Any, now: datetime
) -> None:
    for number in range(8):
        browser = browser_of(people.participant(officer), officer)
        browser.post(reverse("portal:report_address"), HOME | {"unit": str(number)})
        browser.post(reverse("portal:report_phone"), {"phone": f"+1202555019{number}"})
        browser.post(reverse("portal:ask_help"), {"kind": "call"})
    for name in ("admin:index", "console:changes", "console:help"):
        with django_assert_max_num_queries(15, info=name):
            text(desk, name)


def test_strangers_find_nothing(phone: Client, colleague: User, alice: Participant) -> None:
    phone.post(reverse("portal:report_address"), HOME)
    change = ChangeReport.objects.get()
    stranger = Client()
    stranger.force_login(colleague)
    assert "12 Elm Street" not in text(stranger, "console:changes")
    where = reverse("console:confirm_change", args=[change.public_id])
    assert stranger.post(where).status_code == 404
    assert ChangeReport.objects.waiting().count() == 1


def test_both_sides_over_the_api() -> None:
    world = World()
    new = {"kind": "address", "value": {"street": "12 Elm Street", "city": "Newark"}}
    made = world.alice.post(f"{V1}changes/", new)
    assert made.status_code == 201
    at = f"{V1}changes/{made.json()['id']}/"
    assert world.bob.get(at).status_code == 404
    assert world.colleague.post(f"{at}confirm/", {}).status_code == 404
    assert world.alice.post(f"{at}confirm/", {}).status_code == 403
    assert world.officer.get(f"{V1}changes/").json()["count"] == 1
    assert world.officer.post(f"{at}confirm/", {}).json()["state"] == "confirmed"
    assert world.alice.post(f"{at}withdraw/", {}).status_code == 409
    odd = {"kind": "address", "value": {"shoe_size": "44"}}
    assert world.alice.post(f"{V1}changes/", odd).status_code == 400
    wish = world.alice.post(f"{V1}help-requests/", {"kind": "call"}).json()
    at = f"{V1}help-requests/{wish['id']}/"
    assert world.officer.post(f"{at}acknowledge/", {}).json()["state"] == "acknowledged"
    assert world.officer.post(f"{at}close/", {"note": "Called."}).json()["note"] == "Called."
    assert world.alice.get(f"{V1}help-requests/").json()["results"][0]["state"] == "closed"
