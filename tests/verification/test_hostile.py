"""Files made to harm: each gets an answer, none costs the worker its life or much memory."""

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from casework.common import picture_headers as headers
from checkins.verification.codes import Reason
from checkins.verification.decode import LONG_SIDE, Photo, decode
from checkins.verification.intake import PhotoRefused
from tests.verification.portraits import astronaut, encoded

SCENE = astronaut().resize((96, 80))


def refusal(data: bytes) -> Reason:
    with pytest.raises(PhotoRefused) as caught:
        decode(data)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return caught.value.reason


def png(chunks: list[tuple[bytes, bytes]], width: int, height: int) -> bytes:
    content = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [headers.PNG_START]
    for name, body in [(b"IHDR", content), *chunks, (b"IEND", b"")]:
        parts += [struct.pack(">I", len(body)), name, body]
        parts.append(struct.pack(">I", zlib.crc32(name + body)))
    return b"".join(parts)


# --- cut off ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.999])
@pytest.mark.parametrize(
    ("format", "kw"),
    [
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("JPEG", {"restart_marker_rows": 1}),
        ("PNG", {}),
        ("WEBP", {}),
    ],
)
def test_a_cut_off_file_is_unreadable(format: str, kw: dict, kept: float) -> None:
    data = encoded(astronaut(), format, **kw)
    assert refusal(data[: int(len(data) * kept)]) is Reason.UNREADABLE


@pytest.mark.parametrize("side", [512, 2048])
def test_a_cut_off_jpeg_with_an_end_glued_on_is_not_filled_with_grey(side: int) -> None:
    data = encoded(astronaut().resize((side, side)))
    for kept in (0.3, 0.7):
        cut = data[: int(len(data) * kept)].rstrip(b"\xff")
        assert refusal(cut + headers.JPEG_END) is Reason.UNREADABLE
        assert refusal(cut + headers.JPEG_END + data[len(cut) :]) is Reason.UNREADABLE


def test_a_whole_jpeg_that_ends_in_one_colour_is_fine() -> None:
    framed = astronaut().copy()
    framed.paste("black", (0, 300, 512, 512))
    for image in (framed, Image.new("RGB", (640, 480), "white"), Image.new("L", (50, 50), 128)):
        for kw in ({}, {"progressive": True}, {"restart_marker_rows": 1}):
            assert decode(encoded(image, **kw)).width == image.width


