"""An upload on its way: checked, then imported in chunks that are done once each."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from django.db import IntegrityError, transaction

from casework.common.errors import NotPermitted, WrongState
from casework.common.files import kept_file
from casework.common.imports.cells import BadCell
from casework.common.imports.models import ImportState, UploadModel
from casework.common.imports.reading import Row, Shape, Table, harmless, read

CHUNK = 1000
AT_ONCE = 5000
"""Up to so many rows an import is worked on while its uploader waits."""
SHOWN = 60
MOST_BAD_KEPT = 5000
LEASE = timedelta(minutes=3)
WORKING = (ImportState.CHECKING.value, ImportState.IMPORTING.value)
BAD = "bad"


class Line(Protocol):
    """A row understood."""

    @property
    def line(self) -> int: ...


class Result(Line, Protocol):
    """What a row does: `result` is one of the import's words."""

    @property
    def result(self) -> str: ...


Upload = TypeVar("Upload", bound=UploadModel)
Said = TypeVar("Said", bound=Line)
Match = TypeVar("Match", bound=Result)


@dataclass
class Matched(Generic[Match]):
    """What a chunk of rows does."""

    matches: list[Match] = field(default_factory=list)
    bad: list[BadCell] = field(default_factory=list)


@dataclass
class Understood(Generic[Said]):
    """A whole file, understood once, and handed out by chunks."""

    lines: list[int]
    good: dict[int, Said]
    bad: dict[int, list[BadCell]]

    @classmethod
    def of(
        cls, rows: list[Row], good: Sequence[Said], bad: Sequence[BadCell]
    ) -> "Understood[Said]":
        wrong: dict[int, list[BadCell]] = {}
        for cell in bad:
            wrong.setdefault(cell.line, []).append(cell)
        return cls([row.line for row in rows], {said.line: said for said in good}, wrong)

    def chunk(self, begins: int) -> tuple[list[Said], list[BadCell], int]:
        lines = self.lines[begins : begins + CHUNK]
        good = [self.good[line] for line in lines if line in self.good]
        bad = [cell for line in lines for cell in self.bad.get(line, [])]
        return good, bad, len(lines)


