"""Whether a PDF only shows pages. Pure; a conservative look at its bytes, not a reading of it.

There is no PDF reader among the packages of this program, and every reader mends broken files in
its own way. So the whole file is searched for the words without which nothing in a PDF can act or
carry another file, wherever they stand: in the bytes as they are, with `#xx` signs in names
resolved, and in every stream that can be inflated. What cannot be looked into is refused:
encrypted files, streams packed twice, object streams whose dictionary says anything but the
plainest, more than `MOST_INFLATED`. A document
whose text happens to speak of "/JavaScript" is refused too: a photo of it can be sent.

It is no proof. What passes is still served as a download only, never inside a page of ours.
"""

import re
import zlib
from collections.abc import Iterator
from typing import Final

MAGIC: Final = b"%PDF-"
MOST_INFLATED: Final = 128_000_000
"""Bytes, of all streams together and of what they are inflated from: half a second of work."""

MOST_ESCAPES: Final = 100_000
"""`#xx` signs in the whole of it. A scan of 10 MB has some three hundred by chance."""

_MOST_STREAMS = 20_000
_PIECE = 1_000_000
_FED = 16_384
_WORD_END = rb"(?![A-Za-z0-9])"
_ACTING = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|EF|FileAttachment|RichMedia|Rendition|SubmitForm"
    rb"|ImportData|GoToE|GoToR|Thread|AA|XFA|Encrypt)"
    + _WORD_END
    + rb"|/FS\s*/URL"
    + _WORD_END
    + rb"|/OpenAction"
    + _WORD_END
    + rb"(?!\s*\[)"
)
"""An /OpenAction that is a list says which page to show first: LibreOffice writes one always."""

_OVERLAP = 3 * len(b"/FileAttachment")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream(?:\r\n|[ \t]*[\r\n])")
# With one of these an object stream could hide its words from the search.
_OTHER_FILTERS: Final = re.compile(
    rb"/(?:ASCIIHexDecode|AHx|ASCII85Decode|A85|LZWDecode|LZW|RunLengthDecode|RL|Crypt)" + _WORD_END
)
_OBJECT_STREAM = re.compile(rb"/ObjStm" + _WORD_END)
# What programs write there. Strings, comments, references to a filter and predictors are not in it.
_PLAIN_OBJECT_STREAM = re.compile(
    rb"<<(?:\s|/(?:Type\s*/ObjStm|N\s*\d+|First\s*\d+|Length\s*\d+(?:\s+\d+\s+R)?"
    rb"|Extends\s*\d+\s+\d+\s+R|Filter\s*/FlateDecode|Filter\s*\[\s*/FlateDecode\s*\])"
    + _WORD_END
    + rb")*+>>\s*stream[\r\n]"
)


class PdfRefused(Exception):
    """It is no PDF, or one that is not let in."""


def look_through(content: bytes) -> None:
    """Raises `PdfRefused` unless nothing in the file was found that could act by itself."""
    if not content.startswith(MAGIC) or b"%%EOF" not in content[-2048:]:
        raise PdfRefused
    plain, left = _resolved(content, MOST_ESCAPES)
    if _ACTING.search(plain):
        raise PdfRefused
    _check_object_streams(plain)
    for part in _inflated(content):
        meant, left = _resolved(part, left)
        if _ACTING.search(meant):
            raise PdfRefused


def _resolved(content: bytes, most: int) -> tuple[bytes, int]:
    """Names as they are meant, `/J#61vaScript` is `/JavaScript`, and how many may still come."""
    meant, number = _ESCAPED.subn(lambda found: bytes([int(found[1], 16)]), content, count=most)
    if number == most:
        raise PdfRefused
    return meant, most - number


def _check_object_streams(plain: bytes) -> None:
    """Objects may lie in streams: then every filter in the file must be one that we can undo."""
    found = len(_OBJECT_STREAM.findall(plain))
    if not found:
        return
    understood = _PLAIN_OBJECT_STREAM.findall(plain)
    if found != sum(one.count(b"/ObjStm") for one in understood) or _OTHER_FILTERS.search(plain):
        raise PdfRefused


def _inflated(content: bytes) -> Iterator[bytes]:
    """What the streams hold, in pieces that overlap by a word's length."""
    left = MOST_INFLATED
    whole = memoryview(content)
    for number, match in enumerate(_STREAM.finditer(content)):
        if number > _MOST_STREAMS:
            raise PdfRefused
        if not _is_deflated(content[match.end() : match.end() + 2]):
            continue
        tail = None
        for piece in _pieces(whole[match.end() :]):
            left -= len(piece) + _FED  # a stream may also be long to read and empty
            if left < 0:
                raise PdfRefused
            if piece:
                if tail is None:
                    _check_packed_once(piece)
                yield (tail or b"") + piece
                tail = piece[-_OVERLAP:]


def _check_packed_once(start: bytes) -> None:
    """Whatever its dictionary says: nobody packs twice but to hide something from a search."""
    if not _is_deflated(start[:2]):
        return
    try:
        unpacked = zlib.decompressobj().decompress(start[:_FED], 1)
    except zlib.error:
        return  # it only began like that
    if unpacked:
        raise PdfRefused


def _is_deflated(start: bytes) -> bool:
    return len(start) == 2 and start[0] & 0x8F == 8 and int.from_bytes(start, "big") % 31 == 0


def _pieces(packed: memoryview) -> Iterator[bytes]:
    """Raises `PdfRefused` where it breaks: a reader may show what came before, and we cannot."""
    machine = zlib.decompressobj()
    at = 0
    try:
        while not machine.eof:
            fed = machine.unconsumed_tail or packed[at : at + _FED]
            if not machine.unconsumed_tail:
                at += _FED
            if not fed:
                return
            yield machine.decompress(fed, _PIECE)
    except zlib.error:
        raise PdfRefused from None
