"""Enrolling people, finding them, putting their files right."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.audit.models import Entry
from casework.participants.models import Participant
from casework.staff.models import Office
from tests import people
from tests.api.conftest import V1, World, client_of

pytestmark = pytest.mark.django_db
PEOPLE = f"{V1}participants/"
LEAST = {"given_name": "Eve", "family_name": "Olsen", "a_number": "A99-000-111"}


def test_a_name_and_a_number_are_enough_for_an_officer(world: World) -> None:
    made = world.officer.post(PEOPLE, LEAST)
    assert made.status_code == 201
    body = made.json()
    assert body["a_number"] == "099000111"
    assert body["office"]["name"] == world.office.name
    assert body["officer"]["id"] == str(world.officer_user.public_id)
    assert (body["language"], body["timezone"]) == ("en", str(world.office.timezone))
    assert body["case"]["kind"] == "removal"
    assert world.officer.get(f"{PEOPLE}{body['id']}/").json() == body


def test_and_for_a_supervisor_whose_case_it_does_not_become(world: World) -> None:
    made = world.supervisor.post(PEOPLE, LEAST).json()
    assert (made["office"]["name"], made["officer"]) == (world.office.name, None)


def test_and_for_an_administrator_of_an_office(world: World) -> None:
    boss = client_of(people.administrator(offices=[world.elsewhere]))
    assert boss.post(PEOPLE, LEAST).json()["office"]["name"] == world.elsewhere.name


def test_an_administrator_of_none_names_the_office_where_there_are_several(world: World) -> None:
    assert world.administrator.post(PEOPLE, LEAST).json()["errors"][0]["field"] == "office"
    named = LEAST | {"office": str(world.office.public_id)}
    assert world.administrator.post(PEOPLE, named).status_code == 201


def test_and_need_not_where_there_is_one() -> None:
    only = Office.objects.create(name="The only one")
    made = client_of(people.administrator()).post(PEOPLE, LEAST)
    assert made.json()["office"]["name"] == only.name


def test_everything_that_enrolment_takes_is_kept(world: World) -> None:
    given = LEAST | {
        "language": "ht", "timezone": "America/Chicago", "date_of_birth": "1990-02-28",
        "sex": "female", "phone": "+12025550142", "email": "eve@example.org",
        "office": str(world.office.public_id), "officer": str(world.colleague_user.public_id),
        "case": {
            "kind": "asylum_only", "docket": "detained", "release_basis": "bond",
            "nta_on": "2026-01-15", "released_on": None, "representative": "R. Cohen",
        },
    }  # fmt: skip
    made = world.supervisor.post(PEOPLE, given).json()
    for name in set(given) - {"office", "officer", "a_number"}:
        assert made[name] == given[name], name
    assert made["officer"]["id"] == given["officer"]
    assert world.colleague.get(PEOPLE).json()["count"] == 1


def test_who_is_in_the_program_already_is_not_enrolled_twice(world: World) -> None:
    number = world.bob_person.a_number
    refused = world.colleague.post(PEOPLE, LEAST | {"a_number": number})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "a_number"


def test_an_office_or_officer_that_is_not_ones_own_is_refused(world: World) -> None:
    for wrong in (
        {"office": str(world.elsewhere.public_id)},
        {"office": "11111111-1111-4111-8111-111111111111"},
        {"officer": str(people.officer(world.elsewhere).public_id)},
    ):
        refused = world.officer.post(PEOPLE, LEAST | wrong)
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["field"] == next(iter(wrong))
    assert not Participant.objects.filter(a_number="099000111").exists()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=bob", {"Bob"}),
        ("search=Bob+number", {"Bob"}),
        ("search=nobody", set()),
        ("search=", {"Alice", "Bob"}),
        ("language=es", {"Alice"}),
        ("closed=false", {"Alice", "Bob"}),
        ("closed=true", set()),
    ],
)
def test_the_list_is_searched_and_filtered(world: World, query: str, found: set[str]) -> None:
    results = world.officer.get(f"{PEOPLE}?{query}").json()["results"]
    assert {row["given_name"] for row in results} == found


def test_the_list_is_found_by_number_office_and_officer(world: World) -> None:
    def count(query: str) -> int:
        return int(world.administrator.get(f"{PEOPLE}?{query}").json()["count"])

    assert count(f"search=A{world.alice_person.a_number}") == 1
    assert count(f"office={world.office.public_id}") == 2
    assert count(f"office={world.elsewhere.public_id}") == 0
    assert count(f"officer={world.officer_user.public_id}") == 2
    assert count(f"officer={world.colleague_user.public_id}") == 0


def test_pages_have_a_limit_and_a_fixed_number_of_queries(world: World) -> None:
    def queries(size: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as made:
            assert len(world.officer.get(f"{PEOPLE}?page_size={size}").json()["results"]) == size
        return len(made)

    queries(2)  # which also notes that the token is used
    few = queries(2)
    for _ in range(108):
        people.participant(world.officer_user)
    assert queries(20) == few <= 9
    page = world.officer.get(f"{PEOPLE}?page_size=100000").json()
    assert (page["count"], len(page["results"]), page["previous"]) == (110, 100, None)
    rest = world.officer.get(page["next"].split("testserver")[1]).json()
    assert (len(rest["results"]), rest["next"]) == (10, None)


def _patch(world: World, **changes: Any) -> Any:
    return world.officer.patch(world.alice_at, changes)


def test_a_file_is_put_right(world: World) -> None:
    changes = {
        "given_name": "Alicia", "a_number": "A7654321", "language": "fr", "sex": "female",
        "timezone": "America/Denver", "date_of_birth": "1980-01-01",
        "phone": "+12025550143", "email": "alicia@example.org",
    }  # fmt: skip
    body = _patch(world, **changes, case={"docket": "detained"}).json()
    assert {k: body[k] for k in changes} == changes | {"a_number": "007654321"}
    assert (body["case"]["docket"], body["case"]["kind"]) == ("detained", "removal")
    entry = Entry.objects.filter(verb="corrected").get()
    assert "Alicia" not in str(entry.facts)
    assert "given_name" in str(entry.facts)


def test_a_contact_point_is_changed_and_taken_out(world: World) -> None:
    _patch(world, phone="+12025550143")
    point = world.alice_person.contact_points.get()
    assert point.preferred
    world.alice_person.contact_points.update(verified_at=point.participant.created_at)
    _patch(world, phone="+12025550143")
    assert world.alice_person.contact_points.get().verified_at is not None
    _patch(world, phone="+12025550144")
    assert world.alice_person.contact_points.get().verified_at is None
    assert _patch(world, phone="").json()["phone"] == ""
    assert _patch(world, phone="12").status_code == 400


def test_a_wrong_correction_changes_nothing(world: World) -> None:
    wrong = {"given_name": "Alicia", "a_number": world.bob_person.a_number}
    assert _patch(world, **wrong).json()["errors"][0]["field"] == "a_number"
    assert _patch(world, given_name="").status_code == 400
    assert (
        _patch(world, given_name="Alicia", officer=str(world.colleague_user.public_id)).status_code
        == 403
    )
    world.alice_person.refresh_from_db()
    assert world.alice_person.given_name == "Alice"


def test_a_supervisor_moves_a_case(world: World) -> None:
    moved = {"officer": str(world.colleague_user.public_id)}
    assert world.supervisor.patch(world.alice_at, moved).json()["officer"]["id"] == moved["officer"]
    assert world.officer.get(world.alice_at).status_code == 404
    assert world.colleague.get(world.alice_at).status_code == 200
    assert world.supervisor.patch(world.alice_at, moved).status_code == 200  # is there already


def test_a_move_to_another_office_ends_the_assignment(world: World) -> None:
    away = {"office": str(world.elsewhere.public_id)}
    assert world.officer.patch(world.alice_at, away).status_code == 403
    assert world.supervisor.patch(world.alice_at, away).status_code == 400
    moved = world.administrator.patch(world.alice_at, away).json()
    assert (moved["office"]["name"], moved["officer"]) == (world.elsewhere.name, None)
    assert world.officer.get(world.alice_at).status_code == 404
    assert world.supervisor.get(world.alice_at).status_code == 404
    assert world.foreign_supervisor.get(world.alice_at).status_code == 200


@pytest.mark.parametrize(
    "zone", ["a\0b", "../etc/passwd", "America", "localtime", "x" * 5000, 1, ["UTC"]]
)
def test_a_zone_that_can_be_none_is_named(world: World, zone: Any) -> None:
    refused = world.officer.patch(world.alice_at, {"timezone": zone})
    assert refused.status_code == 400
    assert [error["field"] for error in refused.json()["errors"]] == ["timezone"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"given_name": "\u200b"}, "given_name"),
        ({"given_name": "=1+1"}, "given_name"),
        ({"family_name": "Ols\u202een"}, "family_name"),
        ({"date_of_birth": "9999-12-31"}, "date_of_birth"),
        ({"date_of_birth": "0001-01-01"}, "date_of_birth"),
        ({"case": {"nta_on": "9999-12-31"}}, "nta_on"),
        ({"case": {"released_on": "0001-01-01"}}, "released_on"),
    ],
)
def test_a_file_takes_what_an_import_would_take_and_no_more(
    world: World, facts: dict[str, Any], field: str
) -> None:
    for refused in (
        world.officer.patch(world.alice_at, facts),
        world.officer.post(PEOPLE, LEAST | facts),
    ):
        assert refused.status_code == 400
        assert [error["field"] for error in refused.json()["errors"]] == [field]
    for name in ("O'Neil", "’Aisha", "عائشة", "孙", "Nguyễn Thị"):
        assert world.officer.patch(world.alice_at, {"given_name": name}).status_code == 200
