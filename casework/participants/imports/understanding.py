"""What a row says of a person, or what is wrong with it, in plain words. No database."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from casework.common.imports.cells import BadCell, Cells
from casework.common.imports.reading import Row
from casework.participants.imports import words
from casework.participants.imports.extras import EXTRAS
from casework.participants.imports.team import Post, Team
from casework.participants.rules import (
    AHEAD,
    EARLIEST,
    Step,
    is_name,
    normal_a_number,
    step_needs_supervisor,
)
from casework.participants.search import REGION
from casework.staff.models import Office, User

LONGEST_NAME = 120
_DATES = ("%Y-%m-%d", "%m/%d/%Y")


@dataclass(frozen=True)
class Said:
    """A row understood. `facts` has what the row says, and no more; `office` is for a new person.

    An `office` of None has `no_office` to say why somebody new cannot be placed.
    """

    line: int
    a_number: str
    given_name: str
    family_name: str
    office: Office | None
    no_office: str
    officer: User | None
    facts: dict[str, Any]


class _Cells(Cells):
    """The cells of a row about a person. What could tell who it is is never quoted back."""

    def a_number(self) -> str:
        found = normal_a_number(self.cell("a_number"))
        if found is None:
            self.wrong("a_number", "An A-number has seven to nine digits.")
        return found or ""

    def name(self, column: str) -> str:
        written = " ".join(self.text(column, LONGEST_NAME).split())
        if not written:
            self.wrong(column, "Is empty.")
        elif not is_name(written):
            self.wrong(column, "A name begins with a letter.")
        return written

    def known(self, column: str, look_up: Any, message: str) -> str:
        written = self.cell(column)
        found: str | None = look_up(written) if written else ""
        if found is None:
            self.wrong(column, f"“{written[:60]}” {message}")
        return found or ""

    def day(self, column: str, latest: date) -> date | None:
        written = self.cell(column)
        if not written:
            return None
        found = _day(written)
        if found is None:
            self.wrong(column, "Is not a date such as 2026-12-01 or 12/01/2026.")
        elif not EARLIEST <= found <= latest:
            self.wrong(column, "Is too far in the past or in the future.")
        return found

    def phone(self) -> str:
        written = self.cell("phone")
        if not written:
            return ""
        try:
            number = phonenumbers.parse(written, REGION)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_valid_number(number):
            self.wrong("phone", "Is not a telephone number. From abroad it begins with +.")
            return ""
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def email(self) -> str:
        written = self.text("email", 254)
        try:
            if written:
                validate_email(written)
        except ValidationError:
            self.wrong("email", "Is not an e-mail address.")
        return written

    def supervision(self, by: User) -> dict[str, Any]:
        technology = self.word("technology", words.TECHNOLOGIES)
        level = self.word("level", words.LEVELS)
        if level and not technology:
            self.wrong("level", "Only counts together with a technology.")
        if not technology:
            return {}
        heavy = step_needs_supervisor(Step.FIRST, technology)
        if heavy and not by.has_perm("participants.step_up"):
            self.wrong("technology", "Only a supervisor orders this.")
        return {"technology": technology, "level": int(level or 1)}

    def posted(self, team: Team) -> Post | None:
        """Whose caseload; an officer's own when the row does not say."""
        written, own = self.cell("officer"), team.own_post()
        post = team.post(written) if written else own
        if post is None and written:
            self.wrong("officer", "There is no officer with this e-mail address in your offices.")
        elif own is not None and post != own:
            self.wrong("officer", "You import for your own caseload only. Leave this empty.")
        return post

    def placed(self, team: Team, post: Post | None) -> tuple[Office | None, str]:
        """The office, and why there is none. Whether the officer works there, the matcher says."""
        written = self.cell("office")
        office = team.office(written) if written else team.only_office(post)
        if office is None and written:
            self.wrong("office", f"“{written[:60]}” is not an office of yours.")
        elif office is None:
            return None, "Is empty; say which office supervises this person."
        return office, ""


def _day(written: str) -> date | None:
    for pattern in _DATES:
        try:
            return datetime.strptime(written, pattern).date()  # noqa: DTZ007 - a day, no time
        except ValueError:
            continue
    return None


def understand(row: Row, team: Team, now: datetime) -> Said | list[BadCell]:
    """The row's facts, or everything that is wrong with it."""
    cells = _Cells(row, now)
    a_number = cells.a_number()
    given, family = cells.name("given_name"), cells.name("family_name")
    post = cells.posted(team)
    office, no_office = cells.placed(team, post)
    facts = _facts(cells, team.by, now.date())
    if cells.cell("office") and office is not None:
        facts["office"] = office
    if post is not None:
        facts["officer"] = post.officer
    if cells.bad:
        return cells.bad
    officer = post.officer if post is not None else None
    return Said(row.line, a_number, given, family, office, no_office, officer, facts)


def _facts(cells: _Cells, by: User, today: date) -> dict[str, Any]:
    said: dict[str, Any] = {
        "language": cells.known(
            "language", words.language, "is not a language that SmartLink speaks."
        ),
        "timezone": cells.known(
            "timezone", words.zone, "is not a time zone such as America/Chicago."
        ),
        "date_of_birth": cells.day("date_of_birth", today),
        "sex": cells.word("sex", words.SEXES),
        "phone": cells.phone(),
        "email": cells.email(),
        "kind": cells.word("case", words.CASES),
        "docket": cells.word("docket", words.DOCKETS),
        "release_basis": cells.word("release_basis", words.BASES),
        "released_on": cells.day("released_on", today + AHEAD),
        "nta_on": cells.day("nta_on", today + AHEAD),
        "representative": cells.text("representative", 160),
        **cells.supervision(by),
    }
    for extra in EXTRAS:
        said |= extra.understand(cells, by)
    return {name: value for name, value in said.items() if value not in ("", None)}


def understand_all(rows: list[Row], team: Team, now: datetime) -> tuple[list[Said], list[BadCell]]:
    """All rows in their order; somebody who is named twice counts the first time."""
    good: list[Said] = []
    bad: list[BadCell] = []
    lines: dict[str, int] = {}
    for row in rows:
        said = understand(row, team, now)
        if isinstance(said, list):
            bad += said
            continue
        first = lines.setdefault(said.a_number, said.line)
        if first != said.line:
            bad.append(BadCell(said.line, "a_number", f"Line {first} names the same A-number."))
        else:
            good.append(said)
    return good, bad
