"""What a picture file says about itself, read from its bytes before any decoder sees them.

The decoders later get `bare` files: only the parts that make the first picture. Text, profiles,
animation, thumbnails and anything glued to the end never reach them.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

JPEG_START: Final = b"\xff\xd8\xff"
JPEG_END: Final = b"\xff\xd9"
PNG_START: Final = b"\x89PNG\r\n\x1a\n"
HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis"})

_JPEG_SCAN = 0xDA
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # DHT, JPG and DAC are no frames
_JPEG_BASELINE = frozenset({0xC0, 0xC1})
_JPEG_PROGRESSIVE = 0xC2
_JPEG_APP1, _JPEG_ADOBE, _JPEG_COMMENT = 0xE1, 0xEE, 0xFE
_JPEG_APPS = frozenset(range(0xE0, 0xF0)) - {_JPEG_ADOBE}  # Adobe's says how CMYK is stored
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_ORIENTATION_TAG = 0x0112
_UPRIGHT = 1


class HeaderBroken(ValueError):
    """The file does not keep to its own format."""


@dataclass(frozen=True)
class Header:
    """The stored (not yet turned) size in pixels; `orientation` is EXIF's 1 to 8."""

    width: int
    height: int
    orientation: int = _UPRIGHT
    progressive: bool = False
    scans: int = 1


def kind(start: bytes) -> str | None:
    """`jpeg`, `png`, `webp`, `heic`, or None; by content, never by a name that was claimed."""
    if start.startswith(JPEG_START):
        return "jpeg"
    if start.startswith(PNG_START):
        return "png"
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "webp"
    if start[4:8] == b"ftyp" and _heic_brands(start):
        return "heic"
    return None


def _heic_brands(start: bytes) -> bool:
    size = min(int.from_bytes(start[:4], "big"), 512)
    brands = {start[at : at + 4] for at in range(8, size, 4) if at != 12}  # 12 is a version number
    return bool(brands & HEIC_BRANDS)


def orientation(exif: bytes) -> int:
    """EXIF's orientation, 1 where it is missing or nonsense: a bad tag is no reason to refuse."""
    exif = exif.removeprefix(b"Exif\x00\x00")
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(exif[:4])
    if order is None:
        return _UPRIGHT
    try:
        (directory,) = struct.unpack_from(order + "I", exif, 4)
        (entries,) = struct.unpack_from(order + "H", exif, directory)
        for index in range(entries):
            tag, _, _, value = struct.unpack_from(order + "HHIH", exif, directory + 2 + 12 * index)
            if tag == _ORIENTATION_TAG:
                return value if 1 <= value <= 8 else _UPRIGHT
    except struct.error:
        return _UPRIGHT
    return _UPRIGHT


# --- JPEG ---------------------------------------------------------------------------------------


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Each (marker, start of its marker, end) up to and with the first scan's header."""
    at = 2
    while True:
        if at + 4 > len(data) or data[at] != 0xFF:
            raise HeaderBroken
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker < 0xC0 or 0xD0 <= marker <= 0xD9 or end < at + 4 or end > len(data):
            raise HeaderBroken
        yield marker, at, end
        if marker == _JPEG_SCAN:
            return
        at = end


def read_jpeg(data: bytes) -> Header:
    """Size, orientation and coding of a JPEG."""
    frame: tuple[int, int, int] | None = None
    turned = _UPRIGHT
    start = end = 0
    for marker, start, end in _jpeg_segments(data):
        if marker in _JPEG_FRAMES:
            if frame is not None or end - start < 12:
                raise HeaderBroken
            frame = (marker, *struct.unpack_from(">HH", data, start + 5))
            if data[start + 4] != 8:  # 12-bit pictures are for scanners in hospitals
                raise HeaderBroken
        elif marker == _JPEG_APP1 and data[start + 4 : start + 8] == b"Exif":
            turned = orientation(data[start + 4 : end])
    if frame is None:
        raise HeaderBroken
    coding, height, width = frame
    if coding not in _JPEG_BASELINE and coding != _JPEG_PROGRESSIVE:
        raise HeaderBroken
    return Header(
        width,
        height,
        turned,
        progressive=coding == _JPEG_PROGRESSIVE,
        # Inside the coded picture 0xFF is always escaped, so this counts the passes over it.
        scans=1 + data.count(b"\xff\xda", end),
    )


