"""From a file that was let in to upright BGR pixels, small enough to work on.

Needs Pillow and numpy only. Nothing but PhotoRefused leaves here, whatever the file holds.
"""

import io
from dataclasses import dataclass
from typing import Final

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from casework.common import picture_headers as headers
from checkins.verification.codes import Reason
from checkins.verification.intake import PhotoHeader, PhotoRefused, inspect

LONG_SIDE: Final = 1280
"""Pixels kept: at this size a face at arm's length is still several times what a network reads."""

pillow_heif.options.DECODE_THREADS = 1  # one process a core: more threads only take turns

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
class Photo:
    """`pixels`: (height, width, 3) uint8 BGR, upright, the long side at most LONG_SIDE.

    `width` and `height` are those of the original picture, upright.
    """

    pixels: NDArray[np.uint8]
    width: int
    height: int
    format: str


def decode(data: bytes) -> Photo:
    """The photo in `data`, ready for a detector. Raises PhotoRefused, and nothing else."""
    header = inspect(data)
    picture = _upright(data, header, LONG_SIDE)
    width, height = header.width, header.height
    if header.orientation >= 5:
        width, height = height, width
    flat = np.frombuffer(bytearray(picture.tobytes("raw", "BGR")), np.uint8)
    return Photo(flat.reshape(picture.height, picture.width, 3), width, height, header.format)


def clean_jpeg(data: bytes, long_side: int = LONG_SIDE, quality: int = 88) -> bytes:
    """The same photo as an upright JPEG that carries no metadata: for storing and for reviewers.

    Colours are taken as sRGB; no side is longer than `long_side` pixels. Raises PhotoRefused.
    """
    picture = _upright(data, inspect(data), long_side)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality, optimize=True)
    return file.getvalue()


def _upright(data: bytes, header: PhotoHeader, long_side: int) -> Image.Image:
    """An RGB picture without metadata, turned as the header says, reduced to `long_side`."""
    try:
        picture = _OPENERS[header.format](data, header, long_side)
        picture = _fit(picture, long_side)
        picture = _as_rgb(picture)
        if header.orientation in _TURNS:
            picture = picture.transpose(_TURNS[header.orientation])
    except Exception:
        # Decoders raise anything on a hostile file (OSError, ValueError, struct.error, IndexError,
        # zlib.error, ...). Whatever it was: this file is not readable, and nobody else's is harmed.
        raise PhotoRefused(Reason.UNREADABLE) from None
    picture.info.clear()
    return picture


def _fit(picture: Image.Image, long_side: int) -> Image.Image:
    scale = long_side / max(picture.size)
    if scale >= 1:
        return picture
    size = tuple(max(1, round(side * scale)) for side in picture.size)
    if picture.mode in ("P", "1"):  # an index cannot be averaged
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    elif picture.mode.startswith("I"):
        picture = _grey16_to_8(picture)
    return picture.resize((size[0], size[1]), Image.Resampling.BOX)


def _as_rgb(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):
        picture = _grey16_to_8(picture)
    if "transparency" in picture.info or picture.mode in ("RGBA", "LA", "PA", "La", "RGBa"):
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(paper, picture).convert("RGB")
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _grey16_to_8(picture: Image.Image) -> Image.Image:
    """Pillow's own conversion clips at 255 and leaves a white sheet."""
    return Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))


def _open_jpeg(data: bytes, header: PhotoHeader, long_side: int) -> Image.Image:
    bare = headers.bare_jpeg(data)
    picture = _scaled_jpeg(bare, header, long_side)
    if _ends_in_one_colour(picture) and not _is_complete(bare, picture, header, long_side):
        raise headers.HeaderBroken
    return picture


def _scaled_jpeg(bare: bytes, header: PhotoHeader, long_side: int) -> Image.Image:
    # The plugin's class is used rather than Image.open: the latter tries other formats, looks for
    # further pictures, and warns of every size above 89 megapixels.
    picture = JpegImagePlugin.JpegImageFile(io.BytesIO(bare))
    if picture.size != (header.width, header.height):
        raise headers.HeaderBroken
    shrink = max(picture.size) / long_side
    if shrink > 1:
        wanted = (max(1, int(side / shrink)) for side in picture.size)
        picture.draft(None, (next(wanted), next(wanted)))
    picture.load()
    return picture


def _ends_in_one_colour(picture: Image.Image) -> bool:
    low, high = zip(*_extrema(picture.crop((0, picture.height - 1, *picture.size))), strict=True)
    return low == high


def _extrema(picture: Image.Image) -> list[tuple[int, int]]:
    return [channel.getextrema() for channel in picture.split()]  # type: ignore[misc]


def _is_complete(bare: bytes, picture: Image.Image, header: PhotoHeader, long_side: int) -> bool:
    """Whether the picture's code goes on to its last row.

    libjpeg fills what a cut-off file lacks with one colour, without an error. Bytes put between the
    code and its end mark are then read as picture; where the code was complete they are skipped.
    """
    stop = bare.rfind(headers.JPEG_END)
    padded = bare[:stop] + _FILLER + bare[stop:]
    return _scaled_jpeg(padded, header, long_side).tobytes() == picture.tobytes()


_FILLER: Final = bytes((73 * i * i + 41 * i + 7) % 251 for i in range(8192))
"""Arbitrary, without 0xFF."""


def _open_png(data: bytes, header: PhotoHeader, _long_side: int) -> Image.Image:
    picture = PngImagePlugin.PngImageFile(io.BytesIO(headers.bare_png(data)))
    return _loaded(picture, header)


def _open_webp(data: bytes, header: PhotoHeader, _long_side: int) -> Image.Image:
    return _loaded(WebPImagePlugin.WebPImageFile(io.BytesIO(data)), header)


def _open_heic(data: bytes, header: PhotoHeader, long_side: int) -> Image.Image:
    heif = pillow_heif.open_heif(data)
    pixels, mode, stride = heif.data, heif.mode, heif.stride
    if heif.size != (header.width, header.height) or mode not in ("RGB", "RGBA", "L", "LA"):
        raise headers.HeaderBroken
    # In bands: a picture of its own for 48 megapixels would cost another 200 MB.
    shrink = max(1, max(heif.size) // long_side)
    band = shrink * 64
    small = Image.new(mode, tuple(-(-side // shrink) for side in heif.size))
    for top in range(0, header.height, band):
        rows = min(band, header.height - top)
        part = pixels[top * stride : (top + rows) * stride]
        strip = Image.frombuffer(mode, (header.width, rows), part, "raw", mode, stride, 1)
        small.paste(strip.reduce(shrink), (0, top // shrink))
    return small


def _loaded(picture: Image.Image, header: PhotoHeader) -> Image.Image:
    if picture.size != (header.width, header.height):
        raise headers.HeaderBroken
    picture.load()
    return picture


_OPENERS: Final = {
    "jpeg": _open_jpeg,
    "png": _open_png,
    "webp": _open_webp,
    "heic": _open_heic,
}
