"""Every page of the staff site, for those who may open it."""

import pytest
from django.test import Client

from tests import people

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
