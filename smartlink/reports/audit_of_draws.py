"""The audit of the random draws: each day computed again from its key and compared."""

from datetime import date, timedelta
from typing import Any

from checkins.models import DrawKey
from checkins.scheduling.verify import Verdict, verify_day
from smartlink.reports import asking
from smartlink.reports.content import Column, Content, Kind, Row, Table

_COLUMNS = (
    Column("day", "Day", Kind.DAY),
    Column("verdict", "Verdict"),
    Column("participants", "Participants", Kind.COUNT),
    Column("draws", "Drawn", Kind.COUNT, total=True),
    Column("issued", "Issued", Kind.COUNT, total=True),
    Column("cancelled", "Given up, with reason", Kind.COUNT, total=True),
    Column("waiting", "Still to come", Kind.COUNT, total=True),
    Column("missing", "Drawn, not there", Kind.COUNT, total=True),
    Column("extra", "There, not drawn", Kind.COUNT, total=True),
    Column("altered", "At another time", Kind.COUNT, total=True),
    Column("unexplained", "Given up without reason", Kind.COUNT, total=True),
    Column("fingerprint", "Fingerprint of the key (SHA-256)"),
)
_DEFINITIONS = (
    ("Drawn", "Check-ins that the day's secret key gives, for each plan in force on that day."),
    ("Holds", "The key is the one whose fingerprint was published before the day, and every drawn "
     "check-in is there, at its time, or given up with a reason in its log; and no other is."),
    ("There, not drawn", "A check-in marked as drawn that no key explains: somebody was singled "
     "out, or the record was changed."),
    ("No key", "No day key was made for that date: nothing was drawn."),
)  # fmt: skip


def draws(frozen: dict[str, Any]) -> Content:
    """The whole program: keys belong to days, not to offices."""
    question = asking.question_of(frozen)
    period = question.period

    def rows() -> list[Row]:
        days = (period.first + timedelta(days=n) for n in range(period.days))
        return [_row(day, question.as_of) for day in days]

    return Content(
        title="Audit of the random draws",
        facts=(("Period", str(period)), ("Covers", "the whole program")),
        as_of=question.as_of,
        version=asking.version_of(frozen),
        tables=(Table("days", "Days", _COLUMNS, rows),),
        definitions=_DEFINITIONS,
        general=("Anyone can repeat this from the keys published after each day, under /draws/.",),
        expected_rows=period.days,
    )


def _row(day: date, as_of: Any) -> Row:
    key = DrawKey.objects.filter(day=day).first()
    if key is None:
        return (day, "No key", *((None,) * (len(_COLUMNS) - 3)), "")
    verdict = verify_day(day, as_of)
    return (
        day,
        _word(verdict),
        verdict.participants,
        verdict.draws,
        verdict.issued,
        verdict.cancelled,
        verdict.waiting,
        len(verdict.missing),
        len(verdict.extra),
        len(verdict.altered),
        len(verdict.unexplained),
        key.sha256,
    )


def _word(verdict: Verdict) -> str:
    if not verdict.commitment_holds:
        return "The key does not fit its fingerprint"
    return "Holds" if verdict.holds else "Does not hold"
