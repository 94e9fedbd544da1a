"""Every page of the staff site, for those who may open it."""

from datetime import timedelta

import pytest
from django.test import Client

from casework.common import clock
from casework.messages.services import mark_read, send
from casework.staff.models import User
from smartlink.logs import hide_personal
from tests import people
from tests.console.test_gates import signed_in

pytestmark = pytest.mark.django_db


def test_the_front_door(client: Client) -> None:
    officer = people.officer(people.office())
    assert client.get("/staff/").status_code == 302
    page = client.get("/staff/login/")
    assert page.status_code == 200
    sent = {"username": officer.email, "password": people.PASSWORD, "next": "/staff/"}
    assert client.post("/staff/login/", sent | {"password": "wrong"}).status_code == 200
    assert client.post("/staff/login/", sent).status_code == 302
    page = client.get("/staff/")
    assert page.status_code == 200
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "unsafe-eval" in page.headers["Content-Security-Policy"]
    assert "unsafe" not in client.get("/").headers["Content-Security-Policy"]
    people.participant(officer)
    page = client.get("/staff/participants/participant/")
    assert page.status_code == 200


def test_whom_staff_search_for_is_in_no_log() -> None:
    line = hide_personal("GET /staff/participants/participant/?last=open&q=Ana+Reyes&p=2")
    assert "Ana" not in line
    assert "Reyes" not in line
    assert "p=2" in line


def test_a_locked_sign_in_says_so(client: Client) -> None:
    officer = people.officer(people.office())
    sent = {"username": officer.email, "password": "wrong", "next": "/staff/"}
    for _try in range(8):
        answer = client.post("/staff/login/", sent)
    assert answer.status_code == 429
    right = client.post("/staff/login/", sent | {"password": people.PASSWORD})
    assert right.status_code == 429
    assert "Too many" in right.content.decode()


def test_nobody_frames_the_staff_site_and_nothing_is_loaded_from_elsewhere(client: Client) -> None:
    policy = client.get("/staff/login/").headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "http" not in policy


def test_the_staff_site_speaks_english_whatever_the_browser_asks(client: Client) -> None:
    page = client.get("/staff/login/", headers={"accept-language": "es"}).content.decode()
    assert "Staff sign-in" in page
    assert "Contraseña" not in page


def test_today_shows_who_has_waited_longest_for_an_answer_and_since_when() -> None:
    officer, now = people.officer(people.office()), clock.now()
    theirs = people.participant(people.officer(people.office()), given_name="Olga")
    ana, ben, cem = (people.participant(officer, given_name=name) for name in ("Ana", "Ben", "Cem"))
    for hours, person in ((30, theirs), (9, ben), (8, ana), (7, ben), (6, cem)):
        send(person, person, "Hello?", now=now - timedelta(hours=hours))
    mark_read(cem, by=officer, now=now)
    [card] = [one for one in signed_in(officer).get("/staff/").context["cards"]
              if one.kind == "message"]  # fmt: skip
    waits = [(row.given_name, round((now - row.since) / timedelta(hours=1))) for row in card.first]
    assert waits == [("Ben", 9), ("Ana", 8)]


def test_the_caseload_is_sorted_by_officer_in_an_office_and_not_in_the_whole_country() -> None:
    office = people.office()
    for name in ("Zora", "Abel"):
        people.participant(people.officer(office, full_name=name))
    caseload = "/staff/participants/participant/"

    def officers(user: User, query: str) -> list[str]:
        rows = signed_in(user).get(caseload + query).context["cl"].result_list
        return [row.officer_name for row in rows]

    supervisor, administrator = people.supervisor(office), people.administrator()
    assert officers(supervisor, "?o=3") == ["Abel", "Zora"]
    assert officers(supervisor, "?o=-3") == ["Zora", "Abel"]
    by_name = officers(administrator, "")
    assert officers(administrator, "?o=3") == officers(administrator, "?o=-3") == by_name
