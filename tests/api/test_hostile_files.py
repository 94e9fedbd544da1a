"""Files that harm or mislead, sent as a participant's answer: each gets the right answer."""

import io
from typing import Any

import pillow_heif
import pytest
from PIL import ExifTags, Image

from checkins.models import Attempt
from checkins.verification.engine import Engine
from tests.api.journey import Portal, portal_of_the_astronaut
from tests.verification.portraits import astronaut, encoded

pytestmark = [pytest.mark.django_db, pytest.mark.engine]
NOT_A_PHOTO = "Este archivo no es una foto"


@pytest.fixture
def portal() -> Portal:
    return portal_of_the_astronaut()


def _png_bomb() -> bytes:
    return encoded(Image.new("1", (20_000, 20_000)), "PNG")


def _progressive_giant() -> bytes:
    return encoded(Image.new("L", (7000, 7000), 120), progressive=True, quality=20)


REFUSED: dict[str, tuple[Any, int, str]] = {
    "a PDF named .jpg": (lambda: b"%PDF-1.7\n" + b"0" * 5000, 415, "not_a_photo"),
    "a web page": (lambda: b"<html><script>alert(1)</script></html>", 415, "not_a_photo"),
    "a GIF": (lambda: encoded(astronaut(), "GIF"), 415, "not_a_photo"),
    "nothing": (lambda: b"", 422, "file_empty"),
    "a PNG bomb": (_png_bomb, 422, "photo_too_large"),
    "a progressive giant": (_progressive_giant, 422, "photo_too_large"),
    "a JPEG that ends in its header": (lambda: encoded(astronaut())[:60], 422, "unreadable"),
    "a file of 21 MB": (lambda: encoded(astronaut()) + bytes(21_000_000), 413, "file_too_large"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_usable_photo_is_refused_at_once_and_changes_nothing(
    portal: Portal, what: str
) -> None:
    make, status, code = REFUSED[what]
    refused = portal.send(make())
    assert (refused.status_code, refused.json()["reason"]["code"]) == (status, code)
    assert refused.json()["errors"][0]["field"] == "photo"
    as_reference = portal.officer.post(
        f"{portal.at}reference-photos/", {"photo": io.BytesIO(make())}, format="multipart"
    )
    assert as_reference.status_code == status
    # the participant reads Spanish; the officer does not
    assert refused.json()["detail"] != as_reference.json()["detail"]
    assert not Attempt.objects.exists()
    assert portal.phone.get(portal.check_in).json()["state"] == "open"


def test_a_truncated_jpeg_leaves_it_open_with_the_reason(portal: Portal, engine: Engine) -> None:
    whole = encoded(astronaut())
    check_in = portal.answer(whole[: len(whole) // 2], engine)
    assert check_in["state"] == "open"
    assert check_in["attempts"][0]["result"] == "poor_photo"
    (reason,) = check_in["attempts"][0]["reasons"]
    assert reason["code"] == "unreadable"
    assert "foto" in reason["text"]
    assert portal.answer(whole, engine)["state"] == "accepted"


def _hundred_megapixels() -> bytes:
    large = astronaut().convert("L").resize((10_000, 10_000), Image.Resampling.BILINEAR)
    return encoded(large, quality=30)


def _rotated() -> bytes:
    """Stored lying on its side, as phones do; EXIF says how to hold it."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    return encoded(astronaut().rotate(90, expand=True), exif=exif)


def _heic() -> bytes:
    file = io.BytesIO()
    pillow_heif.from_pillow(astronaut()).save(file, quality=80)
    return file.getvalue()


@pytest.mark.parametrize("make", [_hundred_megapixels, _rotated, _heic])
def test_unusual_photos_of_the_right_person_are_accepted(
    portal: Portal, engine: Engine, make: Any
) -> None:
    check_in = portal.answer(make(), engine)
    assert (check_in["state"], check_in["attempts"][0]["result"]) == ("accepted", "match")