def bare_jpeg(data: bytes) -> bytes:
    """The same JPEG without EXIF, profiles, previews, comments and what follows its end."""
    parts = [data[:2]]
    end = 2
    for marker, start, end in _jpeg_segments(data):
        if marker not in _JPEG_APPS and marker != _JPEG_COMMENT:
            parts.append(data[start:end])
    stop = data.find(JPEG_END, end)
    parts.append(data[end:] if stop < 0 else data[end : stop + 2])
    return b"".join(parts)


# --- PNG ----------------------------------------------------------------------------------------


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Each (name, start of the chunk, its end) up to and with IEND, or as far as the file goes."""
    at = len(PNG_START)
    name = b""
    while name != b"IEND" and at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        name = data[at + 4 : at + 8]
        if end > len(data):
            return
        yield name, at, end
        at = end


def read_png(data: bytes) -> Header:
    """Size and orientation of a PNG."""
    if data[12:16] != b"IHDR" or len(data) < 33:
        raise HeaderBroken
    width, height = struct.unpack_from(">II", data, 16)
    turned = _UPRIGHT
    for name, start, end in _png_chunks(data):
        if name == b"eXIf":
            turned = orientation(data[start + 8 : end - 4])
        if name == b"IDAT":
            break
    return Header(width, height, turned)


def bare_png(data: bytes) -> bytes:
    """The same PNG with nothing but its first picture: no text, profile or animation."""
    chunks = list(_png_chunks(data))
    if not chunks or chunks[-1][0] != b"IEND":
        raise HeaderBroken
    return PNG_START + b"".join(data[a:z] for name, a, z in chunks if name in _PNG_KEPT)


# --- WebP ---------------------------------------------------------------------------------------


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Each (name, start of its content, end of it)."""
    limit = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    at = 12
    while at + 8 <= limit:
        start, end = at + 8, at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")
        if end > limit:
            raise HeaderBroken
        yield data[at : at + 4], start, end
        at = end + (end & 1)


def _webp_size(name: bytes, content: bytes) -> tuple[int, int]:
    if name == b"VP8X" and len(content) >= 10:
        canvas = int.from_bytes(content[4:7], "little"), int.from_bytes(content[7:10], "little")
        return canvas[0] + 1, canvas[1] + 1
    if name == b"VP8 " and content[3:6] == b"\x9d\x01\x2a" and len(content) >= 10:
        width, height = struct.unpack_from("<HH", content, 6)
        return width & 0x3FFF, height & 0x3FFF
    if name == b"VP8L" and content[:1] == b"\x2f" and len(content) >= 5:
        bits = int.from_bytes(content[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    raise HeaderBroken


def read_webp(data: bytes) -> Header:
    """Size (of the canvas, where there is one) and orientation of a WebP."""
    size: tuple[int, int] | None = None
    turned = _UPRIGHT
    for name, start, end in _webp_chunks(data):
        if size is None:
            size = _webp_size(name, data[start : min(end, start + 16)])
        if name == b"EXIF":
            turned = orientation(data[start:end])
    if size is None:
        raise HeaderBroken
    return Header(*size, turned)


# --- HEIC ---------------------------------------------------------------------------------------


def heic_sizes(data: bytes) -> list[tuple[int, int]]:
    """Every (width, height) that a part of the file claims, before it is cropped or turned."""
    found = []
    at = data.find(b"ispe")
    while 0 <= at <= len(data) - 16:
        found.append(struct.unpack_from(">II", data, at + 8))
        at = data.find(b"ispe", at + 4)
    return found
