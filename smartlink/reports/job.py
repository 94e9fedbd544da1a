"""Making a report's files: by one process at a time, each file once, whoever has to finish it."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, BinaryIO, cast

import structlog
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction

from smartlink.reports import making
from smartlink.reports.content import Content
from smartlink.reports.manifest import signed
from smartlink.reports.models import UNDER_WAY, Report, ReportFile, State

log = structlog.get_logger(__name__)

# The first half of the number of an advisory lock; the second is the report's.
_LOCKS = 0x5265
MOST_TRIES = 4


class GivenUp(Exception):
    """Somebody has cancelled the report in the meantime."""


@contextmanager
def held(pk: int) -> Iterator[bool]:
    """Whether this process alone may make the report. PostgreSQL frees it if the process dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCKS, pk])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCKS, pk])


def make(pk: int, *, now: datetime) -> bool:
    """Make what is missing of the report; whether this process did. Safe to call at any time."""
    with held(pk) as mine:
        report = Report.objects.filter(pk=pk, state__in=UNDER_WAY).first()
        if not mine or report is None:
            return False
        if report.tries >= MOST_TRIES:
            _end(report, State.FAILED, now)
            return False
        Report.objects.filter(pk=pk).update(state=State.RUNNING, tries=report.tries + 1)
        try:
            _write_all(report, now)
        except GivenUp:
            _delete_files(report)
            return False
        except Exception:
            log.exception("a report failed", report=str(report.public_id))
            _end(report, State.FAILED, now)
            raise
        signature = signed(report, now=now)
        return _end(report, State.READY, now, progress=100, signature=signature, tell_at=now)


def _end(report: Report, state: State, now: datetime, **facts: Any) -> bool:
    ended = Report.objects.filter(pk=report.pk, state__in=UNDER_WAY)
    return bool(ended.update(state=state, finished_at=now, **facts))


def _write_all(report: Report, now: datetime) -> None:
    content = making.content_of(report.parameters)
    done = set(report.files.values_list("format", flat=True))
    for place, form in enumerate(report.formats):
        if form not in done:
            _write_one(report, content, form, place, now)
        _progress(report, place + 1)


def _write_one(report: Report, content: Content, form: str, place: int, now: datetime) -> None:
    written = 0

    def tick(rows: int) -> None:
        nonlocal written
        written += rows
        _progress(report, place + min(written / max(content.expected_rows, 1), 0.99))

    with tempfile.TemporaryFile() as kept:
        file = cast(BinaryIO, kept)
        making.write(content, form, file, tick)
        _store(report, form, file, now)


def _progress(report: Report, formats_done: float) -> None:
    """Say how far it is; raises `GivenUp` when nobody wants it any more."""
    percent = min(99, int(100 * formats_done / len(report.formats)))
    wanted = Report.objects.filter(pk=report.pk, state=State.RUNNING).update(progress=percent)
    if not wanted:
        raise GivenUp


def _store(report: Report, form: str, file: BinaryIO, now: datetime) -> None:
    """Keep the file under a name of its own. What a crash left under that name is replaced."""
    file.seek(0)
    digest = hashlib.file_digest(cast(Any, file), "sha256").hexdigest()
    size = file.tell()
    file.seek(0)
    name = f"reports/{report.public_id}.{form}"
    if default_storage.exists(name):
        default_storage.delete(name)
    kept = default_storage.save(name, File(file))
    with transaction.atomic():
        ReportFile.objects.create(
            report=report, format=form, file=kept, sha256=digest, size=size, made_at=now
        )


def _delete_files(report: Report) -> None:
    for one in report.files.all():
        default_storage.delete(str(one.file.name))
    report.files.all().delete()


def expire(now: datetime, limit: int = 200) -> int:
    """Delete files whose time is over; their sums stay. How many were deleted."""
    over = ReportFile.objects.filter(deleted_at__isnull=True, report__expires_at__lte=now)
    deleted = 0
    for one in over[:limit]:
        default_storage.delete(str(one.file.name))
        deleted += ReportFile.objects.filter(pk=one.pk).update(deleted_at=now)
    return deleted
