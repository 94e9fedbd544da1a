"""Taking people in, giving them to officers, and who may then open the file."""

from datetime import UTC, datetime

import pytest

from casework.common.errors import NotPermitted, RuleError
from casework.participants.models import Participant
from casework.participants.services import NewParticipant, assign, enrol
from tests import people

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)


def someone(**kw: object) -> NewParticipant:
    return NewParticipant(
        **{"given_name": "Ana", "family_name": "Ruiz", "a_number": "12345678"} | kw
    )  # type: ignore[arg-type]


def test_an_officer_who_enrols_someone_has_the_case() -> None:
    office = people.office()
    officer = people.officer(office)
    ana = enrol(someone(phone="+12025550123", email="ana@example.org"), by=officer, now=NOON)
    assert (ana.office, ana.a_number, ana.timezone) == (office, "012345678", office.timezone)
    assert ana.assignments.get().officer == officer
    assert ana.cases.count() == 1
    assert ana.contact_points.get(preferred=True).kind == "phone"


def test_the_same_a_number_is_refused_whoever_holds_it() -> None:
    enrol(someone(), by=people.officer(people.office()), now=NOON)
    with pytest.raises(RuleError) as refused:
        enrol(someone(a_number="A012-345-678"), by=people.officer(people.office()), now=NOON)
    assert refused.value.field == "a_number"
    assert Participant.objects.count() == 1


def test_nobody_enrols_into_an_office_that_is_not_theirs() -> None:
    with pytest.raises(RuleError) as refused:
        enrol(someone(office=people.office()), by=people.officer(people.office()), now=NOON)
    assert refused.value.field == "office"


def test_an_officer_sees_the_own_caseload_a_supervisor_the_office() -> None:
    office, elsewhere = people.office(), people.office()
    mine, other, stranger = (
        people.officer(office),
        people.officer(office),
        people.officer(elsewhere),
    )
    ana = people.participant(mine)
    sees = {
        "mine": mine,
        "other officer": other,
        "stranger": stranger,
        "supervisor": people.supervisor(office),
        "supervisor elsewhere": people.supervisor(elsewhere),
        "administrator": people.administrator(),
    }
    visible = {
        who for who, user in sees.items() if Participant.objects.visible_to(user).contains(ana)
    }
    assert visible == {"mine", "supervisor", "administrator"}


def test_someone_who_left_sees_nothing() -> None:
    gone = people.officer(people.office())
    people.participant(gone)
    gone.is_active = False
    assert not Participant.objects.visible_to(gone).exists()


def test_a_transfer_moves_the_file_at_one_instant() -> None:
    office = people.office()
    before, after, boss = people.officer(office), people.officer(office), people.supervisor(office)
    ana = people.participant(before)
    assign(ana, after, by=boss, now=datetime(2099, 1, 1, tzinfo=UTC))
    assert not Participant.objects.visible_to(before).contains(ana)
    assert Participant.objects.visible_to(after).contains(ana)
    old, new = ana.assignments.order_by("from_at")
    assert old.until_at == new.from_at


def test_officers_do_not_move_cases_and_cases_stay_in_the_office() -> None:
    office = people.office()
    officer, boss = people.officer(office), people.supervisor(office)
    ana = people.participant(officer)
    with pytest.raises(NotPermitted):
        assign(ana, people.officer(office), by=officer, now=NOON)
    with pytest.raises(RuleError):
        assign(ana, people.officer(people.office()), by=boss, now=NOON)
