"""The cost of supervision by technology, beside that of detention."""

from decimal import Decimal
from typing import Any

from smartlink.reports import asking, snapshots
from smartlink.reports.content import Column, Kind, Row, Table, fixed
from smartlink.reports.definitions import by_technology, title
from smartlink.reports.questions import Question
from smartlink.reports.words import spoken

_COLUMNS = (
    Column("technology", "Technology"),
    Column("people", "Participants", Kind.COUNT),
    Column("person_days", title("person_days"), Kind.COUNT, total=True),
    Column("day", "Price of a day", Kind.MONEY),
    Column("supervision", "Supervision", Kind.MONEY, total=True),
    Column("detention", "The same days in detention", Kind.MONEY, total=True),
    Column("difference", "Difference", Kind.MONEY, total=True),
)


def cost(question: Question, frozen: dict[str, Any]) -> Table:
    if not by_technology(asking.version_of(frozen)):
        return _as_smartphone(question, frozen)
    theirs = Decimal(frozen["detention_usd"])
    rows, people, days, ours = [], *snapshots.supervised_days(question), Decimal(0)
    found = {name: (n, d) for name, n, d in snapshots.days_by_technology(question)}
    for name, words in asking.TECHNOLOGIES.items():
        if name in found:
            row = _row(str(words), *found[name], price_of(frozen, name), theirs)
            ours += row[4]
            rows.append(row)
    if question.technology:
        people, days = found.get(question.technology, (0, 0))
    totals = [spoken(amount, Kind.MONEY) for amount in (ours, days * theirs, days * theirs - ours)]
    note = (
        f"In all {people:,} participant{'s'[: people != 1]} and {days:,} days: {totals[0]}; in"
        f" detention, at {spoken(theirs, Kind.MONEY)} a day, {totals[1]}; {totals[2]} less."
        f" Where the prices are from: {frozen['prices_from']}"
    )
    return Table("cost", f"{title('cost')} by technology", _COLUMNS, fixed(rows), note)


def price_of(frozen: dict[str, Any], technology: str) -> Decimal:
    """US dollars for a day; that which is set for all where the technology has none of its own."""
    return Decimal(frozen["technology_usd"].get(technology, frozen["supervision_usd"]))


def _row(words: str, people: int, days: int, ours: Decimal, theirs: Decimal) -> Row:
    return (words, people, days, ours, days * ours, days * theirs, days * (theirs - ours))


def _as_smartphone(question: Question, frozen: dict[str, Any]) -> Table:
    """As the first two versions of the definitions had it."""
    people, days = snapshots.supervised_days(question)
    ours, theirs = Decimal(frozen["supervision_usd"]), Decimal(frozen["detention_usd"])
    columns = (
        Column("technology", "Technology"),
        Column("people", "Participants", Kind.COUNT),
        Column("person_days", title("person_days"), Kind.COUNT),
        Column("supervision", f"Supervision, ${ours} a day", Kind.MONEY),
        Column("detention", f"Detention, ${theirs} a day", Kind.MONEY),
        Column("difference", "Difference", Kind.MONEY),
    )
    row = ("smartphone", people, days, days * ours, days * theirs, days * (theirs - ours))
    note = "Supervision terms are not recorded yet: everybody counts as smartphone."
    return Table("cost", title("cost"), columns, fixed([row]), note)
