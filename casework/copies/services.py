"""Asking for a copy of a person's file, making it, fetching it."""

import hashlib
import tempfile
from datetime import datetime, timedelta
from typing import IO, Any

import structlog
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.actors import Actor
from casework.common.errors import NotPermitted
from casework.copies.models import Copy, CopyState
from casework.copies.pack import pack
from casework.participants.models import Participant
from casework.staff.models import User

log = structlog.get_logger(__name__)

LIFE = timedelta(days=7)
LEASE = timedelta(minutes=3)
"""Longer than a task may run: whoever looks later finds a worker that died."""
MOST_TRIES = 3


def ask(participant: Participant, *, by: User | None, now: datetime) -> Copy:
    """A copy to be made; `by` is None for the participant. One that is under way is given again.

    Raises `NotPermitted`.
    """
    if by is not None and not by.has_perm("copies.add_copy"):
        raise NotPermitted(_("Only a supervisor asks for a copy of a whole file."))
    under_way = Copy.objects.unfinished().filter(participant=participant, asked_by=by)
    try:
        with transaction.atomic():
            copy = Copy.objects.create(
                participant=participant, asked_by=by, asked_at=now, next_try_at=now
            )
            _note("asked for a copy of the file", copy, _actor(copy), now)
    except IntegrityError as error:
        if "copy_one_at_a_time" not in str(error):
            raise
        copy = under_way.get()
    return copy


def make(copy_pk: int, *, now: datetime) -> bool:
    """Pack the file. Whether this call finished it; a second maker finds nothing to do."""
    claimed = Copy.objects.unfinished().filter(pk=copy_pk, next_try_at__lte=now)
    with transaction.atomic():
        copy = claimed.select_for_update(skip_locked=True).first()
        if copy is None:
            return False
        if copy.tries >= MOST_TRIES:
            Copy.objects.filter(pk=copy.pk).update(state=CopyState.FAILED)
            log.error("a copy of a file keeps failing", copy=str(copy.public_id))
            return False
        Copy.objects.filter(pk=copy.pk).update(
            state=CopyState.MAKING, tries=copy.tries + 1, next_try_at=now + LEASE, progress=0
        )
    with tempfile.TemporaryFile() as packed:
        pack(copy, packed, now, told=lambda percent: _progress(copy, percent))
        return _keep(copy, packed, now)


def _progress(copy: Copy, percent: int) -> None:
    Copy.objects.filter(pk=copy.pk).update(progress=percent)


def _keep(copy: Copy, packed: IO[bytes], now: datetime) -> bool:
    size = packed.seek(0, 2)
    packed.seek(0)
    sha256 = hashlib.file_digest(packed, "sha256").hexdigest()  # type: ignore[arg-type]
    packed.seek(0)
    field: Any = Copy._meta.get_field("file")
    name = field.storage.save(field.generate_filename(copy, ""), File(packed))
    with transaction.atomic():
        kept = Copy.objects.unfinished().filter(pk=copy.pk).update(
            state=CopyState.READY, progress=100, file=name, bytes=size, sha256=sha256,
            made_at=now, expires_at=now + LIFE,
        )  # fmt: skip
        if kept:
            _note("made a copy of the file", copy, _actor(copy), now)
    if not kept:  # another one was quicker
        field.storage.delete(name)
    return bool(kept)


def fetched(copy: Copy, *, by: Actor, now: datetime) -> None:
    """Somebody downloads it."""
    _note("downloaded a copy of the file", copy, by, now)


def left_behind(now: datetime) -> list[int]:
    """Copies that should have been made by now (primary keys), to be nudged again."""
    due = Copy.objects.unfinished().filter(next_try_at__lte=now).order_by("next_try_at")
    return list(due.values_list("pk", flat=True)[:100])


def _actor(copy: Copy) -> Actor:
    return copy.asked_by.actor if copy.asked_by is not None else copy.participant.actor


def _note(verb: str, copy: Copy, by: Actor, now: datetime) -> None:
    record(
        verb,
        ("copy of a file", copy.public_id),
        by=by,
        now=now,
        participant=copy.participant.public_id,
    )
