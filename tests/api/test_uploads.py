"""A photo in pieces: it goes on where it broke, comes once, and belongs to one person."""

import base64
import hashlib
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from casework.common import clock
from casework.common.errors import RuleError
from checkins import lifecycle, uploads
from checkins.models import Attempt, CheckIn, PartialUpload, Receipt, UploadPiece
from checkins.rules import MOST_FOR_ONE_REASON
from checkins.verification.codes import Reason
from tests import fake_engine, people
from tests.api.conftest import V1, World, photo

pytestmark = pytest.mark.django_db
PIECE = "application/partial-upload"
PICTURE = fake_engine.picture("alice") + bytes(9000)
TAKEN_AT = "2026-10-01T10:00:00Z"


def body_of(**more: Any) -> bytes:
    fields = photo(PICTURE) | {"captured_at": TAKEN_AT} | more
    return encode_multipart(BOUNDARY, fields)


class Phone:
    """Alice's, with one photo on its way."""

    def __init__(self, world: World, check_in: CheckIn, body: bytes) -> None:
        self.client, self.body = world.alice, body
        self.at = f"{V1}check-ins/{check_in.public_id}/attempts/uploads/{uuid4()}/"
        self.sha256 = hashlib.sha256(body).digest()

    def send(self, offset: int, until: int | None = None, **extra: Any) -> Any:
        environ = {name: extra.pop(name) for name in tuple(extra) if name.startswith("wsgi.")}
        return self.client.patch(
            self.at,
            self.body[offset:until],
            content_type=PIECE,
            headers={
                "Upload-Offset": str(offset),
                "Upload-Length": str(len(self.body)),
                "Upload-Content-Type": MULTIPART_CONTENT,
                "Repr-Digest": f"sha-256=:{base64.b64encode(self.sha256).decode()}:",
            }
            | extra,
            **environ,
        )

    def asked(self) -> dict[str, Any]:
        answer = self.client.get(self.at)
        assert answer.status_code == 200
        return dict(answer.json())


@pytest.fixture
def check_in(world: World) -> CheckIn:
    return people.open_check_in(world.alice_person, world.officer_user)


@pytest.fixture
def phone(world: World, check_in: CheckIn) -> Phone:
    return Phone(world, check_in, body_of())


def test_it_goes_on_where_it_broke_and_is_one_attempt(phone: Phone, check_in: CheckIn) -> None:
    assert phone.asked() == {"offset": 0, "complete": False}
    first = phone.send(0, 2000)
    assert (first.status_code, first["Upload-Offset"]) == (204, "2000")
    assert phone.asked() == {"offset": 2000, "complete": False}
    assert Attempt.objects.count() == 0
    assert phone.send(2000, 4000)["Upload-Offset"] == "4000"
    last = phone.send(4000)
    assert last.status_code == 202
    assert last["Location"].endswith(f"/check-ins/{check_in.public_id}/")
    attempt = Attempt.objects.get()
    assert attempt.captured_at.isoformat() == "2026-10-01T10:00:00+00:00"
    with attempt.photo.open() as kept:
        assert kept.read() == PICTURE
    assert last.json()["receipt"]["code"] == attempt.receipt.code
    assert not PartialUpload.objects.exists()
    assert not UploadPiece.objects.exists()


def test_all_at_once_is_one_request_and_leaves_nothing_behind(phone: Phone) -> None:
    assert phone.send(0).status_code == 202
    assert Attempt.objects.count() == 1
    assert not PartialUpload.objects.exists()


def test_whoever_asks_again_hears_of_the_same_attempt(phone: Phone, world: World) -> None:
    phone.send(0, 3000)
    first = phone.send(3000)
    assert phone.asked()["complete"] is True
    for again in (phone.send(3000), phone.send(0), phone.send(0, 3000)):
        assert (again.status_code, again.json()) == (202, first.json())
    # And the same photo sent whole under the same key.
    whole = world.alice.post(
        phone.at.split("uploads/")[0],
        phone.body,
        content_type=MULTIPART_CONTENT,
        headers={"Idempotency-Key": phone.at.split("/")[-2]},
    )
    assert whole.json()["id"] == first.json()["id"]
    assert (Attempt.objects.count(), Receipt.objects.count()) == (1, 1)


