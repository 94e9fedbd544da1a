"""The list of courts: loaded once or often, honest about what it does not know, found by name."""

import io
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from casework.hearings.courts import CourtFinder, listed, load_courts
from casework.hearings.models import Court
from casework.staff.models import User
from tests import people
from tests.hearings.conftest import browser_of

pytestmark = pytest.mark.django_db


def load() -> dict[str, Any]:
    said = io.StringIO()
    call_command("load_courts", "--json", stdout=said)
    return dict(json.loads(said.getvalue()))


def test_the_list_names_its_source_and_date_and_knows_every_zone() -> None:
    known = listed()
    assert "justice.gov/eoir" in known["source"]
    assert known["as_of"] == "2024-12-31"
    assert len(known["courts"]) >= 70
    assert len({row["name"] for row in known["courts"]}) == len(known["courts"])
    for row in known["courts"]:
        ZoneInfo(row["timezone"])
        assert row["city"]
        assert len(row["state"]) == 2
    zones = {row["name"]: row["timezone"] for row in known["courts"]}
    assert zones["Eloy Immigration Court"] == "America/Phoenix"
    assert zones["El Paso Immigration Court"] == "America/Denver"
    assert zones["Honolulu Immigration Court"] == "Pacific/Honolulu"


def test_loading_again_changes_nothing() -> None:
    first, second = load(), load()
    assert first["added"] == Court.objects.count() == len(listed()["courts"])
    assert (second["added"], second["updated"], second["same"]) == (0, 0, first["added"])


def test_what_somebody_here_has_written_is_kept() -> None:
    Court.objects.create(
        name="Miami Immigration Court", address="The new building", timezone="America/New_York"
    )
    load_courts()
    kept = Court.objects.get(name="Miami Immigration Court")
    assert (kept.address, kept.city, kept.state) == ("The new building", "Miami", "FL")
    assert kept.listed_on is None
    assert load()["own"] == 1


def test_a_court_of_ours_is_brought_up_to_date() -> None:
    load_courts()
    Court.objects.filter(name="Miami Immigration Court").update(address="Old", state="XX")
    assert load()["updated"] == 1
    assert Court.objects.get(name="Miami Immigration Court").state == "FL"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Chicago Immigration Court", "Chicago Immigration Court"),
        ("  the CHICAGO immigration court ", "Chicago Immigration Court"),
        ("Chicago, IL", "Chicago Immigration Court"),
        ("chicago", "Chicago Immigration Court"),
        ("New York - Federal Plaza", "New York (Federal Plaza) Immigration Court"),
        ("El Paso Immigration Court", "El Paso Immigration Court"),
    ],
)
def test_a_court_is_found_however_it_is_written(written: str, name: str) -> None:
    load_courts()
    assert [court.name for court in CourtFinder().find(written)] == [name]


def test_a_city_with_several_courts_is_not_guessed() -> None:
    load_courts()
    finder = CourtFinder()
    assert len(finder.find("New York")) == 3
    assert finder.find("Atlantis") == []
    court = Court.objects.get(name="Boston Immigration Court")
    assert finder.find(str(court.public_id)) == [court]


def test_the_map_is_asked_for_name_and_place() -> None:
    load_courts()
    court = Court.objects.get(name="New York (Federal Plaza) Immigration Court")
    asked = parse_qs(urlsplit(court.map_link).query)["query"]
    assert asked == [f"{court.name}, 26 Federal Plaza, 12th Floor, New York, NY"]
    unknown = Court.objects.get(name="Houston Immigration Court")
    assert (unknown.address, unknown.place) == ("", "Houston, TX")


def test_staff_find_a_court_by_city_or_state() -> None:
    load_courts()
    boss: User = people.administrator()
    page = browser_of(boss).get("/staff/hearings/court/?q=Honolulu").content.decode()
    assert "Honolulu Immigration Court" in page
    assert "Chicago" not in page
    assert "google.com/maps" in page
