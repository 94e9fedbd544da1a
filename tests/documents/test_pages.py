"""The pages of both sides: sending, looking, and what a file leaves the site with."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from casework.audit.models import Entry
from casework.common import clock
from casework.common.errors import RuleError
from casework.documents import rules
from casework.documents.intake import contents_of
from casework.documents.models import Document
from casework.documents.services import add
from casework.participants.models import Participant
from casework.staff.models import User
from smartlink.portal.acts import page_of
from tests.documents.conftest import PDF, page, paper
from tests.portal.conftest import browser_of

pytestmark = pytest.mark.django_db
NOW = clock.now()


@pytest.fixture
def phone(alice: Participant, officer: User) -> Client:
    return browser_of(alice, officer)


@pytest.fixture
def desk(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


def upload(content: bytes, name: str = "a.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def form(**more: Any) -> dict[str, Any]:
    return {"files": [upload(page())], "kind": "address", "note": "My lease", "key": "k"} | more


def at(name: str, *ids: object) -> str:
    return reverse(name, args=ids)


def test_a_document_is_sent_looked_at_and_marked_as_seen(
    phone: Client, desk: Client, alice: Participant
) -> None:
    assert at("portal:send_document") in phone.get(at("portal:home")).content.decode()
    answers = [
        phone.post(at("portal:send_document"), form(page_2=[upload(page("red"))]))
        for _twice in range(2)
    ]
    made = Document.objects.get()
    assert {answer["Location"] for answer in answers} == {at("portal:document", made.public_id)}
    assert made.pages.count() == 2
    today = desk.get("/staff/").content.decode()
    assert "Documents to look at" in today
    assert at("console:document", made.public_id) in today
    assert "My lease" in desk.get(at("console:documents")).content.decode()
    assert "My lease" in desk.get(at("console:document", made.public_id)).content.decode()
    desk.post(at("console:document_seen", made.public_id))
    assert "Seen by your office" in phone.get(at("portal:documents")).content.decode()
    assert "No document waits for you" in desk.get(at("console:documents")).content.decode()
    file = desk.get(at("admin:participants_participant_change", alice.public_id)).content.decode()
    assert "?size=thumb" in file
    assert "Added a document" in desk.get(at("console:timeline", alice.public_id)).content.decode()
    did = {act.did for act in page_of(alice, None)[0]}
    assert {"Looked at a document of yours", "Saw a document you sent"} <= did


def test_a_refusal_keeps_what_was_written_and_a_script_hears_it(phone: Client) -> None:
    answer = phone.post(at("portal:send_document"), form(files=[upload(b"MZ", "a.exe")]))
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "This file is neither." in said
    assert "My lease" in said
    assert 'value="k"' in said
    script = {"Accept": "application/json"}
    told = phone.post(at("portal:send_document"), form(files=[]), headers=script)
    assert told.json()["messages"] == ["Take a photo or choose a file first."]
    sent = phone.post(at("portal:send_document"), form(), headers=script)
    assert sent.json()["next"] == at("portal:document", Document.objects.get().public_id)


def test_files_that_are_too_large_together_are_not_read(
    phone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_BYTES", 100)
    large = upload(b"x" * 101)
    answer = phone.post(at("portal:send_document"), form(files=[large]))
    with pytest.raises(RuleError):
        contents_of([large, large])
    assert large.tell() == 101, "read by the client of the test alone"
    assert answer.status_code == 422
    assert "All files together are too large" in answer.content.decode()


@pytest.mark.parametrize("side", ["portal", "console"])
def test_a_page_leaves_as_what_it_is_and_can_do_nothing(
    phone: Client, desk: Client, alice: Participant, side: str
) -> None:
    made = add(alice, alice, paper(page(), PDF), now=NOW)
    client = phone if side == "portal" else desk
    picture, pdf = (client.get(at(f"{side}:document_page", made.public_id, n)) for n in (1, 2))
    assert picture["Content-Type"] == "image/jpeg"
    assert picture["Content-Disposition"].startswith("inline")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf["Content-Disposition"].startswith("attachment")
    for answer in (picture, pdf):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer["Cache-Control"]
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "default-src 'none'" in answer["Content-Security-Policy"]
    small = client.get(at(f"{side}:document_page", made.public_id, 1) + "?size=thumb")
    assert len(small.content) < len(picture.content)
    for gone in ((2, "?size=thumb"), (3, "")):
        where = at(f"{side}:document_page", made.public_id, gone[0]) + gone[1]
        assert client.get(where).status_code == 404
    assert Entry.objects.filter(verb="viewed a document").exists() is (side == "console")


def test_what_staff_keep_is_nothing_on_the_person_s_page(
    phone: Client, desk: Client, alice: Participant
) -> None:
    facts = {"files": [upload(page())], "kind": "other", "note": "A tip", "shared": "no"}
    refused = desk.post(at("console:documents_of", alice.public_id), dict(facts))
    assert refused.status_code == 422
    facts |= {"files": [upload(page())], "why_hidden": "Names a witness."}
    desk.post(at("console:documents_of", alice.public_id), facts)
    hidden = Document.objects.get()
    assert not hidden.shared
    for name, ids in (("document", ()), ("document_page", (1,))):
        assert phone.get(at(f"portal:{name}", hidden.public_id, *ids)).status_code == 404
    assert phone.post(at("portal:take_back_document", hidden.public_id)).status_code == 404
    assert "A tip" not in phone.get(at("portal:documents")).content.decode()


def test_a_removed_one_says_why_and_shows_nothing_and_one_can_be_taken_back(
    phone: Client, desk: Client, alice: Participant
) -> None:
    made = add(alice, alice, paper(), now=NOW)
    assert desk.post(at("console:document_remove", made.public_id), {}).status_code == 422
    desk.post(at("console:document_remove", made.public_id), {"reason": "Your neighbour's."})
    assert "Your neighbour" in phone.get(at("portal:document", made.public_id)).content.decode()
    for side in ("portal", "console"):
        shown = (phone if side == "portal" else desk).get(
            at(f"{side}:document_page", made.public_id, 1)
        )
        assert shown.status_code == 404
    said = desk.post(at("console:document_seen", made.public_id), follow=True).content.decode()
    assert "not there any more" in said
    assert "Marked as seen" not in said
    made.refresh_from_db()
    assert made.seen_at is None
    other = add(alice, alice, paper(), now=NOW)
    phone.post(at("portal:take_back_document", other.public_id))
    assert "Taken back" in phone.get(at("portal:documents")).content.decode()


def test_staff_describe_and_link_one(desk: Client, alice: Participant) -> None:
    made = add(alice, alice, paper(), now=NOW)
    where = at("console:document_describe", made.public_id)
    assert desk.post(where, {"about": "hearing:nothing"}).status_code == 422
    desk.post(where, {"description": "Lease of the new home", "about": ""})
    shown = desk.get(at("console:documents_of", alice.public_id)).content.decode()
    assert "Lease of the new home" in shown


def test_all_documents_can_be_reached_page_by_page(phone: Client, alice: Participant) -> None:
    rows = [
        Document(participant=alice, author="participant", kind="other", sent_at=NOW)
        for _each in range(30)
    ]
    Document.objects.bulk_create(rows)
    found: set[str] = set()
    address: str | None = at("portal:documents")
    while address:
        said = phone.get(address).content.decode()
        found |= set(re.findall(r'href="/documents/([0-9a-f-]{36})/"', said))
        older = re.search(r'href="(\?before=\d+)"', said)
        address = at("portal:documents") + older.group(1) if older else None
    assert len(found) == 30
    assert ">The newest<" in said
