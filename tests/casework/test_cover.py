"""Cover: an officer's caseload is a colleague's too, on its days and not a second longer."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from casework.audit.models import Entry
from casework.common import clock
from casework.common.errors import NotPermitted, RuleError, WrongState
from casework.participants.models import Participant
from casework.staff.covers import Days, end_cover, set_cover
from casework.staff.models import Cover
from tests import people

pytestmark = pytest.mark.django_db
NEW_YORK = ZoneInfo("America/New_York")
DAY = timedelta(days=1)


@pytest.fixture
def office():
    return people.office(timezone="America/New_York")


@pytest.fixture
def absent(office):
    return people.officer(office)


@pytest.fixture
def colleague(office):
    return people.officer(office)


@pytest.fixture
def alice(absent):
    return people.participant(absent)


def seen(user, at):
    """Whom `user` sees at that instant."""
    with clock.shifted(at - clock.now()):
        return list(Participant.objects.visible_to(user))


def week(first):
    return Days(first, first + 6 * DAY)


def test_the_days_are_those_of_the_office_and_both_count(absent, colleague, alice):
    """1 to 7 March 2027 in New York, five hours behind."""
    now = datetime(2027, 2, 20, tzinfo=UTC)
    set_cover(absent, colleague, week(date(2027, 3, 1)), "Leave.", by=absent, now=now)
    begins = datetime(2027, 3, 1, 5, tzinfo=UTC)
    ends = datetime(2027, 3, 8, 5, tzinfo=UTC)
    second = timedelta(seconds=1)
    for at, expected in [
        (now, []),
        (begins - second, []),
        (begins + second, [alice]),
        (ends - second, [alice]),
        (ends + second, []),
    ]:
        assert seen(colleague, at) == expected, at
        assert seen(absent, at) == [alice]


def test_days_of_23_and_25_hours_are_whole_days(absent, colleague):
    now = datetime(2027, 1, 1, tzinfo=UTC)
    spring = date(2027, 3, 14)
    cover = set_cover(absent, colleague, Days(spring, spring), "Leave.", by=absent, now=now)
    assert cover.until_at - cover.from_at == timedelta(hours=23)
    autumn = date(2027, 11, 7)
    cover = set_cover(absent, colleague, Days(autumn, autumn), "Leave.", by=absent, now=now)
    assert cover.until_at - cover.from_at == timedelta(hours=25)


def test_the_own_caseload_stays_and_cover_is_not_passed_on(office, absent, colleague, alice):
    """Whoever covers for the covering officer does not see the first one's people."""
    now = clock.now()
    third, today = people.officer(office), now.astimezone(NEW_YORK).date()
    bob = people.participant(colleague)
    set_cover(colleague, third, week(today), "Leave.", by=colleague, now=now)
    with pytest.raises(RuleError, match="away in these days too"):
        set_cover(absent, colleague, week(today), "Leave.", by=absent, now=now)
    set_cover(absent, third, week(today), "Leave.", by=absent, now=now)
    assert set(Participant.objects.visible_to(third)) == {alice, bob}
    assert set(Participant.objects.visible_to(colleague)) == {bob}


def test_ending_it_early_ends_it_at_that_instant_and_leaves_a_line(absent, colleague, alice):
    now = clock.now()
    today = now.astimezone(NEW_YORK).date()
    cover = set_cover(absent, colleague, week(today), "Leave.", by=absent, now=now)
    assert seen(colleague, now + timedelta(seconds=1)) == [alice]
    end_cover(cover, by=absent, now=clock.now())
    assert seen(colleague, clock.now()) == []
    with pytest.raises(WrongState):
        end_cover(cover, by=absent, now=clock.now())
    lines = Entry.objects.filter(object_id=cover.public_id).order_by("id")
    assert [line.verb for line in lines] == ["set cover", "ended cover early"]
    assert lines[0].facts["officer"] == str(colleague.public_id)
    # Once ended it may be set again for the same days.
    set_cover(absent, colleague, week(today), "Leave.", by=absent, now=clock.now())
    assert seen(colleague, clock.now()) == [alice]


