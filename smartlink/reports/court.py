"""One participant's report for a court: every request, what came of it, and when."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from casework.participants.models import Participant
from checkins.models import Receipt
from smartlink.reports import asking
from smartlink.reports.compliance import FIGURE_COLUMNS, figure_row
from smartlink.reports.content import Column, Content, Kind, Row, Table, fixed
from smartlink.reports.definitions import definitions_of, general_of, title
from smartlink.reports.queries import figures_of, requests_of
from smartlink.reports.questions import Question

_COLUMNS = (
    Column("issued_at", "Asked (local time)"),
    Column("deadline_at", "Deadline (local time)"),
    Column("origin", "Asked for"),
    Column("answered_at", "First answer (local time)"),
    Column("response_minutes", "Answered after", Kind.MINUTES),
    Column("outcome", "Outcome"),
    Column("receipts", "Receipts"),
    Column("reference", "Check-in"),
)


def court(frozen: dict[str, Any]) -> Content:
    """Times are local to the participant, with the zone's name; ids let anyone ask about one."""
    version = asking.version_of(frozen)
    person = Participant.objects.select_related("office").get(public_id=frozen["participant"])
    question = asking.question_of(frozen, person)
    figures = figures_of(question)
    summary = figure_row(figures, FIGURE_COLUMNS)
    return Content(
        title="Compliance of one participant",
        facts=(
            ("Participant", person.full_name),
            ("A-number", person.a_number),
            ("Office", person.office.name),
            ("Period", str(asking.period_of(frozen))),
            ("Time zone", str(person.timezone)),
        ),
        as_of=question.as_of,
        version=version,
        tables=(
            Table("figures", "In figures", FIGURE_COLUMNS, fixed([summary])),
            Table("requests", "Every request", _COLUMNS, fixed(_rows(question, person))),
        ),
        definitions=definitions_of(version),
        general=general_of(version),
        notes=(
            "A request that lapsed never reached the participant, or a fault of the program stood "
            "in the way. Like an excused or withdrawn one it does not count against the person.",
            "Each answer was given a signed receipt; anyone can check its code at /verify/.",
        ),
    )


def _rows(question: Question, person: Participant) -> list[Row]:
    def local(at: datetime | None) -> str:
        return "" if at is None else f"{timezone.localtime(at, person.timezone):%Y-%m-%d %H:%M %Z}"

    codes = _codes(question, person)
    return [
        (
            local(each["issued_at"]),
            local(each["deadline_at"]),
            str(asking.ORIGINS[each["origin"]]),
            local(each["answered_at"]),
            each["response_minutes"],
            title(each["outcome"]),
            ", ".join(codes.get(each["id"], [])),
            str(each["public_id"]),
        )
        for each in requests_of(question)
    ]


def _codes(question: Question, person: Participant) -> dict[int, list[str]]:
    """By check-in: the codes of the receipts the participant was given for answers."""
    codes: dict[int, list[str]] = {}
    given = Receipt.objects.filter(check_in__participant=person, received_at__lte=question.as_of)
    for check_in, code in given.order_by("received_at", "pk").values_list("check_in_id", "code"):
        codes.setdefault(check_in, []).append(code)
    return codes