@pytest.mark.parametrize("offset", [0, 1000, 3000])
def test_bytes_that_are_not_the_next_ones_are_told_where_to_go_on(
    phone: Phone, offset: int
) -> None:
    phone.send(0, 2000)
    answer = phone.send(offset, 5000)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_offset")
    assert answer["Upload-Offset"] == "2000"
    assert phone.asked()["offset"] == 2000


def test_it_begins_at_the_beginning(phone: Phone) -> None:
    answer = phone.send(1000, 3000)
    assert (answer.status_code, answer["Upload-Offset"]) == (409, "0")
    assert not PartialUpload.objects.exists()


def test_strangers_find_nothing_there(phone: Phone, world: World) -> None:
    phone.send(0, 2000)
    for client, status in ((world.bob, 404), (world.officer, 403), (world.anonymous, 401)):
        phone.client = client
        assert client.get(phone.at).status_code == status
        assert phone.send(2000).status_code == status
        assert client.delete(phone.at).status_code == status
    phone.client = world.alice
    assert phone.asked()["offset"] == 2000


def test_what_is_not_what_was_sent_starts_again_from_zero(phone: Phone) -> None:
    phone.send(0, 2000)
    phone.body = phone.body[:3000] + bytes(reversed(phone.body[3000:]))
    answer = phone.send(2000)
    assert (answer.status_code, answer.json()["code"]) == (422, "digest_mismatch")
    assert phone.asked() == {"offset": 0, "complete": False}
    assert Attempt.objects.count() == 0


def test_another_photo_under_the_same_key_replaces_what_was_there(phone: Phone) -> None:
    phone.send(0, 2000)
    phone.body = body_of(cannot_turn="true")
    phone.sha256 = hashlib.sha256(phone.body).digest()
    assert phone.send(2000, 3000)["Upload-Offset"] == "0"
    assert phone.send(0, 1500)["Upload-Offset"] == "1500"
    assert phone.send(1500).status_code == 202
    assert Attempt.objects.get().cannot_turn


def test_a_day_later_it_starts_again(phone: Phone) -> None:
    phone.send(0, 2000)
    PartialUpload.objects.update(begun_at=clock.now() - timedelta(days=1))
    assert phone.asked()["offset"] == 0
    assert phone.send(2000)["Upload-Offset"] == "0"
    assert phone.send(0, 2000)["Upload-Offset"] == "2000"
    assert PartialUpload.objects.count() == 1


def test_at_most_three_wait_for_one_check_in(phone: Phone) -> None:
    first = phone.at
    for _ in range(4):
        phone.at = first if not PartialUpload.objects.exists() else phone.at
        phone.send(0, 2000)
        phone.at = f"{first.rsplit('/', 2)[0]}/{uuid4()}/"
    assert PartialUpload.objects.count() == 3
    phone.at = first
    assert phone.asked()["offset"] == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": "25000001"}, 413),
        ({"Upload-Length": "0"}, 400),
        ({"Upload-Length": "10"}, 400),
        ({"Upload-Length": "٣"}, 400),
        ({"Upload-Offset": "-1"}, 400),
        ({"Upload-Content-Type": "text/plain"}, 400),
        ({"Upload-Content-Type": "multipart/form-data; boundary*=nosuch'en'abc"}, 400),
        ({"Upload-Content-Type": "multipart/form-data; boundary=a; boundary*=nosuch'en'b"}, 400),
        ({"Upload-Content-Type": "multipart/form-data; boundary="}, 400),
        ({"Repr-Digest": "md5=:AAAA:"}, 400),
        ({"Repr-Digest": f"sha-256=:{'A' * 43}:"}, 400),
    ],
)
def test_what_cannot_be_is_refused(phone: Phone, headers: dict[str, str], status: int) -> None:
    assert phone.send(0, 2000, **headers).status_code == status
    assert not PartialUpload.objects.exists()


