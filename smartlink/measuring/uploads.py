"""`manage.py bench upload`: attempts coming in over HTTP, beside a bare view that keeps the file.

Both are served by the same gunicorn and asked in turns, at the same steady pace: a request is sent
when its time has come whether or not the one before was answered, and waits from that time on.
"""

import http.client
import io
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import CommandError
from PIL import Image

from casework.common import clock
from casework.participants.models import Participant
from casework.participants.sign_in import open_session
from casework.staff.models import Office
from checkins.models import CheckIn
from checkins.states import State
from smartlink.demo.seeding import portrait_variations
from smartlink.measuring.serving import PROXY, served

A_SECOND = 50
ROUNDS = 3
ROUND_SECONDS = 10
WARM_UP = 100
PHOTO_BYTES = 150_000
RATIO_BUDGET = 3.0
WORKERS = 2
"""What `make run` starts."""


def upload() -> dict[str, Any]:
    """Milliseconds from the due time to the answer; several rounds of each, in turns."""
    if Participant.objects.exists():
        raise CommandError("bench upload needs an empty database: run it with `make bench`.")
    photo, each = _photo(), A_SECOND * ROUND_SECONDS
    waits: dict[str, list[float]] = {"attempt": [], "bare": []}
    with _kept_files(), served(workers=WORKERS, ready="/healthz/live") as ours, _bare() as bare:
        doors = iter(_open_doors(WARM_UP + ROUNDS * each))
        attempts = (partial(_send, ours, at, photo, token) for at, token in doors)
        files = (partial(_send, bare, "/", photo, "") for _ in iter(int, 1))
        for send in (attempts, files):
            _round([next(send) for _ in range(WARM_UP)])
        for _ in range(ROUNDS):
            waits["attempt"] += _round([next(attempts) for _ in range(each)])
            waits["bare"] += _round([next(files) for _ in range(each)])
    ratio = _at(waits["attempt"], 99) / _at(waits["bare"], 99)
    return {
        "photo_bytes": len(photo),
        "a_second": A_SECOND,
        **{name: _figures(several) for name, several in waits.items()},
        "p99_ratio": round(ratio, 2),
        "ratio_budget": RATIO_BUDGET,
    }


def _figures(waits: list[float]) -> dict[str, float]:
    return {
        "requests": len(waits),
        **{f"p{share}_ms": round(_at(waits, share), 1) for share in (50, 95, 99)},
    }


def _at(waits: list[float], share: int) -> float:
    """The percentile, in milliseconds: the nearest rank."""
    return sorted(waits)[-(-len(waits) * share // 100) - 1] * 1000


def _photo() -> bytes:
    """The demo's portrait, made as heavy as a phone's photo by noise that JPEG cannot shrink."""
    portrait = Image.open(io.BytesIO(portrait_variations()[0])).convert("RGB")
    noise = Image.effect_noise(portrait.size, 40).convert("RGB")
    for quality in range(95, 40, -1):
        file = io.BytesIO()
        Image.blend(portrait, noise, 0.2).save(file, "JPEG", quality=quality)
        if file.tell() <= PHOTO_BYTES:
            break
    return file.getvalue()


def _open_doors(count: int) -> list[tuple[str, str]]:
    """As many people who are asked for a selfie: where to send it, and the token for it."""
    now = clock.now()
    office = Office.objects.create(name="bench upload")
    people = Participant.objects.bulk_create(
        Participant(
            given_name="Bench",
            family_name="Upload",
            a_number=f"9{number:08}",
            office=office,
            created_at=now,
        )
        for number in range(count)
    )
    check_ins = CheckIn.objects.bulk_create(_asked(one, now) for one in people)
    return [
        (f"/api/v1/check-ins/{check_in.public_id}/attempts/", open_session(one, now, "Bench"))
        for one, check_in in zip(people, check_ins, strict=True)
    ]


def _asked(person: Participant, now: datetime) -> CheckIn:
    return CheckIn(
        participant=person,
        origin=CheckIn.Origin.DRAWN,
        method="selfie",
        liveness="none",
        state=State.OPEN.value,
        created_at=now,
        issued_at=now,
        delivered_at=now,
        deadline_at=now + timedelta(hours=2),
    )


def _round(sends: list[Callable[[], None]]) -> list[float]:
    """Each sent at its time, seconds from then to its answer."""
    start = time.monotonic() + 0.2

    def one(number: int) -> float:
        due = start + number / A_SECOND
        time.sleep(max(0, due - time.monotonic()))
        sends[number]()
        return time.monotonic() - due

    with ThreadPoolExecutor(max_workers=64) as pool:
        return list(pool.map(one, range(len(sends))))


def _send(base: str, at: str, photo: bytes, token: str) -> None:
    """Over a connection of its own, as phones do. Raises `CommandError` when it is not taken."""
    boundary = secrets.token_hex(16)
    head = (
        f"--{boundary}\r\nContent-Disposition: form-data; name=photo; filename=photo.jpg\r\n"
        "Content-Type: image/jpeg\r\n\r\n"
    )
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", **PROXY}
    if token:
        headers |= {"Authorization": f"Bearer {token}", "Idempotency-Key": boundary}
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=60)
    try:
        body = head.encode() + photo + f"\r\n--{boundary}--\r\n".encode()
        connection.request("POST", at, body, headers)
        answer = connection.getresponse()
        said = answer.read()
    finally:
        connection.close()
    if answer.status != 202:
        raise CommandError(f"{at} answered {answer.status}: {said[:300]!r}")


@contextmanager
def _kept_files() -> Iterator[None]:
    """Both servers write to one new folder, gone afterwards."""
    before, folder = os.environ.get("MEDIA_ROOT"), tempfile.mkdtemp(prefix="smartlink-bench-")
    os.environ["MEDIA_ROOT"] = folder
    try:
        yield
    finally:
        shutil.rmtree(folder)
        if before is None:
            del os.environ["MEDIA_ROOT"]
        else:
            os.environ["MEDIA_ROOT"] = before


@contextmanager
def _bare() -> Iterator[str]:
    with served("smartlink.measuring.bare_upload:application", workers=WORKERS, ready="/") as url:
        yield url
