"""Bringing a recording home: from the provider into our own storage, then deleted there."""

import hashlib
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F

from casework.common.files import kept_file
from checkins.models import PhoneCall
from checkins.phone.provider import NotCarried, VoiceProvider
from checkins.phone.rules import FETCH_AFTER, MOST_FETCH_TRIES

log = structlog.get_logger(__name__)
BATCH = 100
SOUNDS = {b"RIFF": ".wav", b"ID3": ".mp3", b"\xff\xfb": ".mp3", b"\xff\xf3": ".mp3"}


def fetch(call_pk: int, provider: VoiceProvider, *, now: datetime) -> bool:
    """Fetch, keep, and have the provider forget; True if this call of it kept the recording.

    Any number may run: the first that keeps it wins, and the others' copies are removed.
    """
    call = PhoneCall.objects.get(pk=call_pk)
    if call.recording or not call.recording_at_provider:
        return False
    _count_try(call, now)
    try:
        sound = provider.recording(call.recording_at_provider)
    except NotCarried as error:
        log.warning("recording not fetched", call=str(call.public_id), error=error.code)
        return False
    suffix = next((ending for mark, ending in SOUNDS.items() if sound.startswith(mark)), None)
    if suffix is None:
        log.error("recording is no sound", call=str(call.public_id))
        return False
    kept = _keep(call, sound, suffix)
    if kept:
        try:
            provider.forget(call.recording_at_provider)
        except NotCarried as error:
            log.warning(
                "recording left with the provider", call=str(call.public_id), why=error.code
            )
    return kept


def _keep(call: PhoneCall, sound: bytes, suffix: str) -> bool:
    with kept_file(call, "recording", sound, suffix) as name:
        kept = PhoneCall.objects.filter(pk=call.pk, recording="").update(
            recording=name,
            recording_sha256=hashlib.sha256(sound).hexdigest(),
            next_fetch_at=None,
        )
        if not kept:  # another worker kept it first
            call.recording.storage.delete(name)
    return bool(kept)


def _count_try(call: PhoneCall, now: datetime) -> None:
    """Ever longer waits; after eight tries a person sees that there is no recording."""
    tries = call.fetch_tries + 1
    wait: timedelta = FETCH_AFTER * 2**tries
    PhoneCall.objects.filter(pk=call.pk).update(
        fetch_tries=F("fetch_tries") + 1,
        next_fetch_at=now + wait if tries < MOST_FETCH_TRIES else None,
    )


@transaction.atomic
def recordings_left_behind(now: datetime) -> list[int]:
    """Calls whose recording should be here by now (primary keys); each sweep finds others."""
    due = PhoneCall.objects.to_fetch(now).order_by("next_fetch_at")
    rows = list(due.select_for_update(skip_locked=True)[:BATCH])
    PhoneCall.objects.filter(pk__in=[row.pk for row in rows]).update(
        next_fetch_at=now + FETCH_AFTER
    )
    return [row.pk for row in rows]
