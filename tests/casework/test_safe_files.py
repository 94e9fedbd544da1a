"""Which files from phones are taken, and what becomes of them before they are kept."""

import io
import struct
import zlib
from collections.abc import Callable

import pillow_heif
import pytest
from PIL import ExifTags, Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from casework.common.errors import RuleError
from casework.common.safe_files import JPEG, LONG_SIDE, MOST_BYTES, PDF, made_safe

SCENE = Image.linear_gradient("L").resize((96, 64)).convert("RGB")


def encoded(picture: Image.Image, form: str = "JPEG", **kw: object) -> bytes:
    file = io.BytesIO()
    if form == "HEIC":
        pillow_heif.from_pillow(picture).save(file)
    else:
        picture.save(file, form, **kw)
    return file.getvalue()


def drawn(content: bytes) -> Image.Image:
    safe = made_safe(content)
    assert (safe.media_type, safe.suffix) == (JPEG, ".jpg")
    picture = Image.open(io.BytesIO(safe.content))
    picture.load()
    assert picture.format == "JPEG"
    return picture


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIC"])
def test_every_kind_of_picture_becomes_a_jpeg_of_the_same_scene(form: str) -> None:
    picture = drawn(encoded(SCENE, form))
    assert picture.size == SCENE.size
    left, right = picture.getpixel((10, 2)), picture.getpixel((10, 60))
    assert right[0] - left[0] > 150


def test_metadata_stays_behind_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "SECRET PHONE"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (29.0, 45.0, 0.0)
    content = encoded(SCENE, exif=exif)
    assert b"SECRET" in content
    picture = drawn(content)
    assert picture.size == (64, 96)
    assert not picture.getexif()
    assert b"SECRET" not in made_safe(content).content


def test_what_is_glued_behind_a_picture_stays_behind() -> None:
    assert b"<script>" not in made_safe(encoded(SCENE) + b"<script>alert(1)</script>").content


def test_a_large_picture_is_made_smaller_and_a_clear_one_lies_on_white() -> None:
    assert max(drawn(encoded(SCENE.resize((3000, 500)))).size) == LONG_SIDE
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    assert drawn(encoded(clear, "PNG")).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "P", "L", "LA", "I;16"])
def test_scans_in_few_colours_can_be_read(mode: str) -> None:
    page = Image.new("L", (2400, 60), 250)
    page.paste(0, (0, 0, 1200, 60))
    if mode == "I;16":
        content = encoded(page.convert("I").point(lambda value: value * 256).convert("I;16"), "PNG")
    else:
        content = encoded(page.convert(mode), "PNG")
    picture = drawn(content).convert("L")
    assert picture.getpixel((100, 20)) < 20 < 230 < picture.getpixel((1900, 20))


def png_that_claims(width: int, height: int) -> bytes:
    content = encoded(SCENE, "PNG")
    head = b"IHDR" + struct.pack(">II", width, height) + content[24:29]
    return content[:12] + head + struct.pack(">I", zlib.crc32(head)) + content[33:]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"hello", "neither"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "neither"),
        (encoded(SCENE, "GIF"), "neither"),
        (encoded(SCENE)[:-200], "cannot be opened"),
        (b"\xff\xd8\xff" + bytes(500), "cannot be opened"),
        (encoded(SCENE, "PNG")[:60], "cannot be opened"),
        (png_that_claims(60_000, 60_000), "too large"),
        (b"\xff\xd8\xff" + bytes(MOST_BYTES), "5 MB"),
    ],
    ids=["empty", "text", "svg", "gif", "cut", "noise", "cut-png", "bomb", "bytes"],
)
def test_what_is_no_whole_picture_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(RuleError, match=sentence) as caught:
        made_safe(content)
    assert caught.value.field == "files"


# --- PDF ----------------------------------------------------------------------------------------


def pdf(change: Callable[[PdfWriter], object] = lambda _writer: None) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    change(writer)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def with_stream(dictionary: bytes, packed: bytes) -> bytes:
    """A PDF with one more stream in it."""
    plain = pdf()
    added = b"9 0 obj\n<<" + dictionary + b">>\nstream\n" + packed + b"\nendstream\nendobj\n"
    return plain.replace(b"xref\n", added + b"xref\n", 1)


SCRIPT = b"/Catalog /Names <</JavaScript <</S /JavaScript /JS (app.alert(1))>> >>"


def opening(action: str) -> Callable[[PdfWriter], object]:
    def change(writer: PdfWriter) -> None:
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
            {
                NameObject("/S"): NameObject(action),
                NameObject("/F"): TextStringObject("calc.exe"),
            }
        )

    return change