class Import(ABC, Generic[Upload, Said, Match]):
    """A kind of table that can be imported: what is its own; the way there is the same for all."""

    model: type[Upload]
    shape: ClassVar[Shape]
    results: ClassVar[tuple[str, ...]]
    previewed: ClassVar[frozenset[str]]
    permission: ClassVar[str]
    refusal: ClassVar[str]

    @abstractmethod
    def understand(
        self, rows: list[Row], *, by: Any, now: datetime
    ) -> tuple[list[Said], list[BadCell]]:
        """Each row's facts, or everything that is wrong with it."""

    @abstractmethod
    def match(
        self, good: list[Said], whole: Understood[Said], *, by: Any, now: datetime, lock: bool
    ) -> Matched[Match]:
        """What a chunk would do; what it touches is locked when `lock`."""

    @abstractmethod
    def keep(self, matches: list[Match], *, by: Any, now: datetime) -> None:
        """Write what a chunk does."""

    @abstractmethod
    def brief(self, match: Match) -> dict[str, Any]:
        """A line of the preview."""

    @abstractmethod
    def note_done(self, upload: Upload, *, by: Any, now: datetime) -> None:
        """The line in the audit trail."""

    def take_in(self, content: bytes, *, by: Any, now: datetime, check_only: bool = True) -> Upload:
        """Keep an upload, to be checked or to be imported at once. Raises `RuleError`."""
        if not by.has_perm(self.permission):
            raise NotPermitted(self.refusal)
        table = read(content, self.shape)
        state = ImportState.CHECKING if check_only else ImportState.IMPORTING
        upload = self.model(
            made_by=by,
            made_at=now,
            state=state.value,
            rows=len(table.rows),
            counts=dict.fromkeys(self.results, 0),
            next_nudge_at=now,
        )
        with kept_file(upload, "file", content, ".csv") as name:
            upload.file = name
            upload.save()
        return upload

    @transaction.atomic
    def confirm(self, upload: Upload, *, by: Any, now: datetime) -> Upload:
        """Import what was checked. Raises `WrongState` when it has begun already."""
        locked: Upload = self._rows().select_for_update().get(pk=upload.pk, made_by=by)
        if locked.state != ImportState.CHECKED.value:
            raise WrongState("This import has begun already.")
        if not locked.file:
            raise WrongState("The file is not kept any more. Choose it again.")
        locked.state, locked.rows_done = ImportState.IMPORTING.value, 0
        locked.next_nudge_at = now
        locked.counts, locked.bad_rows, locked.preview = dict.fromkeys(self.results, 0), [], []
        locked.save(
            update_fields=["state", "rows_done", "next_nudge_at", "counts", "bad_rows", "preview"]
        )
        return locked

    def at_once(self, upload: Upload) -> bool:
        """Small enough to be worked on while somebody waits."""
        return bool(upload.rows <= AT_ONCE)

    def work(self, upload_pk: int, *, now: datetime) -> Upload:
        """Go on with an upload to the end of its stage, from wherever it stands.

        Any number may try: a chunk and its progress are one transaction, behind the upload's lock.
        """
        upload: Upload = self._rows().select_related("made_by").get(pk=upload_pk)
        if upload.state not in WORKING:
            return upload
        whole = self.understood(self.table_of(upload), by=upload.made_by, now=now)
        while self._work_on_surely(upload, whole, now):
            continue
        upload.refresh_from_db()
        return upload

    def understood(self, table: Table, *, by: Any, now: datetime) -> Understood[Said]:
        good, bad = self.understand(table.rows, by=by, now=now)
        return Understood.of(table.rows, good, bad)

    def _rows(self) -> Any:
        return self.model._default_manager  # noqa: SLF001 - Django's own name for it

    def table_of(self, upload: Upload) -> Table:
        with upload.file.open("rb") as file:
            return read(file.read(), self.shape)

    def _work_on_surely(self, upload: Upload, whole: Understood[Said], now: datetime) -> bool:
        """Once more where somebody entered the same by hand meanwhile: now it is there."""
        try:
            return self.work_on(upload, whole, now)
        except IntegrityError:
            return self.work_on(upload, whole, now)

    @transaction.atomic
    def work_on(self, upload: Upload, whole: Understood[Said], now: datetime) -> bool:
        """The next chunk; False when there is none left, or somebody else has finished."""
        locked = self._rows().select_for_update().get(pk=upload.pk)
        if locked.state not in WORKING:
            return False
        good, bad, number = whole.chunk(locked.rows_done)
        by = upload.made_by
        if not number:
            self._finish(locked, by, now)
            return False
        importing = locked.state == ImportState.IMPORTING.value
        matched = self.match(good, whole, by=by, now=now, lock=importing)
        if importing:
            self.keep(matched.matches, by=by, now=now)
        self._count(locked, matched, bad)
        locked.rows_done += number
        locked.next_nudge_at = now + LEASE
        locked.save(update_fields=["rows_done", "next_nudge_at", "counts", "bad_rows", "preview"])
        return True

    def _count(self, upload: Upload, matched: Matched[Match], bad: list[BadCell]) -> None:
        cells = sorted((*bad, *matched.bad), key=lambda cell: cell.line)
        for match in matched.matches:
            upload.counts[match.result] += 1
        upload.counts[BAD] += len({cell.line for cell in cells})
        kept = [[cell.line, cell.column, cell.message] for cell in cells]
        upload.bad_rows = (upload.bad_rows + kept)[:MOST_BAD_KEPT]
        shown = [match for match in matched.matches if match.result in self.previewed]
        left = max(0, SHOWN - len(upload.preview))
        upload.preview = upload.preview + [self.brief(match) for match in shown[:left]]

    def _finish(self, upload: Upload, by: Any, now: datetime) -> None:
        done = upload.state == ImportState.IMPORTING.value
        upload.state = (ImportState.DONE if done else ImportState.CHECKED).value
        upload.finished_at = now if done else None
        upload.next_nudge_at = None
        upload.save(update_fields=["state", "finished_at", "next_nudge_at"])
        if done:
            self.note_done(upload, by=by, now=now)

    def left_behind(self, now: datetime) -> list[int]:
        """Uploads on which nobody has worked for a while (primary keys), to be nudged again."""
        rows = self._rows().filter(state__in=WORKING, next_nudge_at__lte=now)
        with transaction.atomic():
            keys = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:20])
            self._rows().filter(pk__in=keys).update(next_nudge_at=now + LEASE)
        return keys

    def bad_rows_as_csv(self, upload: Upload) -> list[list[str]]:
        """The bad rows as they were written, each with its line and what is wrong."""
        said: dict[int, list[str]] = {}
        for line, column, message in upload.bad_rows:
            said.setdefault(line, []).append(f"{column}: {message}" if column else message)
        if not upload.file:
            return [["line", "what is wrong"], *([str(n), " ".join(w)] for n, w in said.items())]
        table = self.table_of(upload)
        heading = ["line", "what is wrong", *table.columns]
        rows = [[str(n), " ".join(words), *table.cells.get(n, [])] for n, words in said.items()]
        return [[harmless(cell) for cell in row] for row in (heading, *rows)]