def test_a_cut_off_heic_is_unreadable() -> None:
    file = io.BytesIO()
    pillow_heif.from_pillow(SCENE).save(file)
    data = file.getvalue()
    assert refusal(data[: len(data) * 2 // 3]) is Reason.UNREADABLE


# --- bombs --------------------------------------------------------------------------------------


def test_a_png_that_claims_more_than_it_holds_is_unreadable() -> None:
    assert refusal(png([(b"IDAT", zlib.compress(bytes(1000)))], 3000, 3000)) is Reason.UNREADABLE
    assert refusal(png([], 3000, 3000)) is Reason.UNREADABLE


def test_a_png_that_unpacks_to_far_more_stops_at_its_own_size(tmp_path: Path) -> None:
    bomb = zlib.compressobj(9)
    body = b"".join(bomb.compress(bytes(10_000_000)) for _ in range(20)) + bomb.flush()
    facts = measured(png([(b"IDAT", body)], 64, 48), tmp_path)
    assert facts[:4] == [64, 48, 64, 0]
    assert facts[4] < 80_000


def test_compressed_text_and_profiles_are_never_unpacked() -> None:
    words = zlib.compress(bytes(50_000_000), 9)
    rows = zlib.compress(b"".join(b"\0" + bytes([90]) * 192 for _ in range(48)))
    bombs = [
        (b"zTXt", b"a\0\0" + words),
        (b"iTXt", b"a\0\1\0\0\0" + words),
        (b"iCCP", b"a\0\0" + words),
    ]
    for bomb in bombs:
        data = png([*[bomb] * 20, (b"IDAT", rows)], 64, 48)
        with pytest.raises((ValueError, OSError)):  # such a file does trouble Pillow
            PngImagePlugin.PngImageFile(io.BytesIO(data)).load()
        assert decode(data).pixels.mean() == 90


def test_an_animation_with_another_size_inside_is_harmless() -> None:
    frames = [SCENE.rotate(turn) for turn in range(30)]
    data = encoded(SCENE, "PNG", save_all=True, append_images=frames)
    huge = data.replace(struct.pack(">II", 96, 80), struct.pack(">II", 60_000, 60_000))
    assert refusal(huge) is Reason.PHOTO_TOO_LARGE
    frame = data.find(b"fcTL", data.find(b"fcTL") + 1)
    patched = data[: frame + 8] + struct.pack(">II", 60_000, 60_000) + data[frame + 16 :]
    assert decode(patched).width == 96


def test_a_picture_hidden_behind_another_file_stays_hidden() -> None:
    archive = b"PK\x03\x04" + bytes(1000)
    for format in ("JPEG", "PNG"):
        assert decode(encoded(SCENE, format) + archive).width == 96


_MEASURED = """
import resource, sys
from pathlib import Path
from checkins.verification.decode import decode
data = Path(sys.argv[1]).read_bytes()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
photo = decode(data)
more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(photo.width, photo.height, max(photo.pixels.shape), photo.pixels.mean(), more)
"""


def measured(data: bytes, folder: Path) -> list[float]:
    """Width, height, long side kept, mean, and kilobytes more at the peak."""
    file = folder / "photo"
    file.write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(file)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    return [float(word) for word in done.stdout.split()]


def test_a_hundred_megapixels_take_little_memory(tmp_path: Path) -> None:
    large = astronaut().convert("L").resize((11_600, 8_700), Image.Resampling.BILINEAR)
    facts = measured(encoded(large, quality=70), tmp_path)
    assert facts[:3] == [11_600, 8_700, LONG_SIDE]
    assert facts[3] == pytest.approx(np.asarray(large.reduce(20)).mean(), abs=2)
    assert facts[4] < 80_000


def test_the_largest_progressive_jpeg_stays_within_a_workers_means(tmp_path: Path) -> None:
    large = astronaut().resize((5_700, 4_300), Image.Resampling.BILINEAR)
    facts = measured(encoded(large, quality=70, progressive=True, subsampling=0), tmp_path)
    assert facts[:2] == [5_700, 4_300]
    assert facts[4] < 250_000


# --- anything -----------------------------------------------------------------------------------


def _seeds() -> list[bytes]:
    file = io.BytesIO()
    pillow_heif.from_pillow(SCENE).save(file)
    moving = {"save_all": True, "append_images": [SCENE.rotate(9)]}
    exif = Image.Exif()
    exif[0x0112] = 6
    return [
        encoded(SCENE, exif=exif),
        encoded(SCENE, progressive=True),
        encoded(SCENE.convert("CMYK")),
        encoded(SCENE, "PNG", exif=exif),
        encoded(SCENE.convert("P"), "PNG"),
        encoded(SCENE.convert("RGBA"), "PNG", **moving),
        encoded(SCENE, "WEBP"),
        encoded(SCENE, "WEBP", lossless=True, exif=exif),
        encoded(SCENE, "WEBP", **moving),
        file.getvalue(),
    ]


_CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["set", "delete", "insert"]),
        st.floats(0, 1, exclude_max=True),
        st.binary(min_size=1, max_size=8),
    ),
    min_size=1,
    max_size=12,
)


def _changed(data: bytes, changes: list[tuple[str, float, bytes]], *, near_start: bool) -> bytes:
    file = bytearray(data)
    for how, where, piece in changes:
        at = int(where * min(len(file), 200 if near_start else len(file)))
        file[at : at + (0 if how == "insert" else len(piece))] = b"" if how == "delete" else piece
    return bytes(file)


@settings(derandomize=True, max_examples=600, deadline=None, database=None)
@given(seed=st.sampled_from(_seeds()), changes=_CHANGES, near_start=st.booleans())
def test_a_damaged_file_is_a_photo_or_refused(
    seed: bytes, changes: list[tuple[str, float, bytes]], *, near_start: bool
) -> None:
    try:
        photo = decode(_changed(seed, changes, near_start=near_start))
    except PhotoRefused:
        return
    assert isinstance(photo, Photo)
    assert photo.pixels.dtype == np.uint8
    assert max(photo.pixels.shape) <= LONG_SIDE


@settings(derandomize=True, max_examples=200, deadline=None, database=None)
@given(start=st.sampled_from([b"", *(seed[:40] for seed in _seeds())]), rest=st.binary())
def test_any_bytes_at_all_are_refused(start: bytes, rest: bytes) -> None:
    with pytest.raises(PhotoRefused):
        decode(start + rest)
