"""The bench of the staff site opens all of it: what shows a page is measured."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casework.participants.models import Participant
from smartlink.measuring.page_addresses import OPEN, ROWS, pages_of
from smartlink.measuring.pages import QUERIES_BUDGET
from tests.matrix.test_matrix import NAMING, PLAIN, Address, ask, filled, owned
from tests.matrix.world import World

pytestmark = pytest.mark.django_db

MEASURED = {*OPEN, *ROWS}
# Its own bench does not fit: a part of `reports:one`, and sign-in pages outside the frame.
APART = {"reports:progress", "admin:login", "admin:logout", "admin:password_change",
         "admin:password_change_done"}  # fmt: skip


def names(name: str) -> set[str]:
    """As the walk and as the bench call it."""
    return {name, f"console:{name}"}


def test_every_address_of_the_staff_site_that_shows_a_page_is_measured() -> None:
    world = World()
    missing = {one.name for one in [*PLAIN, *NAMING] if _is_unknown(one) and _shows(world, one)}
    assert missing == set(), "say in smartlink/measuring/page_addresses.py how each is opened"


def _is_unknown(one: Address) -> bool:
    """The lists of models and their rows are found by the bench itself."""
    at_staff_site = one.route.startswith("staff/") and one.model is None
    return at_staff_site and not names(one.name) & (MEASURED | APART)


def _shows(world: World, one: Address) -> bool:
    """Whether somebody who may gets a page for asking."""
    ids = owned(world, one)[0] if one.parameters else {}
    for role in ("officer", "supervisor", "administrator"):
        answer = ask(world, role, one, filled(one, ids))
        if answer.status_code in {200, 405}:
            page = answer.get("Content-Type", "").startswith("text/html")
            return page and answer.status_code == 200
    return False


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_no_page_asks_the_database_more_often_than_it_may(role: str) -> None:
    """With one of everything in Alice's file. The bench does it with many people."""
    world = World()
    client = world.client(role, api=False)
    client.get("/staff/")  # the first look writes the sign-in down
    over = {}
    for name, address in pages_of(world.users[role]):
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        if len(captured) > QUERIES_BUDGET:
            over[name] = [one["sql"] for one in captured.captured_queries]
    assert over == {}


def test_no_file_asks_more_often_whosever_it_is() -> None:
    world = World()
    client = world.client("supervisor", api=False)
    client.get("/staff/")
    for one in Participant.objects.visible_to(world.users["supervisor"]):
        file = reverse("admin:participants_participant_change", args=[one.public_id])
        for address in (file, reverse("console:print_file", args=[one.public_id])):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            assert len(captured) <= QUERIES_BUDGET, [q["sql"][:90] for q in captured]
