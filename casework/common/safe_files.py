"""Files from people's phones, made harmless: pictures are drawn anew, PDFs are looked through.

What a file is, its bytes say; the name that it came with is never believed, and not kept. Nothing
but `RuleError` leaves here, with a sentence for the person who sent the file.
"""

import io
from dataclasses import dataclass
from typing import Final

import pillow_heif
from django.utils.translation import gettext as _
from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from casework.common import picture_headers as headers
from casework.common.errors import RuleError
from casework.common.safe_pdf import MAGIC, PdfRefused, look_through

MOST_BYTES: Final = 5_000_000
"""Of one file. A 12-megapixel phone JPEG has 3 to 5 MB; a scanned page 0.5."""

MOST_PIXELS: Final = {"jpeg": 25_000_000, "png": 16_000_000, "webp": 12_500_000, "heic": 25_000_000}
"""A decoder may have to hold them all at once, in a web process: peaks of 150 to 220 MB."""

MOST_SCANS: Final = 100
LONG_SIDE: Final = 2_000
"""Pixels kept: at this size small print on a photographed page can still be read."""

JPEG, PDF = "image/jpeg", "application/pdf"
SUFFIXES: Final = {JPEG: ".jpg", PDF: ".pdf"}

_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, eq=False)
class SafeFile:
    """What to store: `content` as it may be shown, `media_type` either JPEG or PDF."""

    content: bytes
    media_type: str

    @property
    def suffix(self) -> str:
        return SUFFIXES[self.media_type]


def made_safe(content: bytes, *, most_bytes: int = MOST_BYTES) -> SafeFile:
    """A picture (JPEG, PNG, WebP, HEIC) as an upright JPEG without metadata; a PDF as it is.

    A PDF that could act by itself, or cannot be looked through, is refused. Raises `RuleError`.
    """
    if not content:
        raise _refused(_("The file is empty."))
    if len(content) > most_bytes:
        size = most_bytes // 1_000_000
        raise _refused(_("The file is too large. Send %(size)d MB at most.") % {"size": size})
    if content.startswith(MAGIC):
        return _pdf(content)
    found = headers.kind(content[:512])
    if found is None:
        raise _refused(_("Send a photo or a PDF. This file is neither."))
    try:
        return SafeFile(_redrawn(content, found), JPEG)
    except _TooManyPixels:
        raise _refused(_("This picture is too large. Send a smaller one.")) from None
    except Exception:
        # Decoders raise anything on a hostile file (OSError, ValueError, struct.error, zlib.error).
        raise _refused(_("This picture cannot be opened. Send another one.")) from None


def _refused(sentence: str) -> RuleError:
    return RuleError(sentence, field="files", code="file_refused")


def _pdf(content: bytes) -> SafeFile:
    try:
        look_through(content)
    except PdfRefused:
        raise _refused(
            _("This PDF is locked, broken, or holds programs or other files. Send a photo of it.")
        ) from None
    return SafeFile(content, PDF)


class _TooManyPixels(Exception):
    """Known from the header, before a pixel is decoded."""


def _redrawn(content: bytes, found: str) -> bytes:
    header = _header(content, found)
    if header.width * header.height > MOST_PIXELS[found]:
        raise _TooManyPixels
    picture = _OPENERS[found](content)
    if picture.size != (header.width, header.height):
        raise headers.HeaderBroken
    picture.draft("RGB", (LONG_SIDE, LONG_SIDE))  # a JPEG is decoded at a fraction of its size
    picture.load()
    picture = _that_can_be_averaged(picture)
    picture.thumbnail((LONG_SIDE, LONG_SIDE))
    if picture.mode == "RGBA":
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    picture = picture.convert("RGB")
    if header.orientation in _TURNS:
        picture = picture.transpose(_TURNS[header.orientation])
    picture.info.clear()
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=85, optimize=True)
    return file.getvalue()


def _header(content: bytes, found: str) -> headers.Header:
    if found == "heic":
        if any(w * h > MOST_PIXELS["heic"] for w, h in headers.heic_sizes(content)):
            raise _TooManyPixels
        return headers.Header(*pillow_heif.open_heif(content).size)
    header = _READERS[found](content)
    if min(header.width, header.height) < 1 or header.scans > MOST_SCANS:
        raise headers.HeaderBroken
    return header


def _that_can_be_averaged(picture: Image.Image) -> Image.Image:
    """Not an index into a palette, one bit, or 16 bits of grey (which Pillow clips to white)."""
    if "transparency" in picture.info or picture.mode in ("RGBA", "LA", "PA", "La", "RGBa"):
        return picture.convert("RGBA")
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return picture if picture.mode in ("RGB", "L", "CMYK") else picture.convert("RGB")


# The plugins' classes, not Image.open: that one tries other formats and looks for more pictures.


def _open_jpeg(content: bytes) -> Image.Image:
    return JpegImagePlugin.JpegImageFile(io.BytesIO(headers.bare_jpeg(content)))


def _open_png(content: bytes) -> Image.Image:
    return PngImagePlugin.PngImageFile(io.BytesIO(headers.bare_png(content)))


def _open_webp(content: bytes) -> Image.Image:
    return WebPImagePlugin.WebPImageFile(io.BytesIO(content))


def _open_heic(content: bytes) -> Image.Image:
    picture: Image.Image = pillow_heif.open_heif(content).to_pillow()
    return picture


_READERS: Final = {
    "jpeg": headers.read_jpeg,
    "png": headers.read_png,
    "webp": headers.read_webp,
}
_OPENERS: Final = {
    "jpeg": _open_jpeg,
    "png": _open_png,
    "webp": _open_webp,
    "heic": _open_heic,
}


def smaller(content: bytes, long_side: int) -> bytes:
    """A JPEG that `made_safe` gave, no side longer than `long_side`: for lists."""
    picture = JpegImagePlugin.JpegImageFile(io.BytesIO(content))
    picture.draft("RGB", (long_side, long_side))
    picture.load()
    picture.thumbnail((long_side, long_side))
    file = io.BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=80, optimize=True)
    return file.getvalue()
