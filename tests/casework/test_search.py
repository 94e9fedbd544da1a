"""Finding somebody by name, A-number or telephone, however it is written."""

import pytest

from casework.participants.models import ContactPoint, Participant
from casework.participants.search import as_phone, search
from tests import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return people.officer(people.office())


@pytest.fixture(autouse=True)
def crowd(officer):
    names = [
        ("Idrissa", "Traoré"), ("Lucía", "Ramos"), ("Josué", "Núñez Ibáñez"), ("Łukasz", "Ørsted"),
        ("Ana", "Quinera"), ("Mariana", "Paz"), ("Wei", "Li"),
    ]  # fmt: skip
    for position, (given, family) in enumerate(names):
        number = f"8765432{position:02d}"
        people.participant(officer, given_name=given, family_name=family, a_number=number)


def found(typed):
    return [str(one) for one in search(Participant.objects.all(), typed)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("traore", ["Idrissa Traoré"]),
        ("TRAORÉ idrissa", ["Idrissa Traoré"]),
        ("Idrisa Traorre", ["Idrissa Traoré"]),
        ("nunez", ["Josué Núñez Ibáñez"]),
        ("ibañez josue", ["Josué Núñez Ibáñez"]),
        ("lukasz orsted", ["Łukasz Ørsted"]),
        ("Quinara", ["Ana Quinera"]),
        ("rmaos", ["Lucía Ramos"]),
        ("lucia raoms", ["Lucía Ramos"]),
        ("uiner", ["Ana Quinera"]),
        ("li", ["Wei Li"]),
        ("an", ["Ana Quinera"]),
        ("Ana", ["Ana Quinera", "Mariana Paz"]),
        ("Ana Paz", ["Mariana Paz"]),
        ("Zimmermann", []),
        ("50%", []),
        ("_", []),
    ],
)
def test_a_name_is_found_without_accents_in_any_order_and_with_a_slip(typed, expected):
    assert found(typed) == expected


@pytest.mark.parametrize("typed", ["876543201", "A876-543-201", "a# 876 543 201", "A876543201 "])
def test_an_a_number_in_any_spelling_finds_exactly_one(typed):
    assert found(typed) == ["Lucía Ramos"]
    assert found("A876-543-999") == []


@pytest.mark.parametrize(
    "typed",
    ["+1 202 555 0143", "(202) 555-0143", "202.555.0143", "12025550143", "202-555-0143"],
)
def test_a_telephone_number_in_any_format_finds_whose_it_is(typed):
    lucia = Participant.objects.get(given_name="Lucía")
    ContactPoint.objects.create(participant=lucia, kind="phone", phone="+12025550143")
    assert found(typed) == ["Lucía Ramos"]
    assert found("(202) 555-0144") == []


def test_what_is_no_telephone_number_is_taken_for_a_name():
    assert as_phone("Ana 2025550143") is None
    assert as_phone("202 555") is None
    assert as_phone("+44 20 7946 0958") == "+442079460958"


def test_nobody_elses_people_are_found(officer):
    colleague = people.officer(officer.offices.get())
    for typed in ("Traore", "876543201"):
        assert not search(Participant.objects.visible_to(colleague), typed).exists()
        assert search(Participant.objects.visible_to(officer), typed).exists()


def test_the_caseload_shows_the_best_first_and_still_sorts_by_a_column(officer, client):
    client.force_login(officer)
    page = client.get("/staff/participants/participant/?q=Ana").content.decode()
    assert page.index("Quinera") < page.index("Mariana")
    assert "Traor" not in page
    page = client.get("/staff/participants/participant/?q=Ana&o=1").content.decode()
    assert page.index("Mariana") < page.index("Quinera")
    assert "Idrissa" in client.get("/staff/participants/participant/?q=").content.decode()
