"""Files that come with messages: both sides, all or nothing, seen with the message."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from casework.audit.models import Entry
from casework.common import clock
from casework.common.errors import RuleError, TooOften
from casework.copies.registry import parts_of_file
from casework.documents import rules
from casework.documents.models import Document, DocumentPage
from casework.documents.services import add, take_back
from casework.messages.models import Message
from casework.messages.services import mark_read, send
from casework.notices.models import Notice
from casework.participants.models import Participant
from casework.staff.models import User
from casework.staff.services import give_token
from tests import people
from tests.documents.conftest import PDF, page, paper
from tests.portal.conftest import browser_of

pytestmark = pytest.mark.django_db
NOW = clock.now()
SAID = "Here is my lease."


@pytest.fixture
def officer() -> User:
    return people.officer(people.office())


@pytest.fixture
def alice(officer: User) -> Participant:
    return people.participant(officer)


@pytest.fixture
def desk(officer: User) -> Client:
    client = Client()
    client.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    return client


def upload(content: bytes, name: str = "a.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def kept(folder: Path) -> list[Path]:
    return [one for one in folder.rglob("*") if one.is_file()]


def test_two_taps_are_one_message_with_its_files_and_other_files_another(
    alice: Participant,
) -> None:
    first = send(alice, alice, SAID, now=NOW, key="k", files=[page(), PDF])
    assert send(alice, alice, SAID, now=NOW, key="k", files=[page(), PDF]) == first
    assert send(alice, alice, SAID, now=NOW, key="k", files=[page("red")]) != first
    assert Document.objects.filter(came_with=first.public_id).count() == first.attachments == 2
    assert Document.objects.count() == 3


def test_a_file_needs_no_words_and_nothing_at_all_is_refused(alice: Participant) -> None:
    assert send(alice, alice, " ", now=NOW, files=[page()]).text == ""
    with pytest.raises(RuleError):
        send(alice, alice, " ", now=NOW)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([page(), b"MZ"], "File 2: Send a photo or a PDF. This file is neither."),
        ([page()] * 4, "Send 3 files at most with a message."),
        ([page(), b""], "File 2: The file is empty."),
    ],
)
def test_one_bad_file_and_nothing_is_kept(
    alice: Participant, media_root: Path, files: list[bytes], said: str
) -> None:
    with pytest.raises(RuleError) as caught:
        send(alice, alice, SAID, now=NOW, files=files)
    assert str(caught.value) == said
    assert not Message.objects.exists()
    assert not Document.objects.exists()
    assert kept(media_root) == []


def test_the_twentieth_document_of_a_day_is_the_last_also_with_messages(
    alice: Participant, media_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_A_DAY", 3)
    add(alice, alice, paper(), now=NOW)
    before = kept(media_root)
    with pytest.raises(TooOften):
        send(alice, alice, SAID, now=NOW, files=[page()] * 3)
    assert (kept(media_root), Message.objects.count()) == (before, 0)
    send(alice, alice, SAID, now=NOW, files=[page()] * 2)


def test_it_waits_once_and_is_seen_with_the_message(officer: User, alice: Participant) -> None:
    send(alice, alice, SAID, now=NOW, files=[page(), page("red")])
    assert not Document.objects.to_look_at().exists(), "it waits among the messages"
    taken = Document.objects.first()
    assert taken is not None
    take_back(taken, now=NOW)
    mark_read(alice, by=officer, now=NOW)
    seen = Document.objects.standing().get()
    assert (seen.state, seen.seen_by) == ("seen", officer)
    assert Document.objects.get(pk=taken.pk).state == "taken_back"


def test_what_staff_send_nudges_once_and_is_shared(officer: User, alice: Participant) -> None:
    send(officer, alice, SAID, now=NOW, files=[PDF])
    assert [one.kind for one in Notice.objects.of(alice)] == ["message_waiting"]
    assert Document.objects.shown_to(alice).get().is_from_staff
    part = next(one for one in parts_of_file.parts if one.slug == "messages")
    assert [row["attachments"] for row in part.rows(alice)] == [1]


# --- Pages --------------------------------------------------------------------------------------


def test_a_participant_sends_files_without_javascript_and_both_sides_see_them(
    officer: User, alice: Participant, desk: Client
) -> None:
    phone, address = browser_of(alice, officer), "/messages/"
    form = {"text": "", "key": "one", "files": [upload(page())], "file_2": [upload(PDF, "b.pdf")]}
    assert phone.post(address, form).status_code == 302
    made = list(Document.objects.order_by("pk"))
    said = phone.get(address).content.decode()
    thread = f"/staff/people/{alice.public_id}/messages/"
    shown = desk.get(thread).content.decode()
    for document in made:
        assert f"/documents/{document.public_id}/" in said
        assert f"/staff/documents/{document.public_id}/" in shown
    assert "2 files" in desk.get("/staff/messages/").content.decode()
    stranger = browser_of(people.participant(officer), officer)
    assert stranger.get(f"/documents/{made[0].public_id}/").status_code == 404


def test_a_refused_file_loses_no_word_and_a_script_hears_why(
    officer: User, alice: Participant
) -> None:
    phone = browser_of(alice, officer)
    bad = {"text": SAID, "key": "one", "files": [upload(page()), upload(b"MZ", "a.exe")]}
    answer = phone.post("/messages/", bad)
    assert answer.status_code == 422
    for words in (SAID, 'value="one"', "File 2:", "choose them again"):
        assert words in answer.content.decode()
    bad["files"] = [upload(b"MZ", "a.exe")]
    script = {"Accept": "application/json"}
    told = phone.post("/messages/", bad, headers=script)
    assert told.json()["messages"] == ["Send a photo or a PDF. This file is neither."]
    good = {"text": SAID, "key": "one", "files": [upload(page())]}
    assert phone.post("/messages/", good, headers=script).json() == {"next": "/messages/"}


def test_an_officer_answers_with_a_file(officer: User, alice: Participant, desk: Client) -> None:
    thread = f"/staff/people/{alice.public_id}/messages/"
    bad = desk.post(thread, {"text": SAID, "files": [upload(b"MZ")]})
    assert bad.status_code == 422
    assert SAID in bad.content.decode()
    assert desk.post(thread, {"text": "", "files": []}).status_code == 422
    assert desk.post(thread, {"text": "", "files": [upload(page())]}).status_code == 302
    made = Document.objects.get()
    phone = browser_of(alice, officer)
    assert f"/documents/{made.public_id}/" in phone.get("/messages/").content.decode()
    assert "With a message" in phone.get("/documents/").content.decode()


def test_a_thread_asks_no_more_for_more_files(
    officer: User, alice: Participant, desk: Client, django_assert_max_num_queries: Any
) -> None:
    for colour in ("red", "green", "blue"):
        send(alice, alice, SAID, now=NOW, files=[page(colour), page()])
    with django_assert_max_num_queries(15):
        shown = desk.get(f"/staff/people/{alice.public_id}/messages/").content.decode()
    assert shown.count("?size=thumb") == 6


def test_files_go_along_over_the_api(officer: User, alice: Participant) -> None:
    token = people.accepted_invite(alice, officer).token
    hers = Client(headers={"Authorization": f"Bearer {token}", "Accept": "application/json"})
    key = give_token(officer, now=clock.now())
    his = Client(headers={"Authorization": f"Bearer {key}", "Accept": "application/json"})
    body = {"text": SAID, "files": [upload(page()), upload(PDF, "b.pdf")]}
    sent = hers.post("/api/v1/messages/", body)
    assert sent.status_code == 201
    kinds = [one["media_type"] for one in sent.json()["attachments"]]
    assert kinds == ["image/jpeg", "application/pdf"]
    listed = his.get("/api/v1/messages/").json()["results"][0]
    assert listed["attachments"] == sent.json()["attachments"]
    read = his.post(f"/api/v1/messages/{listed['id']}/read/").json()
    assert {one["state"] for one in read["attachments"]} == {"seen"}
    assert hers.post("/api/v1/messages/", {"text": ""}).status_code == 400
    assert Entry.objects.filter(verb="added a document").count() == DocumentPage.objects.count()


def test_a_photo_is_drawn_anew(alice: Participant) -> None:
    """What is kept is not what came: metadata stays outside (`casework.common.safe_files`)."""
    send(alice, alice, SAID, now=NOW, files=[page()])
    with DocumentPage.objects.get().file.open("rb") as file:
        assert BytesIO(file.read(2)).getvalue() == b"\xff\xd8"
