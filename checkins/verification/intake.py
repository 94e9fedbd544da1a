"""Which files are let in at all: decided from the header, before a single pixel is decoded.

Cheap enough for the web process (no numpy, no OpenCV): a participant hears at once that a file is
not a photo. The worker asks the same question again before it decodes.
"""

from dataclasses import dataclass
from typing import Final

import pillow_heif

from casework.common import picture_headers as headers
from checkins.verification.codes import Reason

MAX_BYTES: Final = 20_000_000
"""A 100-megapixel phone JPEG is 15–20 MB; a 12-megapixel one 3–6."""

MAX_SIDE: Final = 32_767
"""Pixels. No camera comes near; strips of one pixel's width do."""

BASELINE_JPEG_MAX_PIXELS: Final = 120_000_000
"""The 108-megapixel phones fit: these are decoded at an eighth of their size, row by row, so
memory stays small and time is what reading the code takes (0.3 s for an 11 MB file)."""

MAX_PIXELS: Final = {"jpeg": 25_000_000, "png": 16_000_000, "webp": 12_500_000, "heic": 50_000_000}
"""Everything that a decoder must hold whole. Measured peaks over the empty process at the limit:
progressive JPEG 150 MB, PNG 170, WebP 210 (its decoder keeps two canvases; no camera writes it),
HEIC 220 (48-megapixel phones write it)."""

MAX_SCANS: Final = 100
"""Passes of a progressive JPEG. Cameras make about ten; each costs a walk over the whole picture,
so a file of nothing but empty passes would keep a worker busy for minutes."""


class PhotoRefused(Exception):
    """The file cannot be used; `reason` says why. Its text is that word alone: no path, no name."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class PhotoHeader:
    """`format` is jpeg, png, webp or heic; the size is the stored one, in pixels.

    `orientation` is EXIF's 1 to 8, to be applied to the stored picture (HEIC carries its own turn,
    which its decoder applies: always 1 here).
    """

    format: str
    width: int
    height: int
    orientation: int
    progressive: bool = False


def inspect(data: bytes) -> PhotoHeader:
    """The header of a file that may be decoded. Raises PhotoRefused."""
    if not data:
        raise PhotoRefused(Reason.FILE_EMPTY)
    if len(data) > MAX_BYTES:
        raise PhotoRefused(Reason.FILE_TOO_LARGE)
    found = headers.kind(data[:512])
    if found is None:
        raise PhotoRefused(Reason.NOT_A_PHOTO)
    try:
        header = _READERS[found](data)
    except headers.HeaderBroken:
        raise PhotoRefused(Reason.UNREADABLE) from None
    if header.width < 1 or header.height < 1 or header.scans > MAX_SCANS:
        raise PhotoRefused(Reason.UNREADABLE)
    limit = MAX_PIXELS[found]
    if found == "jpeg" and not header.progressive:
        limit = BASELINE_JPEG_MAX_PIXELS
    if header.width * header.height > limit or max(header.width, header.height) > MAX_SIDE:
        raise PhotoRefused(Reason.PHOTO_TOO_LARGE)
    return PhotoHeader(
        found, header.width, header.height, header.orientation, progressive=header.progressive
    )


def _read_heic(data: bytes) -> headers.Header:
    # The library tells the size after cropping, but holds the whole picture to get there.
    if any(width * height > MAX_PIXELS["heic"] for width, height in headers.heic_sizes(data)):
        raise PhotoRefused(Reason.PHOTO_TOO_LARGE)
    try:
        pictures = pillow_heif.open_heif(data)
        width, height = pictures.size
    except Exception:  # the library raises whatever its C part says, RuntimeError and SyntaxError
        raise headers.HeaderBroken from None
    return headers.Header(width, height)


_READERS: Final = {
    "jpeg": headers.read_jpeg,
    "png": headers.read_png,
    "webp": headers.read_webp,
    "heic": _read_heic,
}