def test_a_body_that_is_none_is_refused_and_forgotten(phone: Phone) -> None:
    for body, status in ((b"x" * 3000, 400), (body_of(photo=b"no photo" * 400), 400)):
        phone.body, phone.sha256 = body, hashlib.sha256(body).digest()
        phone.send(0, 2000)
        assert phone.send(2000).status_code == status
        assert phone.asked() == {"offset": 0, "complete": False}


def test_a_file_that_is_no_photo_is_refused_with_its_receipt_once(phone: Phone) -> None:
    phone.body = body_of(**photo(b"words" * 800))
    phone.sha256 = hashlib.sha256(phone.body).digest()
    phone.send(0, 2000)
    first, again = phone.send(2000), phone.send(0)
    assert (first.status_code, first.json()["reason"]["code"]) == (415, "not_a_photo")
    assert first.json()["receipt"]["code"] == again.json()["receipt"]["code"]
    assert not PartialUpload.objects.exists()


def test_a_check_in_that_closes_takes_what_was_here_with_it(
    phone: Phone, check_in: CheckIn, world: World
) -> None:
    phone.send(0, 2000)
    lifecycle.withdraw(check_in, by=world.officer_user, reason="ill", now=clock.now())
    assert not PartialUpload.objects.exists()
    assert phone.send(2000)["Upload-Offset"] == "0"
    # It needs no answer, but a photo that came can be shown to have come.
    answer = phone.send(0)
    assert (answer.status_code, answer.json()["reason"]["code"]) == (409, "closed")
    assert answer.json()["receipt"]["code"]


def test_while_a_photo_is_being_checked_no_other_begins(phone: Phone, check_in: CheckIn) -> None:
    lifecycle.receive_attempt(
        check_in, lifecycle.NewAttempt(fake_engine.picture("alice"), ".jpg"), now=clock.now()
    )
    answer = phone.send(0, 2000)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert not PartialUpload.objects.exists()


def test_a_missed_check_in_keeps_what_came_for_a_late_answer(
    phone: Phone, check_in: CheckIn
) -> None:
    lifecycle.mark_delivered(check_in, now=clock.now())
    phone.send(0, 2000)
    CheckIn.objects.update(deadline_at=clock.now())
    check_in.refresh_from_db()
    lifecycle.close_overdue(check_in, now=clock.now())
    assert check_in.state == "missed"
    assert phone.send(2000).status_code == 202
    assert Attempt.objects.get().late