HIDDEN = zlib.compress(b"1 0 <</S /JavaScript /JS (app.alert(1))>>" + bytes(40_000))
TWICE = zlib.compress(HIDDEN)
# Nothing comes out of these blocks, and each piece opens another stream inside the first.
EMPTY_BLOCKS = (b"\x00\x00\x00\xff\xff" * 1300 + b"\x00\x09\x00\xf6\xffstream\n\x78\x9c") * 500
PROGRAM = b"/Subtype /FileAttachment /FS <</F (a.exe) /EF <</F 5 0 R>> >>"
OBJECTS = b"/Type /ObjStm /N 1 /First 4 /Length %d " % len(HIDDEN)


def test_a_plain_pdf_is_kept_byte_for_byte() -> None:
    content = pdf()
    safe = made_safe(content)
    assert (safe.content, safe.media_type, safe.suffix) == (content, PDF, ".pdf")


@pytest.mark.parametrize(
    "content",
    [
        with_stream(b"/Filter /FlateDecode", zlib.compress(b"BT (Dear officer) Tj ET" * 900)),
        with_stream(b"", b"BT (https://example.org/LaunchPad) Tj ET"),
        pdf().replace(b"/Catalog", b"/Catalog /OpenAction [4 0 R /XYZ null null 0]"),
        with_stream(
            b"/Filter/FlateDecode/First 822/Length 2216/N 100/Type/ObjStm",
            zlib.compress(b"1 0 <</Type /Page>>"),
        ),
        with_stream(b"/Filter /FlateDecode", zlib.compress(b"\x78\x9c" + bytes(range(256)) * 99)),
    ],
    ids=["text", "a word that begins alike", "opens at its first page", "objects", "picture"],
)
def test_what_office_programs_write_is_taken(content: bytes) -> None:
    assert made_safe(content).media_type == PDF


@pytest.mark.parametrize(
    "content",
    [
        pdf().replace(b"/Catalog", SCRIPT),
        pdf(lambda writer: writer.add_attachment("a.exe", b"MZ")),
        pdf(lambda writer: writer.encrypt("secret", algorithm="RC4-128")),
        pdf(opening("/Launch")),
        pdf(opening("/Named")),
        pdf().replace(b"/Catalog", SCRIPT.replace(b"/JavaScript", b"/J#61v#61Script")),
        with_stream(OBJECTS + b"/Filter /FlateDecode", HIDDEN),
        with_stream(b"/Length 1 /Filter /FlateDecode", HIDDEN),
        with_stream(OBJECTS + b"/Filter /ASCIIHexDecode", HIDDEN.hex().encode()),
        with_stream(
            OBJECTS + b"/Filter /FlateDecode /DecodeParms <</Predictor 15>>", zlib.compress(b"1 0")
        ),
        with_stream(b"/Filter /FlateDecode", HIDDEN[:40] + b"\xff" * 40),
        with_stream(b"/Filter /FlateDecode", zlib.compress(bytes(140_000_000), 1)),
        b"%PDF-1.7\n" + b"cut off",
        with_stream(PROGRAM, b"MZ"),
        with_stream(b"/AA <</O <</S /URI /URI (https://example.org)>> >>", b""),
        with_stream(b"/F <</FS /URL /F (https://example.org)>>", b""),
        with_stream(OBJECTS + b"/Filter [/FlateDecode /FlateDecode]", TWICE),
        with_stream(OBJECTS + b"/Filter 7 0 R", TWICE),
        with_stream(b"/Filter [/Fl /Fl] /X (obj) /Type /ObjStm /N 1 /First 4", TWICE),
        with_stream(OBJECTS + b"/X (stream) /Filter /FlateDecode /DecodeParms 8 0 R", HIDDEN[:9]),
        with_stream(b"/N 1 /First 4 /Filter 7 0 R", TWICE),
        with_stream(b"/Filter /FlateDecode", zlib.compress((b"#41" * 20_000 + bytes(2**20)) * 6)),
        with_stream(b"", b"\x78\x9c" + EMPTY_BLOCKS),
    ],
    ids=[
        "script", "attachment", "encrypted", "launch", "opens with an act", "escaped name",
        "object stream", "stream without a type", "hex", "predictor", "broken", "bomb", "cut",
        "attachment by its place", "acts when opened", "fetches", "packed twice",
        "filter elsewhere", "filter before a string", "predictor behind a string", "no type twice",
        "costly names", "costly to read",
    ],
)  # fmt: skip
def test_a_pdf_that_can_act_or_hides_something_is_refused(content: bytes) -> None:
    with pytest.raises(RuleError, match="locked, broken, or holds programs"):
        made_safe(content)
