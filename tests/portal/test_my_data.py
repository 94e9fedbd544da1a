"""My data: what is held, who looked, how long, and the download, for its owner alone."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from casework.audit.models import Entry
from casework.audit.services import record
from casework.common import clock, phrases
from casework.common.languages import LANGUAGES
from casework.copies import services
from casework.copies.models import Copy
from casework.participants.models import Participant
from casework.retention.holds import set_hold
from casework.retention.registry import retention
from casework.staff.models import User
from smartlink.portal.acts import PAGE
from tests import people
from tests.portal.conftest import browser_of


def looked(officer: User, at: Participant, times: int = 1) -> None:
    for number in range(times):
        record(
            "viewed a photo", ("attempt", None), by=officer.actor,
            now=clock.now() - timedelta(minutes=times - number), participant=at.public_id,
        )  # fmt: skip


def test_who_looked_at_my_file_is_said_with_name_and_role(
    alice_in: Client, alice: Participant, bob: Participant, officer: User
) -> None:
    other = people.supervisor(officer.offices.get(), full_name="Stranger Danger")
    looked(officer, alice)
    looked(other, bob)
    page = alice_in.get("/my-data/looks/").content.decode()
    assert "Looked at a photo of you" in page
    assert f"<bdi>{officer.full_name}</bdi>, officer" in page
    assert "Stranger Danger" not in page
    assert "signed in" not in page, "what she did herself is not in the list"


def test_opening_the_file_is_in_the_list(
    alice_in: Client, alice: Participant, officer: User
) -> None:
    staff = Client()
    staff.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    for _look in range(2):
        staff.get(f"/staff/participants/participant/{alice.public_id}/change/")
    assert Entry.objects.filter(verb="opened the file", participant_id=alice.public_id).count() == 1
    assert "Opened your file" in alice_in.get("/my-data/looks/").content.decode()


def test_a_long_list_comes_in_pages_and_each_act_once(
    alice_in: Client, alice: Participant, officer: User
) -> None:
    looked(officer, alice, 2 * PAGE + 3)
    address, shown, pages = "/my-data/looks/", 0, 0
    while address:
        answer = alice_in.get(address)
        shown += sum(act.did == "Looked at a photo of you" for act in answer.context["acts"])
        more, pages = answer.context["older"], pages + 1
        address = f"/my-data/looks/?before={more}" if more else ""
    assert shown == 2 * PAGE + 3
    assert pages == 3
    assert alice_in.get("/my-data/looks/?before=nonsense").status_code == 200


def test_an_act_that_has_no_words_yet_is_still_listed(
    alice_in: Client, alice: Participant, officer: User
) -> None:
    record(
        "did something new", ("thing", None), by=officer.actor, now=clock.now(),
        participant=alice.public_id,
    )  # fmt: skip
    assert "Worked on your file" in alice_in.get("/my-data/looks/").content.decode()


@pytest.mark.parametrize("language", [tag for tag, _name in LANGUAGES])
def test_the_pages_render_in_every_language(officer: User, language: str) -> None:
    person = people.participant(officer, language=language)
    looked(officer, person)
    set_hold(person, reason="x", by=people.supervisor(person.office), now=clock.now())
    browser = browser_of(person, officer)
    for where in ("/my-data/", "/my-data/looks/", "/privacy/"):
        answer = browser.get(where)
        assert answer.status_code == 200
        assert f'<html lang="{language}"' in answer.content.decode()


def test_the_rules_are_shown_to_everyone_and_the_hold_to_its_person_without_the_reason(
    client: Client, alice_in: Client, alice: Participant
) -> None:
    set_hold(alice, reason="secret lawsuit", by=people.administrator(), now=clock.now())
    public, own = (who.get(where).content.decode() for who, where in
                   ((client, "/privacy/"), (alice_in, "/my-data/")))  # fmt: skip
    for rule in retention.rules:
        assert (str(rule.what) in public) == rule.concerns_people
        assert (str(rule.what) in own) == rule.concerns_people
    assert "nothing of yours is deleted" in own
    assert "secret lawsuit" not in own


def test_a_copy_is_asked_for_made_and_downloaded(alice_in: Client, alice: Participant) -> None:
    assert alice_in.post("/my-data/copies/").url == "/my-data/"
    assert "being put together" in alice_in.get("/my-data/").content.decode()
    copy = Copy.objects.of(alice).get()
    address = f"/my-data/copies/{copy.public_id}/"
    assert alice_in.get(address).status_code == 404, "not ready yet"
    services.make(copy.pk, now=clock.now())
    assert address in alice_in.get("/my-data/").content.decode()
    answer = alice_in.get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert "index.html" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert Entry.objects.filter(verb="downloaded a copy of the file").count() == 1
    with clock.shifted(timedelta(days=8)):
        assert alice_in.get(address).status_code == 404, "its time is over"


def test_nobody_else_gets_the_copy(
    alice: Participant, bob_in: Client, client: Client, officer: User
) -> None:
    copy = services.ask(alice, by=None, now=clock.now())
    services.make(copy.pk, now=clock.now())
    own = f"/my-data/copies/{copy.public_id}/"
    assert bob_in.get(own).status_code == 404
    assert client.get(own).status_code == 302
    staff = Client()
    boss = people.supervisor(officer.offices.get())
    staff.force_login(boss, "django.contrib.auth.backends.ModelBackend")
    assert staff.get(f"/staff/copies/{copy.public_id}/").status_code == 404, "it is hers"


def test_a_copy_that_staff_asked_for_is_not_the_participants(
    alice: Participant, alice_in: Client, officer: User
) -> None:
    boss = people.supervisor(officer.offices.get())
    copy = services.ask(alice, by=boss, now=clock.now())
    services.make(copy.pk, now=clock.now())
    assert alice_in.get(f"/my-data/copies/{copy.public_id}/").status_code == 404
    assert "Asked for a copy of your whole file" in alice_in.get("/my-data/looks/").content.decode()


@pytest.mark.parametrize("language", [tag for tag, _name in LANGUAGES])
def test_a_length_of_time_is_said_in_every_language(language: str) -> None:
    with translation.override(language):
        for days, number in ((30, "30"), (7 * 365, "7")):
            words = phrases.length(days)
            assert number in words
            assert "duration" not in words
            assert language == "en" or "day" not in words
