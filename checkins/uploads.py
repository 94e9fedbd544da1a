"""A photo that arrives in pieces, over a line that breaks: kept until it is whole, or for a day.

In the spirit of the IETF's resumable uploads and of tus: the sender asks how far it came and sends
on from there. The pieces are in PostgreSQL, so any web machine may take the next one.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, Final
from uuid import UUID

import structlog
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from casework.common.errors import RuleError, WrongState
from casework.common.sealing import SealBroken, seal, unseal
from casework.participants.consent import has_withdrawn
from checkins.lifecycle import ConsentWithdrawn, closed_for_photos
from checkins.models import Attempt, CheckIn, PartialUpload, UploadPiece
from checkins.states import NEEDS_NO_ANSWER, TAKES_ATTEMPTS, State
from checkins.submissions import PhotoNotTaken
from checkins.verification.codes import Reason

log = structlog.get_logger(__name__)

CONTENT_TYPE: Final = "application/partial-upload"
KEPT_FOR: Final = timedelta(days=1)
MOST_UPLOADS: Final = 3
"""Unfinished ones of one check-in; a fourth takes the place of the oldest."""
MOST_OF_A_PERSON: Final = 12
"""Unfinished ones of all their check-ins: what somebody may fill our disk with is bounded."""
MOST_PIECES: Final = 2_000
SMALLEST_KEPT: Final = 1_024
"""Bytes. What came of a request that was cut at once is not worth a row."""
_READ_AT_ONCE: Final = 16 * 1024
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")
_FORM = re.compile(r"""multipart/form-data;[ ]?boundary=("?)[\w'()+,./:=?-]{1,70}\1""", re.ASCII)


class WrongOffset(WrongState):
    """Not the next bytes; `offset` is where the sender should go on."""

    code = "wrong_offset"

    def __init__(self, offset: int) -> None:
        super().__init__(_("Part of the photo is here already. Send on from where it ends."))
        self.offset = offset


class Garbled(RuleError):
    """Whole, but not what its sender sent: it is thrown away, and starts again from zero."""

    code = "digest_mismatch"

    def __init__(self) -> None:
        super().__init__(_("The photo did not arrive. Please send it again."))


class TooManyPieces(RuleError):
    """More than we keep of one photo: they are thrown away, and it starts again from zero."""

    code = "too_many_pieces"

    def __init__(self) -> None:
        super().__init__(_("The photo came in too many small pieces. Please send it again."))


@dataclass(frozen=True)
class Piece:
    """Bytes from `offset` on, and what the sender says of the whole body they belong to."""

    offset: int
    content: bytes
    length: int
    sha256: str
    content_type: str

    @property
    def completes(self) -> bool:
        return self.offset + len(self.content) == self.length


def declared(headers: Mapping[str, str], content: bytes) -> Piece:
    """The piece as the headers of its request describe it; raises `RuleError`."""
    numbers = [headers.get(name, "") for name in ("Upload-Offset", "Upload-Length")]
    digest = _DIGEST.fullmatch(headers.get("Repr-Digest", ""))
    content_type = headers.get("Upload-Content-Type", "")
    if not all(re.fullmatch(r"\d{1,9}", number, re.ASCII) for number in numbers) or digest is None:
        raise _unreadable()
    if _FORM.fullmatch(content_type) is None:
        raise _unreadable()
    offset, length = map(int, numbers)
    if length > settings.API_MAX_BODY_BYTES:
        raise PhotoNotTaken(Reason.FILE_TOO_LARGE)
    if not length or offset + len(content) > length:
        raise _unreadable()
    try:
        sha256 = base64.b64decode(digest.group(1), validate=True).hex()
    except binascii.Error as error:
        raise _unreadable() from error
    return Piece(offset, content, length, sha256, content_type)


def _unreadable() -> RuleError:
    return RuleError(_("The request could not be read."))


def what_came(read: Callable[[int], bytes]) -> bytes:
    """All of a request's body, or what came of it before the line broke."""
    came, left = bytearray(), int(settings.API_MAX_BODY_BYTES) + 1
    try:
        while left > 0 and (some := read(min(left, _READ_AT_ONCE))):
            came += some
            left -= len(some)
    except OSError:
        log.info("an upload was cut", received=len(came))
    return bytes(came)


def attempt_of(check_in: CheckIn, key: UUID) -> Attempt | None:
    """What has become of this upload already."""
    return check_in.attempts.filter(submission_key=str(key)).first()


