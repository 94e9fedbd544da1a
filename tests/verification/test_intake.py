"""Which files are let in, from their header alone."""

import io
import struct
import zlib

import pillow_heif
import pytest
from PIL import ExifTags, Image

from casework.common import picture_headers as headers
from checkins.verification import intake
from checkins.verification.codes import Reason
from checkins.verification.intake import PhotoRefused, inspect
from tests.verification.portraits import encoded

PLAIN = Image.new("RGB", (64, 48), (120, 130, 140))


def refusal(data: bytes) -> Reason:
    with pytest.raises(PhotoRefused) as caught:
        inspect(data)
    assert str(caught.value) == caught.value.reason.value
    return caught.value.reason


def heic(image: Image.Image) -> bytes:
    file = io.BytesIO()
    pillow_heif.from_pillow(image).save(file)
    return file.getvalue()


def png_header(width: int, height: int) -> bytes:
    content = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        headers.PNG_START + struct.pack(">I", 13) + content + struct.pack(">I", zlib.crc32(content))
    )


def jpeg_with_size(data: bytes, width: int, height: int) -> bytes:
    """The same JPEG, claiming another size."""
    at = next(
        data.find(bytes([0xFF, mark])) for mark in (0xC0, 0xC2) if bytes([0xFF, mark]) in data
    )
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


@pytest.mark.parametrize(
    ("data", "format"),
    [
        (encoded(PLAIN), "jpeg"),
        (encoded(PLAIN, progressive=True), "jpeg"),
        (encoded(PLAIN.convert("L")), "jpeg"),
        (encoded(PLAIN.convert("CMYK")), "jpeg"),
        (encoded(PLAIN, "PNG"), "png"),
        (encoded(PLAIN, "WEBP"), "webp"),
        (encoded(PLAIN, "WEBP", lossless=True), "webp"),
        (encoded(PLAIN.convert("RGBA"), "WEBP", exif=b"Exif\0\0II*\0"), "webp"),
        (heic(PLAIN), "heic"),
    ],
)
def test_a_photo_is_known_by_its_content(data: bytes, format: str) -> None:
    header = inspect(data)
    assert (header.format, header.width, header.height) == (format, 64, 48)
    assert header.orientation == 1


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_the_orientation_is_read_from_exif(format: str, turn: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "a phone"
    exif[ExifTags.Base.Orientation] = turn
    assert inspect(encoded(PLAIN, format, exif=exif)).orientation == turn


@pytest.mark.parametrize("order", ["<", ">"])
def test_both_byte_orders_of_exif_are_read_and_nonsense_is_upright(order: str) -> None:
    start = b"II*\0" if order == "<" else b"MM\0*"
    entry = struct.pack(order + "HHIHH", 0x0112, 3, 1, 6, 0)
    exif = start + struct.pack(order + "IH", 8, 1) + entry
    assert headers.orientation(exif) == 6
    assert headers.orientation(exif[:-8]) == 1
    assert headers.orientation(start + struct.pack(order + "I", 4_000_000_000)) == 1
    wrong = struct.pack(order + "HHIHH", 0x0112, 3, 1, 9, 0)
    assert headers.orientation(start + struct.pack(order + "IH", 8, 1) + wrong) == 1
    other = struct.pack(order + "HHIHH", 0x0110, 3, 1, 6, 0)
    assert headers.orientation(start + struct.pack(order + "IH", 8, 1) + other) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
        encoded(PLAIN, "GIF"),
        encoded(PLAIN, "BMP"),
        encoded(PLAIN, "TIFF"),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"RIFF\x10\0\0\0WAVEfmt ",
        b"\0\0\0\x18ftypavif\0\0\0\0mif1avif",
        b"\0\0\0\x14ftypisom\0\0\0\0mp42",
        b"\xff\xd8",
        b"GIF89a" + encoded(PLAIN),
        b"x",
    ],
)
def test_other_formats_are_no_photos_whatever_they_are_called(data: bytes) -> None:
    assert refusal(data) is Reason.NOT_A_PHOTO


def test_nothing_and_too_much() -> None:
    assert refusal(b"") is Reason.FILE_EMPTY
    assert refusal(encoded(PLAIN) + bytes(intake.MAX_BYTES)) is Reason.FILE_TOO_LARGE


