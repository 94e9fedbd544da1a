"""Every sort of file becomes the same upright BGR pixels."""

import io

import numpy as np
import pillow_heif
import pytest
from PIL import ExifTags, Image

from checkins.verification.codes import Reason
from checkins.verification.decode import LONG_SIDE, clean_jpeg, decode
from checkins.verification.intake import PhotoRefused
from tests.verification.portraits import astronaut, encoded

SCENE = astronaut().crop((60, 0, 400, 240))  # 340 × 240: no turn of it looks like another
TURNS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,  # stored turned back, shown after a turn to the right
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def bgr(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("RGB")).astype(int)[:, :, ::-1]


def stored(orientation: int, image: Image.Image = SCENE) -> tuple[Image.Image, Image.Exif]:
    """As a camera held that way stores the scene."""
    turn = TURNS[orientation]
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    return image if turn is None else image.transpose(turn), exif


def off(data: bytes, expected: Image.Image = SCENE) -> float:
    """Mean difference from the scene, of 255."""
    photo = decode(data)
    assert photo.pixels.dtype == np.uint8
    assert photo.pixels.flags.c_contiguous
    assert (photo.width, photo.height) == expected.size
    assert photo.pixels.shape == (expected.height, expected.width, 3)
    return float(np.abs(photo.pixels.astype(int) - bgr(expected)).mean())


@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.parametrize(("format", "limit"), [("JPEG", 3), ("PNG", 0), ("WEBP", 6)])
def test_every_orientation_comes_out_upright(format: str, limit: float, orientation: int) -> None:
    image, exif = stored(orientation)
    assert off(encoded(image, format, exif=exif)) <= limit


@pytest.mark.parametrize("orientation", TURNS)
def test_a_turned_heic_comes_out_upright(orientation: int) -> None:
    image, exif = stored(orientation)
    heif = pillow_heif.from_pillow(image)
    heif.info["exif"] = exif.tobytes()  # written as HEIC's own turn, and left in EXIF as phones do
    file = io.BytesIO()
    heif.save(file, quality=80)
    assert (b"irot" in file.getvalue() or b"imir" in file.getvalue()) == (orientation > 1)
    assert off(file.getvalue()) < 6


def sixteen_bit(mode: str) -> bytes:
    cv2 = pytest.importorskip("cv2")
    wide = bgr(SCENE).astype(np.uint16) * 257
    if mode == "L":
        wide = np.asarray(SCENE.convert("L")).astype(np.uint16) * 257
    if mode == "RGBA":
        wide = np.dstack([wide, np.full(wide.shape[:2], 65535, np.uint16)])
    return bytes(cv2.imencode(".png", wide)[1])


@pytest.mark.parametrize(
    ("data", "expected", "limit"),
    [
        (encoded(SCENE.convert("L")), SCENE.convert("L"), 3),
        (encoded(SCENE.convert("L"), "PNG"), SCENE.convert("L"), 0),
        (encoded(SCENE.convert("LA"), "PNG"), SCENE.convert("L"), 0),
        (encoded(SCENE.convert("1"), "PNG"), SCENE.convert("1"), 0),
        (encoded(SCENE.convert("P"), "PNG"), SCENE.convert("P"), 0),
        (encoded(SCENE.convert("RGBA"), "PNG"), SCENE, 0),
        (encoded(SCENE.convert("CMYK")), SCENE, 3),
        (encoded(SCENE.convert("YCbCr")), SCENE, 3),
        (encoded(SCENE, subsampling=0, progressive=True), SCENE, 3),
        (encoded(SCENE, "WEBP", lossless=True), SCENE, 0),
        (sixteen_bit("RGB"), SCENE, 1),
        (sixteen_bit("RGBA"), SCENE, 1),
        (sixteen_bit("L"), SCENE.convert("L"), 1),
    ],
)
def test_every_mode_becomes_bgr(data: bytes, expected: Image.Image, limit: float) -> None:
    assert off(data, expected) <= limit