def received(check_in: CheckIn, key: UUID, *, now: datetime) -> int:
    """How many bytes are here of an upload that is not whole."""
    rows = PartialUpload.objects.filter(check_in=check_in, key=key)
    found = rows.filter(begun_at__gt=now - KEPT_FOR).first()
    return 0 if found is None else found.received


def take_piece(
    check_in: CheckIn, key: UUID, piece: Piece, *, now: datetime
) -> Attempt | bytes | None:
    """Keep the next bytes; the whole body once they complete it; the attempt it is already.

    A body that is returned has been kept by nobody yet: hand it over, then `forget`. Raises
    `WrongOffset`, `Garbled`, `TooManyPieces`, `ConsentWithdrawn`, and `WrongState` where no photo
    is awaited.
    """
    try:
        came = _come(check_in, key, piece, now)
    except (TooManyPieces, ConsentWithdrawn):
        forget(check_in, key)
        raise
    if isinstance(came, bytes) and hashlib.sha256(came).hexdigest() != piece.sha256:
        forget(check_in, key)
        raise Garbled
    return came


@transaction.atomic
def forget(check_in: CheckIn, key: UUID) -> None:
    """Throw away what has come; who is about to add to it goes first, or finds nothing."""
    CheckIn.objects.select_for_update().filter(pk=check_in.pk).first()
    PartialUpload.objects.filter(check_in=check_in, key=key).delete()


def content_of(
    check_in: CheckIn, key: UUID, piece: Piece, body: bytes
) -> tuple[QueryDict, MultiValueDict[str, Any]]:
    """Fields and files of the body, read as Django would have read them in one request.

    Raises `RuleError` for what cannot be read so, and forgets it.
    """
    meta = {"CONTENT_TYPE": piece.content_type, "CONTENT_LENGTH": str(len(body))}
    try:
        return HttpRequest().parse_file_upload(meta, BytesIO(body))
    except (MultiPartParserError, SuspiciousOperation, LookupError, ValueError) as error:
        forget(check_in, key)
        raise _unreadable() from error


def _come(check_in: CheckIn, key: UUID, piece: Piece, now: datetime) -> Attempt | bytes | None:
    if piece.offset == 0 and piece.completes:
        return attempt_of(check_in, key) or piece.content
    with transaction.atomic():
        locked = CheckIn.objects.select_for_update().get(pk=check_in.pk)
        # Asked while nobody else can finish it: of two that bring the last piece both hear of it.
        return attempt_of(locked, key) or _keep(locked, key, piece, now)


def _keep(locked: CheckIn, key: UUID, piece: Piece, now: datetime) -> bytes | None:
    if State(locked.state) not in TAKES_ATTEMPTS | NEEDS_NO_ANSWER:
        raise WrongState(closed_for_photos(locked))
    if has_withdrawn(locked.participant):
        raise ConsentWithdrawn
    upload = _upload_for(locked, key, piece, now)
    if upload.received != piece.offset:
        raise WrongOffset(upload.received)
    if piece.completes:
        return _joined(upload) + piece.content
    if len(piece.content) < SMALLEST_KEPT:
        return None
    if upload.pieces.count() >= MOST_PIECES:
        raise TooManyPieces
    UploadPiece.objects.create(upload=upload, offset=piece.offset, sealed=seal(piece.content))
    upload.received += len(piece.content)
    upload.save(update_fields=["received"])
    return None


def _upload_for(check_in: CheckIn, key: UUID, piece: Piece, now: datetime) -> PartialUpload:
    """The one under this key; another content or an old one starts anew, and only from zero."""
    what = {
        "length": piece.length, "sha256": piece.sha256, "content_type": piece.content_type
    }  # fmt: skip
    uploads = PartialUpload.objects.filter(check_in=check_in)
    found = uploads.filter(key=key, begun_at__gt=now - KEPT_FOR, **what).first()
    if found is not None:
        return found
    if piece.offset != 0:
        raise WrongOffset(0)
    uploads.filter(key=key).delete()
    theirs = PartialUpload.objects.filter(check_in__participant=check_in.participant_id)
    for rows, most in ((uploads, MOST_UPLOADS), (theirs, MOST_OF_A_PERSON)):
        for oldest in rows.order_by("-begun_at", "-pk")[most - 1 :]:
            oldest.delete()
    return uploads.create(check_in=check_in, key=key, begun_at=now, **what)


def _joined(upload: PartialUpload) -> bytes:
    try:
        return b"".join(unseal(bytes(piece.sealed)) for piece in upload.pieces.order_by("offset"))
    except SealBroken:
        return b""  # its key is gone: the sum of the whole will not fit, and it starts again
