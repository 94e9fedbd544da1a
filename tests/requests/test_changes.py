"""A reported change, from the person's form to the record."""

from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest

from casework.audit.models import Entry
from casework.common.errors import NotPermitted, RuleError, TooOften, WrongState
from casework.notices.models import Delivery, Notice
from casework.notices.reach import reach_of
from casework.notices.routing import route_some
from casework.notices.rules import Channel
from casework.notices.sending import lease_some
from casework.participants.models import ContactPoint, Participant
from casework.requests import changes, phones
from casework.requests.models import ChangeReport, Circumstances, PhoneProof
from casework.requests.rules import CODE_LIFE, CODE_TRIES, MOST_A_DAY, MOST_CODES_A_DAY, ChangeKind
from casework.retention.apply import apply_retention
from casework.staff.models import User
from tests import people
from tests.requests.conftest import NEW, OLD

pytestmark = pytest.mark.django_db
HOME = {"street": "12 Elm Street", "unit": "4", "city": "Newark", "region": "NJ",
        "postal_code": "07102"}  # fmt: skip


def moved(person: Participant, now: datetime, **value: str) -> ChangeReport:
    new = changes.NewChange(ChangeKind.ADDRESS, HOME | value, now.date())
    return changes.report(person, new, now=now)


def new_number(person: Participant, officer: User, now: datetime) -> ChangeReport:
    new = changes.NewChange(ChangeKind.PHONE, {"phone": "(202) 555-0143"})
    change = changes.report(person, new, now=now)
    changes.confirm(change, by=officer, now=now)
    change.refresh_from_db()
    return change


def test_a_confirmed_address_is_in_the_record_and_what_was_before_in_the_report(
    alice: Participant, officer: User, now: datetime
) -> None:
    changes.confirm(moved(alice, now), by=officer, now=now)
    assert Circumstances.objects.get().address_lines == ["12 Elm Street, 4", "Newark, NJ 07102"]
    again = moved(Participant.objects.get(), now, street="9 Oak Street")
    changes.confirm(again, by=officer, now=now)
    again.refresh_from_db()
    assert again.before["street"] == "12 Elm Street"
    assert Circumstances.objects.get().street == "9 Oak Street"
    assert Notice.objects.filter(kind="change_settled").count() == 2
    said = Entry.objects.filter(verb="confirmed a reported change").values_list("facts", flat=True)
    assert list(said) == [{"kind": "address"}] * 2


@pytest.mark.parametrize(
    ("value", "field"),
    [({"street": " "}, "street"), ({"city": ""}, "city"), ({"postal_code": "071"}, "postal_code"),
     ({"street": "x" * 161}, "street")],
)  # fmt: skip
def test_what_is_missing_or_wrong_is_named(
    alice: Participant, now: datetime, value: dict[str, str], field: str
) -> None:
    with pytest.raises(RuleError) as refused:
        moved(alice, now, **value)
    assert refused.value.field == field
    assert not ChangeReport.objects.exists()


def test_a_slip_in_the_year_is_asked_about(alice: Participant, now: datetime) -> None:
    for days in (-3000, 500):
        day = now.date() + timedelta(days=days)
        with pytest.raises(RuleError, match="year"):
            changes.report(alice, changes.NewChange(ChangeKind.ADDRESS, HOME, day), now=now)


def test_twice_the_same_is_one_and_a_newer_one_takes_its_place(
    alice: Participant, now: datetime
) -> None:
    first = moved(alice, now)
    assert moved(alice, now) == first
    newer = moved(alice, now, street="9 Oak Street")
    first.refresh_from_db()
    assert (first.state, newer.state) == ("withdrawn", "reported")


def test_many_a_day_are_slowed(alice: Participant, now: datetime) -> None:
    for number in range(MOST_A_DAY):
        moved(alice, now, street=f"{number} Elm Street")
    with pytest.raises(TooOften):
        moved(alice, now, street="the last")
    assert moved(alice, now + timedelta(days=1), street="the next day").state == "reported"


MOVES = {("reported", "confirm"), ("reported", "refuse"), ("reported", "withdraw")}
STATES = ["reported", "confirmed", "not_confirmed", "withdrawn"]


@pytest.mark.parametrize(("state", "verb"), [*product(STATES, ["confirm", "refuse", "withdraw"])])
def test_only_what_waits_can_be_settled(
    alice: Participant, officer: User, now: datetime, state: str, verb: str
) -> None:
    change = moved(alice, now)
    verbs: dict[str, Any] = {
        "confirm": lambda: changes.confirm(change, by=officer, now=now),
        "refuse": lambda: changes.refuse(change, by=officer, reason="A slip.", now=now),
        "withdraw": lambda: changes.withdraw(change, now=now),
    }
    reach = {"confirmed": "confirm", "not_confirmed": "refuse", "withdrawn": "withdraw"}
    if state in reach:
        verbs[reach[state]]()
    if (state, verb) in MOVES:
        verbs[verb]()
    else:
        with pytest.raises(WrongState):
            verbs[verb]()


