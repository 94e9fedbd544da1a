"""Compliance by participant: one row a person, page by page, never all in memory."""

import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import connection

from casework.participants.models import Participant
from smartlink.reports import asking, cells, snapshots
from smartlink.reports.compliance import FIGURE_COLUMNS, figure_row
from smartlink.reports.content import Column, Content, Row, Table
from smartlink.reports.definitions import by_technology, definitions_of, general_of
from smartlink.reports.figures import COUNTED, Counts, Figures
from smartlink.reports.questions import Question

PAGE = 500

_COLUMNS = (
    Column("family_name", "Family name"),
    Column("given_name", "Given name"),
    Column("a_number", "A-number"),
    Column("office", "Office"),
    Column("officer", "Officer"),
    Column("technology", "Technology"),
    *FIGURE_COLUMNS,
)


def participants(frozen: dict[str, Any]) -> Content:
    """Everyone supervised at some time of the period, with their own figures."""
    question, version = asking.question_of(frozen), asking.version_of(frozen)
    expected = _people(question).count()
    shown = by_technology(version)
    columns = tuple(c for c in _COLUMNS if shown or c.name != "technology")
    rows = Spooled(lambda: _rows(question, with_technology=shown))
    table = Table("participants", "By participant", columns, rows, long=True)
    return Content(
        title="Compliance by participant",
        facts=asking.words_of(frozen),
        as_of=question.as_of,
        version=version,
        tables=(table,),
        definitions=definitions_of(version),
        general=general_of(version),
        expected_rows=expected,
    )


class Spooled:
    """Rows asked for once, and kept on disk for every further format."""

    def __init__(self, source: Callable[[], Iterable[Row]]) -> None:
        self._source = source
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - as long as this lives
        self._whole = False

    def __call__(self) -> Iterator[Row]:
        """Anew from the first row. Only one pass at a time."""
        self._file.seek(0)
        if self._whole:
            yield from self._replayed()
            return
        self._file.truncate()
        fresh = iter(self._source())
        for page in iter(lambda: list(islice(fresh, PAGE)), []):
            pickle.dump(page, self._file)
            yield from page
        self._whole = True

    def _replayed(self) -> Iterator[Row]:
        while True:
            try:
                page = pickle.load(self._file)  # noqa: S301 - what we wrote ourselves just now
            except EOFError:
                return
            yield from page

    def __del__(self) -> None:
        self._file.close()


def _people(question: Question) -> Any:
    """Supervised at some time before the instant and not ended before the period."""
    start, end = question.period.reach
    rows = Participant.objects.filter(created_at__lte=question.as_of, created_at__lt=end)
    rows = rows.exclude(closed_at__lt=start)
    if question.offices is not None:
        rows = rows.filter(office__in=question.offices)
    if question.language:
        rows = rows.filter(language=question.language)
    if question.participant is not None:
        rows = rows.filter(pk=question.participant)
    return rows


def _rows(question: Question, *, with_technology: bool) -> Iterator[Row]:
    after = 0
    while True:
        page = list(
            _people(question)
            .filter(pk__gt=after)
            .order_by("pk")
            .values_list("pk", "family_name", "given_name", "a_number", "office__name")[:PAGE]
        )
        if not page:
            return
        pks = [row[0] for row in page]
        figures, stand = _figures(question, pks), _standing(question, pks)
        everybody = question.officer is None and not question.technology
        for pk, *names in page:
            if everybody or pk in figures:
                officer, technology = stand[pk]
                how = [str(asking.TECHNOLOGIES[technology])] if with_technology else []
                own = figures.get(pk, Figures())
                yield (*names, officer, *how, *figure_row(own, FIGURE_COLUMNS))
        after = pks[-1]


def _figures(question: Question, pks: list[int]) -> dict[int, Figures]:
    source, values = cells.cells(question.about(pks), keys=("participant_id",))
    sql = (
        f"{source} SELECT participant_id, {', '.join(COUNTED)},"
        " (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY m) FROM unnest(response_minutes) m)"
        " FROM fresh"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    return {pk: Figures(Counts(*counts), median) for pk, *counts, median in rows}


def _standing(question: Question, pks: list[int]) -> dict[int, tuple[str, str]]:
    """Who answers for each at the instant, and how each is supervised then."""
    sql = f"""
        SELECT p.id, coalesce((
                   SELECT u.full_name FROM participants_assignment g
                   JOIN staff_user u ON u.id = g.officer_id
                   WHERE g.participant_id = p.id AND g.from_at <= %(as_of)s
                     AND (g.until_at IS NULL OR g.until_at > %(as_of)s)
                   ORDER BY g.from_at DESC, g.id DESC LIMIT 1), ''),
               {snapshots.TECHNOLOGY}
        FROM participants_participant p WHERE p.id = ANY(%(pks)s)"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {"pks": pks, "as_of": question.as_of})
        return {pk: (officer, technology) for pk, officer, technology in cursor.fetchall()}