def test_the_officer_and_supervisors_of_the_office_set_it_and_nobody_else(
    office, absent, colleague
):
    now = clock.now()
    first = now.astimezone(NEW_YORK).date()
    for stranger in (colleague, people.officer(office), people.supervisor(people.office())):
        with pytest.raises(NotPermitted):
            set_cover(absent, colleague, week(first), "Leave.", by=stranger, now=now)
    for number, by in enumerate((absent, people.supervisor(office), people.administrator())):
        days = week(first + number * 7 * DAY)
        assert set_cover(absent, colleague, days, "Leave.", by=by, now=now).set_by == by
    cover = Cover.objects.first()
    for stranger in (colleague, people.supervisor(people.office())):
        with pytest.raises(NotPermitted):
            end_cover(cover, by=stranger, now=now)


def test_what_makes_no_sense_is_refused_and_names_its_field(office, absent, colleague):
    now = clock.now()
    today = now.astimezone(NEW_YORK).date()
    elsewhere, boss = people.officer(people.office()), people.supervisor(office)
    good = week(today)
    for person, officer, days, reason, field in [
        (absent, absent, good, "Leave.", "officer"),
        (absent, elsewhere, good, "Leave.", "officer"),
        (absent, boss, good, "Leave.", "officer"),
        (absent, people.officer(office, is_active=False), good, "Leave.", "officer"),
        (boss, colleague, good, "Leave.", "absent"),
        (absent, colleague, Days(today + DAY, today), "Leave.", "until_on"),
        (absent, colleague, Days(today - DAY, today), "Leave.", "from_on"),
        (absent, colleague, Days(today, today + 366 * DAY), "Leave.", "until_on"),
        (absent, colleague, good, "  ", "reason"),
    ]:
        with pytest.raises(RuleError) as refused:
            set_cover(person, officer, days, reason, by=boss, now=now)
        assert refused.value.field == field
    set_cover(absent, colleague, good, "Leave.", by=boss, now=now)
    with pytest.raises(RuleError, match="covers already") as refused:
        set_cover(absent, colleague, Days(today + 6 * DAY, today + 9 * DAY), "x", by=boss, now=now)
    assert refused.value.field == "from_on"
    assert Cover.objects.count() == 1


def test_who_works_in_two_offices_is_covered_by_somebody_of_both(office, absent, colleague):
    """Else a covering officer would open files of an office that is not theirs."""
    now = clock.now()
    second = people.office(timezone="America/New_York")
    absent.offices.add(second)
    today = now.astimezone(NEW_YORK).date()
    with pytest.raises(RuleError, match="same office"):
        set_cover(absent, colleague, week(today), "Leave.", by=absent, now=now)
    colleague.offices.add(second)
    set_cover(absent, colleague, week(today), "Leave.", by=absent, now=now)


@pytest.mark.parametrize(
    "wrong",
    [
        "officer_id = absent_id",
        "until_on = from_on - 1",
        "until_at = from_at",
        "reason = ''",
        "ended_at = from_at",
    ],
)
def test_the_database_refuses_impossible_rows(absent, colleague, wrong):
    now = clock.now()
    today = now.astimezone(NEW_YORK).date()
    set_cover(absent, colleague, week(today), "Leave.", by=absent, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Cover.objects.raw(f"UPDATE staff_cover SET {wrong} RETURNING *")[0]


def test_the_database_refuses_overlapping_cover_by_the_same_pair(absent, colleague):
    now = clock.now()
    today = now.astimezone(NEW_YORK).date()
    cover = set_cover(absent, colleague, week(today), "Leave.", by=absent, now=now)
    cover.pk, cover.public_id = None, None
    cover.public_id = Cover._meta.get_field("public_id").get_default()
    with pytest.raises(IntegrityError, match="cover_once_by_the_same_pair"), transaction.atomic():
        cover.save(force_insert=True)
