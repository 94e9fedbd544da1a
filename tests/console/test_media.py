"""Photos reach staff one way: scoped, audited, re-encoded, never cached."""

import io
from datetime import timedelta

import pillow_heif
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from PIL import ExifTags, Image

from casework.audit.models import Entry
from casework.common import clock
from casework.participants.models import Participant
from casework.staff.models import Office, User
from checkins.models import ReferencePhoto
from smartlink.portal.sessions import COOKIE
from tests import people
from tests.console.conftest import Browser, in_review, reference_photo


def addresses(alice: Participant, officer: User) -> list[str]:
    attempt = in_review(alice, officer).attempts.get()
    photo = reference_photo(alice, officer)
    return [
        reverse("console:attempt_photo", args=[attempt.public_id]),
        reverse("console:reference_photo", args=[photo.public_id]),
    ]


def test_who_may_see_a_photo(
    browser_of: Browser, office: Office, officer: User, alice: Participant
) -> None:
    elsewhere = people.office()
    may = [officer, people.supervisor(office), people.administrator()]
    may_not = [people.officer(office), people.officer(elsewhere), people.supervisor(elsewhere)]
    for address in addresses(alice, officer):
        for user in may:
            assert browser_of(user).get(address).status_code == 200
        for user in may_not:
            assert browser_of(user).get(address).status_code == 404


def test_whoever_is_not_staff_is_sent_to_the_door(
    client: Client, officer: User, alice: Participant
) -> None:
    shown = addresses(alice, officer)
    client.cookies[COOKIE] = people.accepted_invite(alice, officer).token
    for address in shown:
        for browser in [client, Client()]:
            answer = browser.get(address)
            assert answer.status_code == 302
            assert answer.url.startswith("/staff/login/")


def test_each_look_leaves_a_line_in_the_persons_file(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    address, _other = addresses(alice, officer)
    browser_of(officer).get(address)
    line = Entry.objects.get(verb="viewed a photo")
    assert line.actor_id == officer.public_id
    assert line.participant_id == alice.public_id
    assert line.object_type == "attempt"


def test_looking_again_at_once_is_one_look_and_later_another(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    address, _other = addresses(alice, officer)
    client = browser_of(officer)
    client.get(address, {"size": "thumb"})
    client.get(address)
    assert Entry.objects.filter(verb="viewed a photo").count() == 1
    with clock.shifted(timedelta(minutes=11)):
        client.get(address)
    assert Entry.objects.filter(verb="viewed a photo").count() == 2


def test_a_refused_look_leaves_no_line(
    browser_of: Browser, office: Office, officer: User, alice: Participant
) -> None:
    for address in addresses(alice, officer):
        browser_of(people.officer(office)).get(address)
    assert not Entry.objects.filter(verb="viewed a photo").exists()


def test_no_cache_keeps_it_and_no_browser_guesses_its_kind(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    for address in addresses(alice, officer):
        answer = browser_of(officer).get(address)
        assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Type"] == "image/jpeg"
        assert "unsafe" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("asked", "longest"), [("thumb", 192), ("page", 720), ("full", 1280), ("", 1280)]
)
def test_it_is_upright_bare_and_no_larger_than_asked(
    browser_of: Browser, officer: User, alice: Participant, asked: str, longest: int
) -> None:
    address = _address_of(_turned_photo(), alice, officer)
    answer = browser_of(officer).get(address, {"size": asked})
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert shown.format == "JPEG"
        assert max(shown.size) == longest
        assert shown.height > shown.width
        assert not shown.getexif()
        assert "gps" not in str(shown.info).lower()


def test_heic_is_shown_as_jpeg(browser_of: Browser, officer: User, alice: Participant) -> None:
    file = io.BytesIO()
    heif = pillow_heif.from_pillow(Image.new("RGB", (640, 480), "teal"))
    heif.save(file, quality=80)
    answer = browser_of(officer).get(_address_of(file.getvalue(), alice, officer))
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (640, 480))


@pytest.mark.parametrize("content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a"])
def test_what_is_no_photo_is_never_sent(
    browser_of: Browser, officer: User, alice: Participant, content: bytes
) -> None:
    assert browser_of(officer).get(_address_of(content, alice, officer)).status_code == 404


def test_a_lost_file_is_a_404(browser_of: Browser, officer: User, alice: Participant) -> None:
    photo = reference_photo(alice, officer)
    photo.photo.storage.delete(photo.photo.name)
    address = reverse("console:reference_photo", args=[photo.public_id])
    assert browser_of(officer).get(address).status_code == 404


def _turned_photo() -> bytes:
    """1600 × 1200 as stored, to be turned by a quarter; says where it was taken."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.ImageDescription] = "at home"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    file = io.BytesIO()
    Image.effect_noise((1600, 1200), 60).convert("RGB").save(file, "JPEG", exif=exif)
    return file.getvalue()


def _address_of(content: bytes, alice: Participant, officer: User) -> str:
    """A stored reference photo that holds exactly this."""
    photo = reference_photo(alice, officer)
    name = photo.photo.storage.save("references/other", ContentFile(content))
    ReferencePhoto.objects.filter(pk=photo.pk).update(photo=name)
    return reverse("console:reference_photo", args=[photo.public_id])
