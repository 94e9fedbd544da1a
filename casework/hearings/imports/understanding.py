"""What a row says, or what is wrong with it, in plain words. No database but the list of courts."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from casework.common.imports.cells import BadCell, Cells
from casework.common.imports.reading import Row
from casework.hearings.courts import CourtFinder
from casework.hearings.models import Court
from casework.hearings.rules import instants_of, is_plausible
from casework.participants.imports.words import CASES
from casework.participants.rules import normal_a_number

_FORMATS = (
    "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %I:%M %p", "%m/%d/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I %p",
)  # fmt: skip
KINDS = {
    "master": "master|mch|m|mastercalendar|mastercalendarhearing|masterhearing",
    "individual": "individual|ich|i|merits|individualhearing|individualmerits|meritshearing"
    "|individualmeritshearing|individualcalendar",
    "bond": "bond|bondhearing|bondredetermination|custody|custodyredetermination",
    "fear_review": "fearreview|crediblefear|crediblefearreview|cfr|reasonablefear"
    "|reasonablefearreview",
    "other": "other|otherhearing",
}
MODES = {
    "in_person": "inperson|person|p|live|",
    "video": "video|v|vtc|webex|byvideo|televideo|videoconference|internetbased",
    "telephone": "telephone|t|phone|telephonic|bytelephone",
}
STATUSES = {"scheduled": "scheduled|set|active|on|", "cancelled": "cancelled|canceled|vacated|off"}


@dataclass(frozen=True)
class Said:
    """A row understood. `starts_at` in UTC; `case` is a word of `CaseKind` or empty."""

    line: int
    a_number: str
    case: str
    court: Court
    kind: str
    mode: str
    starts_at: datetime
    cancelled: bool
    judge: str = ""
    room: str = ""
    link: str = ""

    @property
    def key(self) -> tuple[str, str, datetime]:
        return (self.a_number, self.kind, self.starts_at)


class _Cells(Cells):
    """The cells of a row about a hearing."""

    def a_number(self) -> str:
        written = self.cell("a_number")
        found = normal_a_number(written)
        if found is None:
            self.wrong("a_number", "An A-number has seven to nine digits.")
        return found or ""

    def court(self, courts: CourtFinder) -> Court | None:
        written = self.cell("court")
        found = courts.find(written) if written else []
        if len(found) == 1:
            return found[0]
        if not written:
            self.wrong("court", "Is empty.")
        elif found:
            names = "; ".join(court.name for court in found[:4])
            self.wrong("court", f"“{written[:60]}” could be: {names}.")
        else:
            self.wrong("court", f"“{written[:60]}” is not a court that we know.")
        return None

    def link(self, mode: str) -> str:
        written = self.text("link", 200)
        if not written:
            return ""
        if mode and mode != "video":
            self.wrong("link", "Only a hearing by video has a link.")
        elif urlsplit(written).scheme not in {"http", "https"} or not urlsplit(written).netloc:
            self.wrong("link", "Is not a web address that begins with https://.")
        return written

    def starts_at(self, court: Court | None) -> datetime | None:
        column = "starts" if self.cell("starts") else "date" if self.cell("date") else "starts"
        written = self.cell("starts") or f"{self.cell('date')} {self.cell('time')}".strip()
        if not written:
            self.wrong(column, "Is empty.")
            return None
        at = _clock_time(written)
        if at is None:
            self.wrong(
                column,
                f"“{written[:40]}” is not a date and time such as 2026-12-01 09:00 or"
                " 12/01/2026 9:00 AM.",
            )
            return None
        if at.tzinfo is None and court is None:
            return None
        return self._instant(column, at, court)

    def _instant(self, column: str, at: datetime, court: Court | None) -> datetime | None:
        if not is_plausible(at.date(), self.now):
            self.wrong(column, "Is too far in the past or in the future.")
            return None
        if at.tzinfo is not None or court is None:
            instants: tuple[datetime, ...] = (at.astimezone(UTC),)
        else:
            instants = instants_of(at, court.timezone)
        if not instants:
            self.wrong(column, "Clocks are put forward that night: this time does not exist.")
        elif len(instants) > 1:
            self.wrong(column, "Clocks are put back that night: this time comes twice.")
        else:
            return instants[0]
        return None


def _clock_time(written: str) -> datetime | None:
    """With a zone where one is written; None when it is no date and time."""
    tidy = re.sub(r"\s+", " ", written.strip().upper().replace(".", ""))
    tidy = re.sub(r"(\d)([AP]M)$", r"\1 \2", tidy)
    for pattern in _FORMATS:
        try:
            return datetime.strptime(tidy, pattern)  # noqa: DTZ007 - the court gives the zone
        except ValueError:
            continue
    if "T" not in tidy and ":" not in tidy:
        return None
    try:
        return datetime.fromisoformat(written.strip())
    except ValueError:
        return None


def understand(row: Row, courts: CourtFinder, now: datetime) -> Said | list[BadCell]:
    """The row's facts, or everything that is wrong with it."""
    cells = _Cells(row, now)
    court = cells.court(courts)
    mode = cells.word("mode", MODES)
    said = {
        "a_number": cells.a_number(),
        "case": cells.word("case", CASES),
        "kind": cells.word("kind", KINDS),
        "judge": cells.text("judge", 120),
        "room": cells.text("room", 60),
        "link": cells.link(mode),
    }
    cancelled = cells.word("status", STATUSES) == "cancelled"
    starts_at = cells.starts_at(court)
    if cells.bad or court is None or starts_at is None:
        return cells.bad
    return Said(row.line, court=court, mode=mode, starts_at=starts_at, cancelled=cancelled, **said)


def understand_all(
    rows: list[Row], courts: CourtFinder, now: datetime
) -> tuple[list[Said], list[BadCell]]:
    """All rows in their order; a hearing that is named twice counts the first time."""
    good: list[Said] = []
    bad: list[BadCell] = []
    lines: dict[tuple[str, str, str, datetime], int] = {}
    for row in rows:
        said = understand(row, courts, now)
        if isinstance(said, list):
            bad += said
            continue
        first = lines.setdefault((said.a_number, said.case, said.kind, said.starts_at), said.line)
        if first != said.line:
            bad.append(BadCell(said.line, "", f"Line {first} names the same hearing."))
        else:
            good.append(said)
    return good, bad
