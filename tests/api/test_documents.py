"""Documents over the API: both sides, what each is told, and whose looks are written down."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from casework.audit.models import Entry
from casework.common import clock
from casework.documents.models import Document
from casework.documents.services import add
from tests.api.conftest import V1, World
from tests.documents.conftest import PDF, page, paper

pytestmark = pytest.mark.django_db
AT = f"{V1}documents/"


def sent(client: Any, *files: bytes, key: str = "", **more: Any) -> Any:
    parts = [SimpleUploadedFile("a", one) for one in files]
    headers = {"Idempotency-Key": key} if key else {}
    body = {"files": parts, "kind": "address", **more}
    return client.post(AT, body, format="multipart", headers=headers)


def test_a_document_goes_from_hand_to_hand(world: World) -> None:
    first = sent(world.alice, page(), PDF, key="one", note="My lease")
    assert first.status_code == 201
    assert sent(world.alice, page(), PDF, key="one", note="My lease").json() == first.json()
    at = f"{AT}{first.json()['id']}/"
    assert first.json()["for_staff"] is None
    assert [one["media_type"] for one in first.json()["pages"]] == ["image/jpeg", "application/pdf"]
    waiting = world.officer.get(AT, {"waiting": "true"}).json()
    assert [one["note"] for one in waiting["results"]] == ["My lease"]
    said = {"description": "Lease of 12 Elm Street"}
    assert world.officer.patch(at, said).json()["for_staff"]["description"] == said["description"]
    assert world.officer.post(f"{at}seen/").json()["state"] == "seen"
    assert world.alice.get(at).json()["state"] == "seen"
    assert world.alice.post(f"{at}take-back/").status_code == 409
    removed = world.officer.post(f"{at}remove/", {"reason": "Of somebody else"}).json()
    assert (removed["state"], removed["pages"]) == ("removed", [])
    assert world.alice.get(at).json()["removal_reason"] == "Of somebody else"
    for caller in (world.alice, world.officer):
        assert caller.get(f"{at}pages/1/").status_code == 404


def test_a_page_comes_as_it_is_kept_and_the_look_is_written_down(world: World) -> None:
    at = f"{AT}{sent(world.alice, page(), PDF).json()['id']}/pages/"
    picture = world.officer.get(f"{at}1/", headers={"Accept": "image/*"})
    assert picture["Content-Type"] == "image/jpeg"
    assert picture.content[:2] == b"\xff\xd8"
    assert picture["Content-Security-Policy"].startswith("default-src 'none'")
    assert world.alice.get(f"{at}2/")["Content-Disposition"].startswith("attachment")
    assert world.officer.get(f"{at}3/").status_code == 404
    mine = Entry.objects.filter(participant_id=world.alice_person.public_id)
    assert mine.filter(verb="viewed a document").count() == 1, "hers of her own is no look"


def test_the_list_is_a_look_at_each_file_that_it_shows(world: World) -> None:
    add(world.alice_person, world.alice_person, paper(), now=clock.now())
    world.officer.get(AT)
    world.colleague.get(AT)
    looks = Entry.objects.filter(verb="looked at the list of documents")
    assert [one.participant_id for one in looks] == [world.alice_person.public_id]


def test_what_staff_keep_to_themselves_is_not_there_for_her(world: World) -> None:
    whose = str(world.alice_person.public_id)
    hidden = sent(world.officer, page(), participant=whose, shared="false", why_hidden="A threat")
    shared = sent(world.officer, page(), participant=whose, note="Your letter")
    assert hidden.json()["for_staff"]["why_hidden"] == "A threat"
    assert [one["note"] for one in world.alice.get(AT).json()["results"]] == ["Your letter"]
    assert world.alice.get(f"{AT}{hidden.json()['id']}/").status_code == 404
    assert world.alice.get(f"{AT}{hidden.json()['id']}/pages/1/").status_code == 404
    assert world.alice.get(f"{AT}{shared.json()['id']}/pages/1/").status_code == 200
    assert world.officer.get(f"{AT}{shared.json()['id']}/").json()["state"] == "seen"


def test_a_participant_hides_nothing_and_writes_in_no_other_file(world: World) -> None:
    other = str(world.bob_person.public_id)
    made = sent(world.alice, page(), participant=other, shared="false", why_hidden="x")
    assert made.json()["participant"] == str(world.alice_person.public_id)
    assert Document.objects.get().shared


@pytest.mark.parametrize(
    ("files", "more", "said"),
    [
        ((b"MZ",), {}, "Envíe una foto o un PDF."),
        ((page(), b""), {}, "Página 2: El archivo está vacío."),
        ((), {}, '"field":"files"'),
        ((page(),), {"kind": "poem"}, '"field":"kind"'),
    ],
)
def test_a_refusal_says_what_would_work_in_her_language(
    world: World, files: tuple[bytes, ...], more: dict[str, Any], said: str
) -> None:
    refused = sent(world.alice, *files, **more)
    assert refused.status_code in {400, 422}
    assert said in refused.content.decode()
    assert not Document.objects.exists()


@pytest.mark.parametrize("page_of_it", ["", "pages/1/"])
def test_a_look_over_the_api_counts_too(world: World, page_of_it: str) -> None:
    made = add(world.alice_person, world.alice_person, paper(), now=clock.now())
    at_api = f"{V1}documents/{made.public_id}/"
    assert world.alice.get(at_api).json()["looked_at"] is None
    assert world.officer.get(at_api + page_of_it).status_code == 200
    assert world.alice.get(at_api).json()["state"] == "looked_at"
    assert world.alice.post(f"{at_api}take-back/").status_code == 409
    other = add(world.alice_person, world.alice_person, paper(page("red")), now=clock.now())
    taken = world.alice.post(f"{V1}documents/{other.public_id}/take-back/")
    assert taken.json()["state"] == "taken_back"
