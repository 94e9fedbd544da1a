"""Caseload, queue, hearings and days of supervision, as of an instant."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ImproperlyConfigured

from casework.hearings.models import Court, Hearing
from casework.participants.models import Participant
from smartlink.reports import asking, making, snapshots
from smartlink.reports.periods import Period
from smartlink.reports.questions import Question
from smartlink.reports_settings import prices_by_technology
from tests import people
from tests.reports.conftest import Place, now, october

pytestmark = pytest.mark.django_db
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
END = datetime(2026, 11, 2, tzinfo=UTC)


def test_attendance_that_nobody_noted_is_neither_there_nor_absent(here: Place) -> None:
    court = Court.objects.create(name="Court", timezone="America/Los_Angeles")
    case = here.person.cases.get()
    noted = ["attended", "late", "absent", "excused", ""]
    for day, attendance in enumerate(noted, 2):
        # 01:00 in UTC: still the day before at the court.
        starts_at = datetime(2026, 10, day, 1, tzinfo=UTC)
        Hearing.objects.create(
            case=case, court=court, starts_at=starts_at, attendance=attendance,
            attendance_at=starts_at if attendance else None,
            attendance_by=here.officer if attendance else None,
        )  # fmt: skip
    held = snapshots.hearings(Question(OCTOBER, END))
    assert (held.held, held.attended, held.absent, held.excused, held.unrecorded) == (5, 2, 1, 1, 1)
    first = snapshots.hearings(Question(Period(date(2026, 10, 1), date(2026, 10, 1)), END))
    assert first.held == 1
    then = snapshots.hearings(Question(OCTOBER, datetime(2026, 10, 3, 2, tzinfo=UTC)))
    assert (then.held, then.attended) == (2, 2)


def test_days_of_supervision_are_local_days_from_enrolment_to_the_end(here: Place) -> None:
    # Enrolled on 30 October at 21:00 in New York, which is the 31st in UTC; ended on the 31st.
    late = people.participant(here.officer, created_at=datetime(2026, 10, 31, 1, tzinfo=UTC))
    Participant.objects.filter(pk=late.pk).update(closed_at=datetime(2026, 10, 31, 20, tzinfo=UTC))
    assert snapshots.supervised_days(Question(OCTOBER, END)) == (2, 31 + 2)
    midst = Question(OCTOBER, datetime(2026, 10, 10, 12, tzinfo=UTC))
    assert snapshots.supervised_days(midst) == (1, 10)


def test_the_cost_is_counted_with_the_prices_that_are_set(here: Place, settings: object) -> None:
    settings.REPORTS_SUPERVISION_USD_A_DAY = "5.00"  # type: ignore[attr-defined]
    frozen = asking.freeze(october(), by=here.supervisor, now=now())
    content = making.content_of(frozen)
    (cost,) = (table for table in content.tables if table.name == "cost")
    (row,) = cost.rows()
    assert row == ("Not recorded", 1, 31, Decimal("5.00"), Decimal("155.00"), Decimal(4340),
                   Decimal("4185.00"))  # fmt: skip


def test_each_technology_has_its_price_and_its_days(here: Place, settings: object) -> None:
    changed = datetime(2026, 10, 11, 15, tzinfo=UTC)
    for technology, start, end in (("gps", datetime(2026, 9, 1, tzinfo=UTC), changed),
                                   ("telephonic", changed, None)):  # fmt: skip
        here.person.terms.create(technology=technology, step="first", reason="x",
                                 set_by=here.officer, from_at=start, until_at=end)  # fmt: skip
    settings.REPORTS_TECHNOLOGY_USD_A_DAY = {"gps": "9.10"}  # type: ignore[attr-defined]
    settings.REPORTS_PRICES_FROM = "the contract of 2026."  # type: ignore[attr-defined]
    frozen = asking.freeze(october(), by=here.supervisor, now=now())
    (cost,) = (table for table in making.content_of(frozen).tables if table.name == "cost")
    assert [row[:5] for row in cost.rows()] == [
        ("Phone call check-ins", 1, 21, Decimal("4.36"), Decimal("91.56")),
        ("GPS ankle monitor", 1, 10, Decimal("9.10"), Decimal("91.00")),
    ]
    assert "In all 1 participant and 31 days: $182.56" in cost.note
    assert cost.note.endswith("Where the prices are from: the contract of 2026.")
    settings.REPORTS_TECHNOLOGY_USD_A_DAY = {"gps": "1000"}  # type: ignore[attr-defined]
    (again,) = (table for table in making.content_of(frozen).tables if table.name == "cost")
    assert list(again.rows()) == list(cost.rows()), "a report keeps the prices it was asked with"
    only = asking.freeze(october(technology="gps"), by=here.supervisor, now=now())
    (cost,) = (table for table in making.content_of(only).tables if table.name == "cost")
    assert [row[:3] for row in cost.rows()] == [("GPS ankle monitor", 1, 10)]


@pytest.mark.parametrize("typed", [{"sonar": "1"}, {"gps": "free"}, {"gps": "-1"}, {"gps": "NaN"}])
def test_a_price_that_is_none_stops_the_start(typed: dict[str, str]) -> None:
    with pytest.raises(ImproperlyConfigured):
        prices_by_technology(typed)


def test_caseload_and_queue_stand_as_they_did(here: Place) -> None:
    from tests.reports.worlds import Told, request

    story = Told(0, date(2026, 10, 20), 0, "", 5, drawn=True, result="no_match")
    request(
        here.person, here.officer, datetime(2026, 10, 20, 12, tzinfo=UTC), "not_accepted", story
    )
    decided = datetime(2026, 10, 20, 12, 12, tzinfo=UTC)
    assert snapshots.queue(Question(OCTOBER, decided)).waiting == 1
    assert snapshots.queue(Question(OCTOBER, END)).waiting == 0
    names = (here.office.name, here.officer.full_name)
    assert snapshots.caseload(Question(OCTOBER, END)) == [(*names, 1)]
    assert snapshots.caseload(Question(OCTOBER, datetime(2025, 1, 1, tzinfo=UTC))) == []