def test_pixel_limits_come_from_the_header_and_depend_on_the_decoder() -> None:
    baseline, progressive = encoded(PLAIN), encoded(PLAIN, progressive=True)
    assert inspect(jpeg_with_size(baseline, 12_000, 9_000)).width == 12_000
    assert refusal(jpeg_with_size(baseline, 12_000, 11_000)) is Reason.PHOTO_TOO_LARGE
    assert inspect(jpeg_with_size(progressive, 6_000, 4_000)).progressive
    assert refusal(jpeg_with_size(progressive, 12_000, 9_000)) is Reason.PHOTO_TOO_LARGE
    assert refusal(jpeg_with_size(baseline, 65_500, 100)) is Reason.PHOTO_TOO_LARGE
    assert inspect(png_header(4_000, 4_000)).height == 4_000
    assert refusal(png_header(4_000, 4_001)) is Reason.PHOTO_TOO_LARGE
    assert refusal(png_header(2**31 - 1, 2**31 - 1)) is Reason.PHOTO_TOO_LARGE
    canvas = b"VP8X" + struct.pack("<I", 10) + bytes(4) + b"\xff\x3f\0\xff\x3f\0"
    assert refusal(b"RIFF" + struct.pack("<I", 22) + b"WEBP" + canvas) is Reason.PHOTO_TOO_LARGE
    small, large = (b"ispe\0\0\0\0" + struct.pack(">II", side, side) for side in (64, 9_000))
    cropped = heic(PLAIN)  # coded as 64 × 64, shown as 64 × 48
    assert small in cropped
    assert refusal(cropped.replace(small, large)) is Reason.PHOTO_TOO_LARGE


@pytest.mark.parametrize(
    "data",
    [
        jpeg_with_size(encoded(PLAIN), 0, 48),
        jpeg_with_size(encoded(PLAIN), 64, 0),
        encoded(PLAIN)[:100],
        encoded(PLAIN).replace(b"\xff\xc0", b"\xff\xc3"),  # lossless
        encoded(PLAIN).replace(b"\xff\xc0", b"\xff\xc9"),  # arithmetic
        encoded(PLAIN).replace(b"\xff\xc0\x00\x11\x08", b"\xff\xc0\x00\x11\x0c"),  # 12 bits
        b"\xff\xd8\xff\xe0\x00\x01",
        png_header(64, 48)[:30],
        png_header(0, 48),
        b"RIFF\xff\0\0\0WEBPVP8 \xff\xff\xff\xff",
        b"RIFF\x0c\0\0\0WEBPVP9 \0\0\0\0",
        b"RIFF\x04\0\0\0WEBP",
        heic(PLAIN)[:60],
    ],
)
def test_a_file_that_breaks_its_own_format_is_unreadable(data: bytes) -> None:
    assert refusal(data) is Reason.UNREADABLE


def test_a_second_frame_header_is_refused() -> None:
    data = encoded(PLAIN)
    at = data.find(b"\xff\xc0")
    frame = data[at : at + 19]
    assert refusal(data[:at] + frame + data[at:]) is Reason.UNREADABLE


def test_fill_bytes_between_segments_are_allowed_and_a_frame_is_needed() -> None:
    data = encoded(PLAIN)
    at = data.find(b"\xff\xc0")
    filled = inspect(data[:at] + b"\xff\xff" + data[at:])
    assert (filled.width, filled.height) == (64, 48)
    assert refusal(data[:at] + data[at + 19 :]) is Reason.UNREADABLE


def test_thousands_of_empty_passes_are_refused() -> None:
    data = encoded(PLAIN, progressive=True)
    last = data.rfind(b"\xff\xda")
    assert inspect(data).progressive
    assert refusal(data[:-2] + data[last:-2] * 200 + data[-2:]) is Reason.UNREADABLE


def test_only_what_makes_the_picture_reaches_the_decoder() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = "a secret place"
    jpeg = encoded(PLAIN, exif=exif, comment=b"hidden words", icc_profile=b"a profile")
    bare = headers.bare_jpeg(jpeg + b"PK\x03\x04 an archive")
    for word in (b"secret", b"hidden", b"profile", b"archive"):
        assert word not in bare
    assert bare.startswith(headers.JPEG_START)
    assert bare.endswith(headers.JPEG_END)
    png = encoded(PLAIN, "PNG", exif=exif, icc_profile=b"a profile")
    bare = headers.bare_png(png + b"PK\x03\x04 an archive")
    assert b"secret" not in bare
    assert b"iCCP" not in bare
    assert bare.endswith(b"IEND\xaeB`\x82")