def test_whoever_read_it_before_it_was_taken_back_loses(
    alice: Participant, officer: User, now: datetime
) -> None:
    read = moved(alice, now)
    changes.withdraw(ChangeReport.objects.get(pk=read.pk), now=now)
    with pytest.raises(WrongState):
        changes.confirm(read, by=officer, now=now)
    assert not Circumstances.objects.exists()


def test_not_confirming_needs_a_reason_and_a_right(
    alice: Participant, officer: User, now: datetime
) -> None:
    change = moved(alice, now)
    with pytest.raises(RuleError, match="why"):
        changes.refuse(change, by=officer, reason="  ", now=now)
    gone = people.officer(alice.office, is_active=False)
    with pytest.raises(NotPermitted):
        changes.confirm(change, by=gone, now=now)


def test_until_it_is_verified_everything_goes_to_the_old_number(
    alice: Participant, officer: User, now: datetime
) -> None:
    new_number(alice, officer, now)
    assert reach_of([alice.pk])[alice.pk].addresses[Channel.SMS][0].address == OLD
    assert {str(p.phone) for p in alice.contact_points.all()} == {OLD, NEW}


def code_sent(change: ChangeReport, now: datetime) -> str:
    """What a sender would hand over, and to whom."""
    phones.send_code(PhoneProof.objects.get(point=change.point), now=now)
    while route_some(now):
        pass
    parcels = [one for one in lease_some(now) if "code" in one.body]
    assert [one.address for one in parcels] == [NEW]
    return parcels[0].body.split(" ")[0]


def test_the_code_goes_to_the_new_number_alone_and_takes_it_into_use(
    alice: Participant, officer: User, now: datetime
) -> None:
    change = new_number(alice, officer, now)
    code = code_sent(change, now)
    assert code.isdecimal()
    phones.prove(PhoneProof.objects.get(), f" {code[:3]} {code[3:]} ", now=now)
    point = alice.contact_points.get()
    assert (str(point.phone), point.preferred, point.verified_at) == (NEW, True, now)
    assert reach_of([alice.pk])[alice.pk].addresses[Channel.SMS][0].address == NEW
    assert not Delivery.objects.filter(address=OLD, body__contains=code).exists()


def test_a_wrong_code_counts_down_and_a_late_one_is_none(
    alice: Participant, officer: User, now: datetime
) -> None:
    code = code_sent(new_number(alice, officer, now), now)
    wrong = "000000" if code != "000000" else "111111"
    for _try in range(CODE_TRIES):
        with pytest.raises(RuleError, match="not the code"):
            phones.prove(PhoneProof.objects.get(), wrong, now=now)
    with pytest.raises(WrongState):
        phones.prove(PhoneProof.objects.get(), code, now=now)
    phones.send_code(PhoneProof.objects.get(), now=now)
    with pytest.raises(WrongState):
        phones.prove(PhoneProof.objects.get(), code, now=now + CODE_LIFE)
    assert alice.contact_points.get(preferred=True).phone == OLD


def test_codes_are_few_a_day(alice: Participant, officer: User, now: datetime) -> None:
    new_number(alice, officer, now)
    for _code in range(MOST_CODES_A_DAY):
        phones.send_code(PhoneProof.objects.get(), now=now)
    with pytest.raises(TooOften):
        phones.send_code(PhoneProof.objects.get(), now=now)
    phones.send_code(PhoneProof.objects.get(), now=now + timedelta(days=1))


def test_an_officer_who_has_called_may_vouch_and_a_number_in_use_is_no_news(
    alice: Participant, officer: User, now: datetime
) -> None:
    new_number(alice, officer, now)
    phones.vouch(PhoneProof.objects.get(), by=officer, now=now)
    assert str(alice.contact_points.get().phone) == NEW
    with pytest.raises(RuleError, match="already"):
        new_number(alice, officer, now)


def test_a_second_new_number_drops_the_first_that_was_never_verified(
    alice: Participant, officer: User, now: datetime
) -> None:
    new_number(alice, officer, now)
    other = changes.NewChange(ChangeKind.PHONE, {"phone": "+12025550177"})
    changes.confirm(changes.report(alice, other, now=now), by=officer, now=now)
    assert {str(p.phone) for p in alice.contact_points.all()} == {OLD, "+12025550177"}
    assert str(PhoneProof.objects.get().replaces.phone) == OLD


def test_requests_and_numbers_go_when_their_time_is_over(
    alice: Participant, officer: User, now: datetime
) -> None:
    waiting = moved(alice, now)
    new_number(alice, officer, now)
    apply_retention(now + timedelta(days=100))
    assert str(ContactPoint.objects.get().phone) == OLD
    assert ChangeReport.objects.count() == 2
    apply_retention(now + timedelta(days=400))
    assert ChangeReport.objects.get() == waiting
