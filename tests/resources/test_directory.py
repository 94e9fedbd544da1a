"""The directory of local help: who keeps it, who reads it, in what order and language."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from casework.audit.models import Entry as Line
from casework.common import clock
from casework.common.errors import NotPermitted, RuleError
from casework.participants.models import Participant
from casework.requests.models import Circumstances
from casework.resources import services
from casework.resources.models import Resource
from casework.resources.services import Entry
from casework.staff.models import Office, User
from casework.staff.services import give_token
from tests import people
from tests.portal.conftest import browser_of

pytestmark = pytest.mark.django_db
PAGE, LIST = "/help-near-you/", "/staff/resources/"
SENT = {
    "name": "Open Pantry", "kinds": ["food"], "languages": ["es"], "cost": "free", "city": "Queens",
    "phone": "718-555-0132", "hours": "Tue 10-14", "is_active": "on", "notes_en": "Bring a bag.",
    "notes_es": "Traiga una bolsa.",
}  # fmt: skip


@pytest.fixture
def office() -> Office:
    return people.office()


@pytest.fixture
def officer(office: Office) -> User:
    return people.officer(office)


@pytest.fixture
def alice(officer: User) -> Participant:
    return people.participant(officer, language="es")


def entered(by: User, name: str, *offices: Office, **said: Any) -> Resource:
    entry = Entry(name=name, **{"kinds": ["food"], "phone": "718-555-0132", **said})
    return services.enter(entry, offices, by=by, now=clock.now())


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown(page: str, *names: str) -> list[str]:
    """Those of `names` that are on the page, in their order there."""
    return sorted((name for name in names if name in page), key=page.index)


def test_the_own_area_comes_first_with_the_language_marked_and_other_offices_never(
    office: Office, officer: User, alice: Participant
) -> None:
    elsewhere = people.office()
    boss = people.administrator()
    entered(officer, "Alpha Pantry", office)
    entered(officer, "Beta Pantry", office, languages=["es"])
    entered(boss, "Nationwide Line")
    entered(boss, "Far Pantry", elsewhere)
    entered(boss, "Zip Pantry", elsewhere, zip_prefixes=["112"])
    entered(officer, "Shut Pantry", office, is_active=False)
    names = ("Alpha", "Beta", "Nationwide", "Far Pantry", "Zip Pantry", "Shut")
    browser = browser_of(alice, officer)
    assert shown(browser.get(PAGE).content.decode(), *names) == ["Beta", "Alpha", "Nationwide"]
    Circumstances.objects.create(participant=alice, postal_code="11201", changed_at=clock.now())
    page = browser.get(PAGE).content.decode()
    assert shown(page, *names) == ["Zip Pantry", "Beta", "Alpha", "Nationwide"]
    assert page.count("Aquí hablan su idioma") == 1
    assert page.index("Beta") < page.index("Aquí hablan su idioma") < page.index("Alpha")


def test_kinds_narrow_the_page_and_what_it_says_is_in_the_reader_s_language(
    office: Office, officer: User, alice: Participant
) -> None:
    notes = {"en": "Bring a bag.", "es": "Traiga una bolsa."}
    entered(officer, "Pantry", office, notes=notes, hours="Mon-Tue 9-17")
    entered(officer, "Clinic", office, kinds=["health"], notes={"en": "Ask <b>."}, address="1 A St")
    browser = browser_of(alice, officer)
    page = browser.get(PAGE + "?kind=food").content.decode()
    assert "Pantry" in page
    assert "Clinic" not in page
    assert 'lang="es" dir="auto">Traiga una bolsa.' in page
    assert "lunes – martes: <bdi>9:00\u202fa.m. – 5:00\u202fp.m." in page
    assert 'href="tel:7185550132"' in page
    page = browser.get(PAGE + "?kind=nonsense").content.decode()
    assert 'lang="en" dir="auto">Ask &lt;b&gt;.' in page
    assert "google.com/maps/search/?api=1&amp;query=Clinic%2C+1+A+St" in page
    assert "Pantry" in page
    assert "?kind=school" not in page, "only kinds that there are"


def test_without_places_the_page_says_whom_to_ask(officer: User, alice: Participant) -> None:
    page = browser_of(alice, officer).get(PAGE).content.decode()
    assert 'href="tel:211"' in page
    assert 'href="tel:18008987180"' in page


def test_an_officer_enters_a_place_and_the_trail_says_so(office: Office, officer: User) -> None:
    staff = signed_in(officer)
    answer = staff.post(LIST + "add/", SENT | {"offices": [office.public_id]})
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    made = Resource.objects.get()
    assert made.hours == "Tue 10:00-14:00"
    assert made.notes == {"en": "Bring a bag.", "es": "Traiga una bolsa."}
    assert list(made.offices.all()) == [office]
    address = f"{LIST}{made.public_id}/"
    changed = SENT | {"offices": [office.public_id], "name": "Open Pantry Queens", "hours": ""}
    assert staff.post(address, changed).status_code == 302
    assert staff.post(f"{address}verify/").status_code == 302
    lines = Line.objects.filter(object_type="resource").order_by("pk")
    assert [(line.verb, line.facts["fields"]) for line in lines][1:] == [
        ("changed a resource", ["hours", "name"]), ("verified a resource", []),
    ]  # fmt: skip
    page = staff.get(address).content.decode()
    assert f"<b>{officer.full_name}</b> changed it" in page
    assert "(hours, name)" in page


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"name": ""}, "name"), ({"kinds": []}, "kinds"), ({"hours": "sometimes"}, "hours"),
        ({"phone": "", "city": ""}, "address"), ({"zip_prefixes": "9"}, "zip_prefixes"),
        ({"offices": []}, "offices"), ({"kinds": ["magic"]}, "kinds"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    office: Office, officer: User, wrong: dict[str, Any], where: str
) -> None:
    sent = SENT | {"offices": [office.public_id], "other_languages": "K’iche’"} | wrong
    answer = signed_in(officer).post(LIST + "add/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert"' in page
    assert f'href="#id_{where}' in page
    assert "K’iche’" in page
    assert not Resource.objects.exists()


def test_an_officer_keeps_what_other_offices_share_and_gives_none_away(
    office: Office, officer: User
) -> None:
    elsewhere = people.office()
    shared = entered(people.administrator(), "Shared", office, elsewhere)
    now = clock.now()
    said = Entry(name="Shared", kinds=["food"], phone="1")
    services.change(shared, said, [office], by=officer, now=now)
    assert set(shared.offices.all()) == {office, elsewhere}
    with pytest.raises(NotPermitted):
        services.enter(said, [elsewhere], by=officer, now=now)
    services.change(shared, said, [], by=officer, now=now)
    assert set(shared.offices.all()) == {elsewhere}
    with pytest.raises(NotPermitted):
        services.verify(shared, by=officer, now=now)
    with pytest.raises(RuleError):
        services.enter(said, [], by=officer, now=now)


def test_what_is_for_everybody_is_read_by_all_staff_and_changed_by_administrators(
    officer: User,
) -> None:
    line = entered(people.administrator(), "Nationwide Line")
    staff = signed_in(officer)
    assert "Nationwide Line" in staff.get(LIST).content.decode()
    assert staff.get(f"{LIST}{line.public_id}/").status_code == 404
    assert staff.post(f"{LIST}{line.public_id}/verify/").status_code == 404


def test_what_nobody_looked_at_for_half_a_year_is_brought_up(office: Office, officer: User) -> None:
    old = entered(officer, "Old Pantry", office)
    entered(officer, "New Pantry", office)
    long_ago = clock.now() - timedelta(days=181)
    Resource.objects.filter(pk=old.pk).update(made_at=long_ago, verified_at=long_ago)
    staff = signed_in(officer)
    assert "<b>1</b> not looked at for half a year" in staff.get(LIST).content.decode()
    assert shown(staff.get("/staff/").content.decode(), "Old Pantry", "New Pantry") == [
        "Old Pantry"
    ]
    page = staff.get(LIST + "?show=again").content.decode()
    assert shown(page, "Old Pantry", "New Pantry") == ["Old Pantry"]
    staff.post(f"{LIST}{old.public_id}/verify/")
    assert "Everything has been looked at" in staff.get(LIST + "?show=again").content.decode()
    assert "Local help to ask again" not in staff.get("/staff/").content.decode()


def test_the_api_gives_each_what_they_may_see(
    office: Office, officer: User, alice: Participant, bob_client: Callable[[str], Client]
) -> None:
    entered(officer, "Pantry", office, languages=["es"])
    entered(officer, "Clinic", office, kinds=["health"])
    entered(people.administrator(), "Far Pantry", people.office(), zip_prefixes=["914"])
    hers = bob_client(people.accepted_invite(alice, officer).token)
    names = [row["name"] for row in hers.get("/api/v1/resources/").json()["results"]]
    assert names == ["Pantry", "Clinic"]
    near = hers.get("/api/v1/resources/?postal_code=91401&kind=food").json()["results"]
    assert [row["name"] for row in near] == ["Far Pantry", "Pantry"]
    stranger = bob_client(give_token(people.officer(people.office()), now=clock.now()))
    assert stranger.get("/api/v1/resources/").json()["count"] == 0
    assert hers.get("/api/v1/resources/?kind=magic").status_code == 400


@pytest.fixture
def bob_client() -> Callable[[str], Client]:
    return lambda token: Client(headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize(
    "wrong", [{"kinds": []}, {"kinds": ["magic"]}, {"phone": ""}, {"name": ""}, {"cost": "much"}]
)
def test_the_database_refuses_impossible_places(officer: User, wrong: dict[str, Any]) -> None:
    now = clock.now()
    row = {"name": "Pantry", "kinds": ["food"], "phone": "1", "made_at": now, "verified_at": now}
    with pytest.raises(IntegrityError), transaction.atomic():
        Resource.objects.create(**{**row, "verified_by": officer, **wrong})