def test_what_came_before_the_line_broke_is_kept(phone: Phone) -> None:
    class Broken(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() >= 2048:
                raise ConnectionResetError
            return super().read(min(2048, size or 2048))

    cut = phone.send(0, 9000, **{"wsgi.input": Broken(phone.body)})
    assert cut["Upload-Offset"] == "2048"  # to nobody: the line is broken
    assert phone.asked()["offset"] == 2048
    assert phone.send(2048).status_code == 202


def test_it_can_be_thrown_away(phone: Phone) -> None:
    phone.send(0, 2000)
    assert phone.client.delete(phone.at).status_code == 204
    assert phone.asked()["offset"] == 0


def test_no_piece_can_be_read_in_the_database(phone: Phone) -> None:
    phone.send(0, 2000)
    sealed = bytes(UploadPiece.objects.get().sealed)
    assert b"form-data" in phone.body[:2000]
    assert b"form-data" not in sealed
    assert b"form-data" not in base64.urlsafe_b64decode(sealed)


def test_pieces_under_a_key_that_is_gone_are_sent_again(phone: Phone) -> None:
    phone.send(0, 2000)
    UploadPiece.objects.update(sealed=b"of another key")
    assert phone.send(2000).json()["code"] == "digest_mismatch"
    assert phone.send(0).status_code == 202


def test_a_few_bytes_are_not_kept_and_pieces_without_end_neither(
    phone: Phone, monkeypatch: Any
) -> None:
    assert phone.send(0, 1000)["Upload-Offset"] == "0"
    monkeypatch.setattr(uploads, "MOST_PIECES", 1)
    assert phone.send(0, 1024)["Upload-Offset"] == "1024"
    answer = phone.send(1024, 2048)
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_pieces")
    assert "Envíela de nuevo" in answer.json()["detail"]
    assert phone.asked()["offset"] == 0
    assert phone.send(0).status_code == 202


def test_two_that_bring_the_last_piece_hear_of_the_same_attempt(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.send(0, 2000)
    take_piece, first = uploads.take_piece, []

    def after_the_other(*args: Any, **now: Any) -> Any:
        if not first:
            first.append(None)
            first[0] = phone.send(2000)
        return take_piece(*args, **now)

    monkeypatch.setattr(uploads, "take_piece", after_the_other)
    second = phone.send(2000)
    assert (second.status_code, second.json()) == (202, first[0].json())
    assert second["Location"] == first[0]["Location"]
    assert Attempt.objects.count() == 1


def test_a_review_without_a_photo_does_not_speak_of_one(phone: Phone, check_in: CheckIn) -> None:
    lifecycle.mark_delivered(check_in, now=clock.now())
    for number in range(MOST_FOR_ONE_REASON):
        no_photo = lifecycle.NotAPhoto(f"{number}", Reason.NOT_A_PHOTO)
        lifecycle.refuse_upload(check_in, no_photo, now=clock.now())
    CheckIn.objects.update(deadline_at=clock.now())
    assert lifecycle.close_overdue(check_in, now=clock.now()) == "in_review"
    whole = phone.client.post(
        phone.at.split("uploads/")[0], phone.body, content_type=MULTIPART_CONTENT
    )
    for answer in (phone.send(0), phone.send(0, 2000), whole):
        assert answer.status_code == 409
        assert "Llámelos o espere la respuesta" in answer.json()["detail"]


def test_a_boundary_that_cannot_be_read_leaves_nothing_behind(
    phone: Phone, check_in: CheckIn
) -> None:
    strange = "multipart/form-data; boundary*=nosuch'en'abc"
    PartialUpload.objects.create(
        check_in=check_in,
        key=phone.at.split("/")[-2],
        begun_at=clock.now(),
        length=len(phone.body),
        sha256=phone.sha256.hex(),
        content_type=strange,
    )
    piece = uploads.Piece(0, phone.body, len(phone.body), phone.sha256.hex(), strange)
    with pytest.raises(RuleError):
        uploads.content_of(check_in, UUID(phone.at.split("/")[-2]), piece, phone.body)
    assert not PartialUpload.objects.exists()


def test_the_rest_of_a_photo_comes_too_late_for_a_consent_that_was_withdrawn(
    world: World, phone: Phone
) -> None:
    """Also where consent goes while the last piece is read: what is here is thrown away."""
    phone.send(0, 5000)
    world.alice_person.consents.update(withdrawn_at=clock.now())
    for offset in (5000, 0):
        refused = phone.send(offset)
        assert (refused.status_code, refused.json()["code"]) == (400, "consent_withdrawn")
        assert not PartialUpload.objects.exists()
    assert not Attempt.objects.exists()


def test_unfinished_ones_are_few_for_a_person_however_many_check_ins_are_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_OF_A_PERSON", 3)
    half = uploads.Piece(0, bytes(2000), 4000, "0" * 64, MULTIPART_CONTENT)
    made = []
    for _number in range(4):
        check_in = people.open_check_in(world.alice_person, world.officer_user)
        uploads.take_piece(check_in, uuid4(), half, now=clock.now())
        made.append(PartialUpload.objects.latest("pk").pk)
        CheckIn.objects.filter(pk=check_in.pk).update(state="cancelled")
    assert list(PartialUpload.objects.values_list("pk", flat=True)) == made[1:]
