"""Once staff have opened a document it is the office's too, and both sides are told so."""

import pytest
from django.test import Client
from django.urls import reverse

from casework.audit.models import Entry
from casework.common import clock
from casework.common.errors import WrongState
from casework.documents.models import Document
from casework.documents.services import add, look_at, take_back
from casework.participants.models import Participant
from casework.staff.models import User
from smartlink.portal.acts import page_of
from tests.documents.conftest import PDF, page, paper
from tests.portal.conftest import browser_of

pytestmark = pytest.mark.django_db
NOW = clock.now()


@pytest.fixture
def desk(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


@pytest.fixture
def phone(alice: Participant, officer: User) -> Client:
    return browser_of(alice, officer)


def at(name: str, document: Document, *more: int) -> str:
    return reverse(name, args=(document.public_id, *more))


@pytest.mark.parametrize("opened", ["page of the document", "picture", "PDF"])
def test_what_staff_have_opened_is_not_taken_back_and_the_reason_is_said(
    phone: Client, desk: Client, alice: Participant, officer: User, opened: str
) -> None:
    made = add(alice, alice, paper(page(), PDF), now=NOW)
    own = at("portal:document", made)
    assert "Take this document back" in phone.get(own).content.decode()
    match opened:
        case "page of the document":
            desk.get(at("console:document", made))
        case "picture":
            desk.get(at("console:document_page", made, 1))
        case "PDF":
            desk.get(at("console:document_page", made, 2))
    said = phone.post(at("portal:take_back_document", made), follow=True).content.decode()
    assert "Your office has opened this document" in said
    assert "They can remove it." in said
    assert "Take this document back" not in said
    made.refresh_from_db()
    assert made.removed_at is None
    assert made.looked_by == officer
    assert "Opened by your office" in phone.get(reverse("portal:documents")).content.decode()


def test_staff_see_who_opened_it_first_and_it_still_waits(
    desk: Client, alice: Participant, officer: User
) -> None:
    made = add(alice, alice, paper(), now=NOW)
    before = desk.get(reverse("console:documents")).content.decode()
    assert "not marked as seen" not in before
    assert "First opened by" in desk.get(at("console:document", made)).content.decode()
    file = reverse("admin:participants_participant_change", args=[alice.public_id])
    for list_of_them in (
        reverse("console:documents"),
        reverse("console:documents_of", args=[alice.public_id]),
        file,
    ):
        shown = desk.get(list_of_them).content.decode()
        assert "not marked as seen" in shown
        assert at("console:document_seen", made) in shown


def test_a_small_picture_in_a_list_is_no_look_at_the_document(
    phone: Client, desk: Client, alice: Participant
) -> None:
    made = add(alice, alice, paper(), now=NOW)
    desk.get(reverse("console:documents_of", args=[alice.public_id]))
    desk.get(at("console:document_page", made, 1) + "?size=thumb")
    phone.post(at("portal:take_back_document", made))
    made.refresh_from_db()
    assert made.state == "taken_back"


def test_of_a_look_and_a_taking_back_at_once_the_first_counts(
    alice: Participant, officer: User
) -> None:
    made = add(alice, alice, paper(), now=NOW)
    at_the_desk, on_the_phone = (Document.objects.get(pk=made.pk) for _side in range(2))
    assert look_at(at_the_desk, by=officer, now=NOW)
    with pytest.raises(WrongState, match="seen it already"):
        take_back(on_the_phone, now=NOW)
    other = add(alice, alice, paper(page("red")), now=NOW)
    at_the_desk, on_the_phone = (Document.objects.get(pk=other.pk) for _side in range(2))
    take_back(on_the_phone, now=NOW)
    assert not look_at(at_the_desk, by=officer, now=NOW)
    assert at_the_desk.state == "taken_back"
    assert at_the_desk.looked_at is None


def test_the_first_look_is_kept_and_staff_s_own_documents_have_none(
    alice: Participant, officer: User, colleague: User
) -> None:
    made, theirs = add(alice, alice, paper(), now=NOW), add(officer, alice, paper(), now=NOW)
    for one in (made, theirs):
        for by in (officer, colleague):
            assert look_at(Document.objects.get(pk=one.pk), by=by, now=NOW)
    made.refresh_from_db()
    theirs.refresh_from_db()
    assert (made.looked_by, theirs.looked_by) == (officer, None)
    assert Entry.objects.filter(verb="viewed a document").count() == 4


def test_the_list_of_a_person_s_documents_leaves_a_line_in_the_trail(
    desk: Client, alice: Participant, officer: User
) -> None:
    for _twice in range(2):
        desk.get(reverse("console:documents_of", args=[alice.public_id]))
    line = Entry.objects.get(verb="looked at the list of documents")
    assert (line.participant_id, line.actor_id) == (alice.public_id, officer.public_id)
    assert "Looked at the list of your documents" in {act.did for act in page_of(alice, None)[0]}
