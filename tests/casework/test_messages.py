"""Messages: who may write and read, one message for two taps, one nudge while unread."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from casework.audit.models import Entry
from casework.common import clock
from casework.common.errors import NotPermitted, RuleError, TooOften, WrongState
from casework.copies.registry import parts_of_file
from casework.messages.models import LONGEST, Message
from casework.messages.services import MOST_AN_HOUR, mark_read, send
from casework.messages.telling import KIND, still_unseen
from casework.notices.models import Notice
from casework.notices.registry import Reading, kind_named
from casework.participants.models import Participant
from casework.retention.apply import apply_retention
from casework.staff.models import User
from casework.staff.services import give_token
from tests import people
from tests.portal.conftest import browser_of

pytestmark = pytest.mark.django_db
NOW = clock.now()
SAID = "My bus was late, what should I do?"


@pytest.fixture
def officer() -> User:
    return people.officer(people.office())


@pytest.fixture
def alice(officer: User) -> Participant:
    return people.participant(officer)


def nudges(person: Participant) -> Any:
    return Notice.objects.of(person).filter(kind=KIND)


def test_two_taps_are_one_message_and_a_participant_s_key_is_not_staff_s(
    officer: User, alice: Participant
) -> None:
    first = send(alice, alice, SAID, now=NOW, key="k")
    assert send(alice, alice, SAID, now=NOW, key="k") == first
    assert send(officer, alice, SAID, now=NOW, key="k") != first
    assert Message.objects.of(alice).count() == 2


def test_an_answer_settles_what_waits_and_nudges_once_while_unread(
    officer: User, alice: Participant
) -> None:
    asked = send(alice, alice, SAID, now=NOW)
    assert Message.objects.visible_to(officer).waiting().count() == 1
    send(officer, alice, "Come at ten.", now=NOW)
    send(officer, alice, "Or at eleven.", now=NOW)
    asked.refresh_from_db()
    assert (asked.read_by, Message.objects.waiting().count()) == (officer, 0)
    assert nudges(alice).count() == 1
    mark_read(alice, by=alice, now=NOW)
    assert nudges(alice).get().outcome == "cancelled"
    assert still_unseen([nudges(alice).get().subject_id], NOW) == {}
    send(officer, alice, "Bring your papers.", now=NOW)
    assert nudges(alice).count() == 2


def test_neither_nudge_nor_audit_line_holds_a_word_of_it(officer: User, alice: Participant) -> None:
    sent = send(officer, alice, SAID, now=NOW)
    reading = Reading(sent.public_id, "", {}, alice.timezone, NOW)
    words = kind_named(KIND).render(reading)
    lines = str([(line.facts, line.verb) for line in Entry.objects.all()])
    assert "bus" not in words.title + words.text + str(nudges(alice).get().facts) + lines
    assert "sent a message" in lines


@pytest.mark.parametrize("text", ["", "  \r\n ", "x" * (LONGEST + 1)])
def test_nothing_and_too_much_is_refused(alice: Participant, text: str) -> None:
    with pytest.raises(RuleError) as caught:
        send(alice, alice, text, now=NOW)
    assert caught.value.field == "text"


def test_nobody_writes_in_another_s_thread_or_after_supervision_or_without_end(
    officer: User, alice: Participant
) -> None:
    bob = people.participant(officer)
    with pytest.raises(NotPermitted):
        send(bob, alice, SAID, now=NOW)
    for _again in range(MOST_AN_HOUR):
        send(bob, bob, SAID, now=NOW)
    with pytest.raises(TooOften):
        send(bob, bob, SAID, now=NOW)
    Participant.objects.filter(pk=alice.pk).update(closed_at=NOW)
    for by in (alice, officer):
        with pytest.raises(WrongState):
            send(by, alice, SAID, now=NOW)


def test_the_database_refuses_impossible_rows(officer: User, alice: Participant) -> None:
    good = {"participant": alice, "author": "participant", "text": SAID, "sent_at": NOW}
    early = NOW - timedelta(seconds=1)
    for wrong in (
        {"text": ""}, {"text": "x" * (LONGEST + 1)}, {"author": "robot"}, {"author": "staff"},
        {"written_by": officer}, {"read_at": NOW}, {"read_at": early, "read_by": officer},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.create(**good | wrong)


def test_only_whose_case_it_is_sees_the_thread(officer: User, alice: Participant) -> None:
    send(alice, alice, SAID, now=NOW)
    colleague = people.officer(alice.office)
    assert Message.objects.visible_to(officer).exists()
    assert Message.objects.visible_to(people.supervisor(alice.office)).exists()
    assert not Message.objects.visible_to(colleague).exists()


def test_it_is_in_the_copy_of_the_file_and_goes_after_two_years(alice: Participant) -> None:
    send(alice, alice, SAID, now=NOW)
    old = NOW - timedelta(days=731)
    send(alice, alice, "long ago", now=old)
    part = next(one for one in parts_of_file.parts if one.slug == "messages")
    assert [row["text"] for row in part.rows(alice)] == [SAID, "long ago"]
    apply_retention(NOW)
    assert Message.objects.get().text == SAID


# --- Pages --------------------------------------------------------------------------------------


def test_a_participant_reads_and_writes_without_javascript(
    officer: User, alice: Participant
) -> None:
    page, address = browser_of(alice, officer), "/messages/"
    send(officer, alice, "Come <b>at ten</b>.", now=NOW)
    assert "New: 1" in page.get("/home/").content.decode()
    said = page.get(address).content.decode()
    assert "Come &lt;b&gt;at ten&lt;/b&gt;." in said
    assert 'dir="auto"' in said
    assert "New: 1" not in page.get("/home/").content.decode()
    for _tap in range(2):
        assert page.post(address, {"text": SAID, "key": "one"}).status_code == 302
    assert Message.objects.waiting().get().text == SAID
    refused = page.post(address, {"text": "y" * 4001, "key": "two"})
    assert refused.status_code == 422
    assert "y" * 4001 in refused.content.decode()
    Participant.objects.filter(pk=alice.pk).update(closed_at=clock.now())
    assert "<textarea" not in page.get(address).content.decode()


def test_staff_find_it_on_today_answer_it_and_it_is_gone(officer: User, alice: Participant) -> None:
    asked = send(alice, alice, SAID, now=NOW)
    desk, stranger = Client(), Client()
    desk.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    stranger.force_login(people.officer(alice.office), "django.contrib.auth.backends.ModelBackend")
    thread = f"/staff/people/{alice.public_id}/messages/"
    assert thread in desk.get("/staff/").content.decode()
    assert thread in desk.get("/staff/messages/", {"q": alice.family_name}).content.decode()
    assert SAID not in desk.get("/staff/messages/", {"q": "Nobody"}).content.decode()
    assert thread not in stranger.get("/staff/messages/?show=all").content.decode()
    assert stranger.get(thread).status_code == 404
    assert SAID in desk.get(thread).content.decode()
    assert Entry.objects.filter(verb="looked at messages", participant_id=alice.public_id).exists()
    assert Message.objects.waiting().exists(), "looking is not answering"
    assert desk.post(thread, {"text": " "}).status_code == 422
    assert desk.post(thread, {"text": "Come at ten."}).status_code == 302
    asked.refresh_from_db()
    assert asked.read_by == officer
    assert thread not in desk.get("/staff/messages/").content.decode()
    assert thread in desk.get("/staff/messages/?show=all").content.decode()


def test_the_inbox_asks_no_more_for_more_messages(
    officer: User, django_assert_max_num_queries: Any
) -> None:
    desk = Client()
    desk.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    for _each in range(6):
        person = people.participant(officer)
        send(person, person, SAID, now=NOW)
    for address in ("/staff/messages/", "/staff/messages/?show=all"):
        with django_assert_max_num_queries(15):
            assert desk.get(address).content.decode().count(SAID) == 6


def test_both_sides_write_and_read_over_the_api(officer: User, alice: Participant) -> None:
    token = people.accepted_invite(alice, officer).token
    hers = Client(headers={"Authorization": f"Bearer {token}", "Accept": "application/json"})
    key = give_token(officer, now=clock.now())
    his = Client(headers={"Authorization": f"Bearer {key}", "Accept": "application/json"})
    address = "/api/v1/messages/"
    for _tap in range(2):
        sent = hers.post(
            address, {"text": SAID}, "application/json", headers={"Idempotency-Key": "a"}
        )
        assert sent.status_code == 201
    assert his.get(address, {"unread": "true"}).json()["count"] == 1
    assert Entry.objects.filter(verb="looked at messages", participant_id=alice.public_id).exists()
    assert his.post(address, {"text": "x"}, "application/json").status_code == 400
    body = {"text": "Come at ten.", "participant": str(alice.public_id)}
    answer = his.post(address, body, "application/json").json()
    assert his.get(address, {"unread": "true"}).json()["count"] == 0
    assert hers.get(address, {"unread": "true"}).json()["results"][0]["text"] == "Come at ten."
    read = hers.post(f"{address}{answer['id']}/read/").json()
    assert read["read_at"] is not None