def test_what_is_transparent_is_white_paper() -> None:
    image = SCENE.convert("RGBA")
    image.putalpha(0)
    for format in ("PNG", "WEBP"):
        assert decode(encoded(image, format)).pixels.min() >= 254
    indexed = Image.new("P", (40, 40), 3)
    indexed.putpalette([0, 0, 0] * 256)
    assert decode(encoded(indexed, "PNG", transparency=3)).pixels.min() == 255
    grey = Image.new("L", (40, 40), 7)
    assert decode(encoded(grey, "PNG", transparency=7)).pixels.min() == 255


@pytest.mark.parametrize(
    ("format", "kw"),
    [("JPEG", {}), ("JPEG", {"progressive": True}), ("PNG", {}), ("WEBP", {}), ("HEIF", {})],
)
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_large_photo_is_reduced_and_keeps_its_content(format: str, kw: dict, mode: str) -> None:
    large = SCENE.resize((3401, 2399), Image.Resampling.BICUBIC).convert(mode)
    if format == "HEIF":
        file = io.BytesIO()
        pillow_heif.from_pillow(large).save(file)
        data = file.getvalue()
    else:
        data = encoded(large, format, **kw)
    photo = decode(data)
    assert (photo.width, photo.height) == large.size
    assert max(photo.pixels.shape) == LONG_SIDE
    assert photo.pixels.shape[:2] == pytest.approx((903, 1280), abs=1)
    expected = bgr(large.resize(photo.pixels.shape[1::-1], Image.Resampling.BOX))
    assert np.abs(photo.pixels.astype(int) - expected).mean() < 5


def test_large_indexed_and_sixteen_bit_pictures_are_reduced_too() -> None:
    large = SCENE.resize((2000, 1412), Image.Resampling.BICUBIC)
    indexed = decode(encoded(large.convert("P"), "PNG"))
    wide = Image.fromarray(np.asarray(large.convert("L")).astype(np.uint16) * 257)
    grey = decode(encoded(wide, "PNG"))
    for photo, expected in ((indexed, large.convert("P")), (grey, large.convert("L"))):
        small = expected.convert("RGB").resize(photo.pixels.shape[1::-1], Image.Resampling.BOX)
        assert np.abs(photo.pixels.astype(int) - bgr(small)).mean() < 2


def test_a_strip_of_one_pixel_survives() -> None:
    photo = decode(encoded(Image.new("RGB", (9000, 1), "red"), "PNG"))
    assert photo.pixels.shape == (1, LONG_SIDE, 3)


def test_only_the_first_picture_of_an_animation_is_used() -> None:
    others = [Image.new("RGB", SCENE.size, "red"), Image.new("RGB", SCENE.size, "blue")]
    for format, limit in (("PNG", 0), ("WEBP", 0)):
        kw = {"lossless": True} if format == "WEBP" else {}
        data = encoded(SCENE, format, save_all=True, append_images=others, duration=100, **kw)
        assert off(data) <= limit
    file = io.BytesIO()
    several = pillow_heif.from_pillow(SCENE)
    several.add_from_pillow(others[0])
    several.save(file, quality=90)
    assert off(file.getvalue()) < 6


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_clean_jpeg_is_upright_small_and_says_nothing(orientation: int) -> None:
    image, exif = stored(orientation, SCENE.resize((1700, 1200)))
    exif[ExifTags.Base.Make] = "SECRET PHONE"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (29.0, 45.0, 0.0)
    kw = {"exif": exif, "comment": b"SECRET WORDS", "icc_profile": b"SECRET PROFILE"}
    data = encoded(image, **kw)
    assert b"SECRET" in data
    clean = clean_jpeg(data)
    assert b"SECRET" not in clean
    assert b"Exif" not in clean
    with Image.open(io.BytesIO(clean)) as shown:
        assert shown.format == "JPEG"
        assert shown.size == (1280, 904)
        assert not shown.getexif()
        expected = bgr(SCENE.resize(shown.size))
        assert np.abs(bgr(shown) - expected).mean() < 5
    assert len(clean_jpeg(data, long_side=320, quality=60)) < len(clean) / 4


def test_a_clean_jpeg_of_a_broken_file_is_refused() -> None:
    with pytest.raises(PhotoRefused) as caught:
        clean_jpeg(encoded(SCENE)[:3000])
    assert caught.value.reason is Reason.UNREADABLE
