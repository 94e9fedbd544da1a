"""Copies of a picture keep its fingerprint, a new photo and another person's do not."""

import io

import numpy as np
import pytest
from PIL import Image

from checkins.repeat_rules import NEAR, Likeness, Marks, likeness
from checkins.verification.engine import Engine
from checkins.verification.fingerprint import fingerprint, prints_of
from tests.verification.heads import film
from tests.verification.portraits import astronaut, encoded, hopper

PORTRAITS = {"astronaut": astronaut, "hopper": hopper}


def of(image: Image.Image) -> str:
    return fingerprint(np.asarray(image.convert("L")))


def apart(a: str, b: str) -> int:
    return (int(a, 16) ^ int(b, 16)).bit_count()


def copies(image: Image.Image) -> dict[str, Image.Image]:
    """Stored anew, in another size, a little lighter."""
    width, height = image.size
    return {
        "stored anew": Image.open(io.BytesIO(encoded(image, quality=40))),
        "half as large": image.resize((width // 2, height // 2)),
        "larger": image.resize((width * 2, height * 2), Image.Resampling.BICUBIC),
        "lighter": image.point(lambda value: min(255, round(value * 1.15))),
    }


@pytest.mark.parametrize("who", PORTRAITS)
def test_a_copy_keeps_the_fingerprint(who: str) -> None:
    own = of(PORTRAITS[who]())
    assert len(own) == 64
    for name, copy in copies(PORTRAITS[who]()).items():
        assert apart(own, of(copy)) <= NEAR, name


def test_two_pictures_lie_far_apart() -> None:
    assert apart(of(astronaut()), of(hopper())) > 4 * NEAR


def test_a_sheet_of_one_grey_has_none() -> None:
    grey = np.full((300, 200), 7, np.uint8)
    assert fingerprint(grey) == ""
    grey = np.random.default_rng(3).integers(6, 9, (300, 200), dtype=np.uint8)
    assert fingerprint(grey) == ""


def test_plain_light_from_one_side_has_none() -> None:
    """Else any two photos with nothing in them would be copies of one another."""
    slope = np.broadcast_to(np.linspace(10, 240, 300).astype(np.uint8), (200, 300))
    for turns in range(4):
        assert fingerprint(np.ascontiguousarray(np.rot90(slope, turns))) == ""


def test_a_large_photo_has_the_fingerprint_of_a_small_one() -> None:
    small, large = (hopper().resize((480 * by, 640 * by)) for by in (1, 3))
    prints = [prints_of(np.asarray(one)[:, :, ::-1].copy(), None) for one in (small, large)]
    assert apart(prints[0].frame, prints[1].frame) <= NEAR
    assert prints[0].face == ""


@pytest.mark.engine
def test_the_engine_takes_them_of_picture_and_face(engine: Engine) -> None:
    whole = astronaut()
    own = engine.analyse(encoded(whole)).prints
    assert (len(own.frame), len(own.face)) == (64, 64)
    anew = engine.analyse(encoded(whole, quality=60)).prints
    assert likeness(Marks(frame=own.frame), Marks(frame=anew.frame)) is Likeness.SAME_PICTURE
    other = engine.analyse(encoded(hopper())).prints
    assert likeness(Marks("a", own.frame, own.face), Marks("b", other.frame, other.face)) is None
    two = Image.new("RGB", (1024, 512))
    two.paste(whole, (0, 0))
    two.paste(whole, (512, 0))
    refused = engine.analyse(encoded(two))
    assert refused.embedding is None
    assert refused.prints.frame != ""
    no_face = engine.analyse(encoded(whole.crop((0, 300, 200, 500))))
    assert no_face.embedding is None
    assert (len(no_face.prints.frame), no_face.prints.face) == (64, "")


@pytest.mark.engine
def test_a_cut_copy_is_known_by_the_face_under_dlib(engine: Engine) -> None:
    """YuNet's landmarks move too much with the size of the picture for that."""
    if engine.weights_name != "dlib":
        pytest.skip("only dlib's landmarks are steady enough")
    own = engine.analyse(encoded(hopper())).prints
    width, height = hopper().size
    cut = hopper().crop((width // 10, height // 20, width - width // 20, height * 4 // 5))
    found = engine.analyse(encoded(cut)).prints
    assert apart(own.frame, found.frame) > NEAR
    assert apart(own.face, found.face) <= NEAR


@pytest.mark.engine
def test_a_head_that_turned_is_a_new_picture(engine: Engine) -> None:
    ahead, aside = (engine.analyse(photo).prints for photo in film("hopper", [0.0, 15.0]))
    assert apart(ahead.face, aside.face) > NEAR
