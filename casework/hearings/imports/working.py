"""An upload on its way: checked, then imported in chunks that are done once each."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from casework.audit.services import record
from casework.common.errors import NotPermitted, WrongState
from casework.common.files import kept_file
from casework.hearings import conflicts, history
from casework.hearings.courts import CourtFinder
from casework.hearings.imports.matching import (
    BAD,
    CHANGED,
    HELD,
    NEW,
    RESULTS,
    Match,
    Matched,
    Matcher,
)
from casework.hearings.imports.reading import Table, read
from casework.hearings.imports.understanding import BadCell, Said, understand_all
from casework.hearings.models import Hearing, HearingImport, HearingSource, ImportState
from casework.staff.models import User

CHUNK = 1000
AT_ONCE = 5000
"""Up to so many rows an import is worked on while its uploader waits."""
SHOWN = 60
MOST_BAD_KEPT = 5000
LEASE = timedelta(minutes=3)
FILE_KEPT_FOR = timedelta(days=30)
WORKING = (ImportState.CHECKING.value, ImportState.IMPORTING.value)


def take_in(content: bytes, *, by: User, now: datetime, check_only: bool = True) -> HearingImport:
    """Keep an upload, to be checked or to be imported at once. Raises `RuleError`."""
    if not by.has_perm("hearings.add_hearing"):
        raise NotPermitted("Your role does not enter hearings.")
    table = read(content)
    state = ImportState.CHECKING if check_only else ImportState.IMPORTING
    upload = HearingImport(
        made_by=by,
        made_at=now,
        state=state.value,
        rows=len(table.rows),
        counts=dict.fromkeys(RESULTS, 0),
        next_nudge_at=now,
    )
    with kept_file(upload, "file", content, ".csv") as name:
        upload.file = name
        upload.save()
    return upload


@transaction.atomic
def confirm(upload: HearingImport, *, by: User, now: datetime) -> HearingImport:
    """Import what was checked. Raises `WrongState` when it has begun already."""
    rows = HearingImport.objects.select_for_update()
    locked: HearingImport = rows.get(pk=upload.pk, made_by=by)
    if locked.state != ImportState.CHECKED.value:
        raise WrongState("This import has begun already.")
    _begin(locked, ImportState.IMPORTING, now)
    return locked


def _begin(upload: HearingImport, state: ImportState, now: datetime) -> None:
    upload.state, upload.rows_done, upload.next_nudge_at = state.value, 0, now
    upload.counts, upload.bad_rows, upload.preview = dict.fromkeys(RESULTS, 0), [], []
    upload.save(
        update_fields=["state", "rows_done", "next_nudge_at", "counts", "bad_rows", "preview"]
    )


def at_once(upload: HearingImport) -> bool:
    """Small enough to be worked on while somebody waits."""
    return upload.rows <= AT_ONCE


def work(upload_pk: int, *, now: datetime) -> HearingImport:
    """Go on with an upload to the end of its stage, from wherever it stands.

    Any number may try: a chunk and its progress are one transaction, behind the upload's lock.
    """
    upload: HearingImport = HearingImport.objects.select_related("made_by").get(pk=upload_pk)
    if upload.state not in WORKING:
        return upload
    with upload.file.open("rb") as file:
        table = read(file.read())
    understood = _Understood(table, now)
    while _work_on(upload, understood, now):
        continue
    upload.refresh_from_db()
    return upload


class _Understood:
    """The whole file, understood once, and handed out by chunks."""

    def __init__(self, table: Table, now: datetime) -> None:
        self.lines = [row.line for row in table.rows]
        good, bad = understand_all(table.rows, CourtFinder(), now)
        self.good = {said.line: said for said in good}
        self.bad: dict[int, list[BadCell]] = {}
        for cell in bad:
            self.bad.setdefault(cell.line, []).append(cell)
        self.named = {said.key for said in good}

    def chunk(self, begins: int) -> tuple[list[Said], list[BadCell], int]:
        lines = self.lines[begins : begins + CHUNK]
        good = [self.good[line] for line in lines if line in self.good]
        bad = [cell for line in lines for cell in self.bad.get(line, [])]
        return good, bad, len(lines)


@transaction.atomic
def _work_on(upload: HearingImport, understood: _Understood, now: datetime) -> bool:
    """The next chunk; False when there is none left, or somebody else has finished."""
    locked = HearingImport.objects.select_for_update().get(pk=upload.pk)
    if locked.state not in WORKING:
        return False
    good, bad, number = understood.chunk(locked.rows_done)
    if not number:
        _finish(locked, upload.made_by, now)
        return False
    importing = locked.state == ImportState.IMPORTING.value
    matcher = Matcher(good, upload.made_by, now, lock=importing)
    matched = matcher.match(good, understood.named)
    if importing:
        _keep(matched, by=upload.made_by, now=now)
    _count(locked, matched, bad)
    locked.rows_done += number
    locked.next_nudge_at = now + LEASE
    locked.save(update_fields=["rows_done", "next_nudge_at", "counts", "bad_rows", "preview"])
    return True


def _keep(matched: Matched, *, by: User, now: datetime) -> None:
    """Write what a chunk does: hearings, their history, what their participants must see."""
    new = [match for match in matched.matches if match.result == NEW]
    changed = [match for match in matched.matches if match.result == CHANGED]
    Hearing.objects.bulk_create([match.hearing for match in new])
    fields = set().union(*(match.fields for match in changed))
    if changed:
        Hearing.objects.bulk_update([match.hearing for match in changed], sorted(fields), 500)
    history.note(
        [history.Changed(match.hearing, match.before) for match in (*new, *changed)],
        by=by.actor,
        now=now,
        source=HearingSource.IMPORT,
    )
    conflicts.notice([match.hearing for match in (*new, *changed)], now=now)


def _count(upload: HearingImport, matched: Matched, bad: list[BadCell]) -> None:
    cells = sorted((*bad, *matched.bad), key=lambda cell: cell.line)
    for match in matched.matches:
        upload.counts[match.result] += 1
    upload.counts[BAD] += len({cell.line for cell in cells})
    kept = [[cell.line, cell.column, cell.message] for cell in cells]
    upload.bad_rows = (upload.bad_rows + kept)[:MOST_BAD_KEPT]
    shown = [match for match in matched.matches if match.result in {NEW, CHANGED, HELD}]
    upload.preview = (upload.preview + [_brief(match) for match in shown])[:SHOWN]


def _brief(match: Match) -> dict[str, Any]:
    """A line of the preview: ids and times, no names."""
    hearing = match.hearing
    was_at = match.before.get("starts_at", "")
    starts_at = hearing.starts_at.isoformat()
    return {
        "line": match.line,
        "result": match.result,
        "participant": str(match.participant.public_id),
        "kind": str(hearing.kind),
        "court": hearing.court.name,
        "zone": str(hearing.court.timezone),
        "starts_at": starts_at,
        "was_at": was_at if was_at != starts_at else "",
        "fields": sorted(match.fields - {"verified_at"}),
        "cancelled": hearing.cancelled_at is not None,
        "why": match.why,
    }


def _finish(upload: HearingImport, by: User, now: datetime) -> None:
    done = upload.state == ImportState.IMPORTING.value
    upload.state = (ImportState.DONE if done else ImportState.CHECKED).value
    upload.finished_at = now if done else None
    upload.next_nudge_at = None
    upload.save(update_fields=["state", "finished_at", "next_nudge_at"])
    if done:
        record(
            "imported hearings",
            ("hearing import", upload.public_id),
            by=by.actor,
            now=now,
            facts={**upload.counts, "rows": upload.rows},
        )


def left_behind(now: datetime) -> list[int]:
    """Uploads on which nobody has worked for a while (primary keys), to be nudged again."""
    rows = HearingImport.objects.filter(state__in=WORKING, next_nudge_at__lte=now)
    with transaction.atomic():
        keys = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:20])
        HearingImport.objects.filter(pk__in=keys).update(next_nudge_at=now + LEASE)
    return keys


def forget_files(now: datetime) -> int:
    """Delete the files of old uploads, which hold A-numbers; the figures stay. How many."""
    old = HearingImport.objects.filter(made_at__lt=now - FILE_KEPT_FOR).exclude(file="")
    count = 0
    for upload in old[:100]:
        upload.file.delete(save=False)
        upload.preview = []
        upload.save(update_fields=["file", "preview"])
        count += 1
    return count


def bad_rows_as_csv(upload: HearingImport) -> list[list[str]]:
    """The bad rows as they were written, each with its line and what is wrong; heading first."""
    said: dict[int, list[str]] = {}
    for line, column, message in upload.bad_rows:
        said.setdefault(line, []).append(f"{column}: {message}" if column else message)
    if not upload.file:
        return [["line", "what is wrong"], *([str(n), " ".join(w)] for n, w in said.items())]
    with upload.file.open("rb") as file:
        table: Table = read(file.read())
    heading = ["line", "what is wrong", *table.columns]
    rows = [[str(n), " ".join(words), *table.cells.get(n, [])] for n, words in said.items()]
    return [heading, *([_harmless(cell) for cell in row] for row in rows)]


def _harmless(cell: str) -> str:
    """No spreadsheet takes a cell of a stranger's file for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
