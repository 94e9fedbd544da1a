"""What holds for every page: gates, headers, languages, plain errors."""

import pytest
from django.test import Client
from django.urls import URLPattern

from casework.common.languages import LANGUAGES
from casework.participants.models import Participant
from casework.staff.models import User
from checkins.models import CheckIn
from smartlink.portal import urls
from tests import people
from tests.portal.conftest import browser_of


@pytest.mark.parametrize("pattern", urls.urlpatterns, ids=lambda pattern: pattern.name)
def test_every_view_carries_a_gate(pattern: URLPattern) -> None:
    assert isinstance(pattern, URLPattern), "an included list of addresses needs its own walk"
    assert getattr(pattern.callback, "gate", None) in {"participant", "anyone"}


def test_pages_of_signed_in_people_are_kept_by_nobody(
    alice_in: Client, open_check_in: CheckIn
) -> None:
    for where in ("/home/", f"/check-in/{open_check_in.public_id}/", "/privacy/", "/login-code/"):
        assert "no-store" in alice_in.get(where).headers["Cache-Control"], where


def test_no_page_allows_inline_script_or_style(alice_in: Client, open_check_in: CheckIn) -> None:
    for where in ("/home/", f"/check-in/{open_check_in.public_id}/", "/privacy/", "/nowhere/"):
        answer = alice_in.get(where)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        page = answer.content.decode()
        assert " style=" not in page
        assert "<style" not in page
        assert "<script>" not in page
        assert " onclick" not in page


def test_only_the_camera_may_be_asked_for(client: Client, db: None) -> None:
    allowed = client.get("/").headers["Permissions-Policy"]
    assert allowed == "camera=(self), microphone=(), geolocation=()"


def test_people_are_greeted_in_their_language(officer: User) -> None:
    maria = people.participant(officer, given_name="María", language="es")
    page = browser_of(maria, officer).get("/home/").content.decode()
    assert '<html lang="es" dir="ltr">' in page
    assert "Hola, María" in page


def test_the_language_of_the_switch_wins_before_and_after_sign_in(
    client: Client, alice: Participant, officer: User
) -> None:
    answer = client.post("/language/", {"language": "es", "next": "/privacy/"})
    assert answer.url == "/privacy/"
    assert "Sus datos" in client.get("/privacy/").content.decode()
    signed_in = browser_of(alice, officer)
    signed_in.post("/language/", {"language": "es", "next": "/home/"})
    assert "Hola, Alice" in signed_in.get("/home/").content.decode()


def test_the_language_switch_leads_nowhere_else_and_takes_no_other_word(
    client: Client, db: None
) -> None:
    answer = client.post("/language/", {"language": "xx", "next": "https://evil.example/"})
    assert answer.url == "/"
    assert "language" not in answer.cookies


def test_arabic_runs_from_right_to_left(officer: User) -> None:
    amina = people.participant(officer, given_name="أمينة", language="ar")
    page = browser_of(amina, officer).get("/home/").content.decode()
    assert '<html lang="ar" dir="rtl">' in page


def test_every_page_offers_every_language_by_its_own_name(client: Client, db: None) -> None:
    page = client.get("/").content.decode()
    for tag, own_name in LANGUAGES:
        assert f'lang="{tag}"' in page
        assert own_name in page


@pytest.mark.parametrize("language", [tag for tag, _name in LANGUAGES])
def test_home_and_check_in_render_in_every_language(officer: User, language: str) -> None:
    person = people.participant(officer, language=language)
    check_in = people.open_check_in(person, officer)
    browser = browser_of(person, officer)
    for where in ("/home/", f"/check-in/{check_in.public_id}/", "/privacy/"):
        answer = browser.get(where)
        assert answer.status_code == 200
        assert f'<html lang="{language}"' in answer.content.decode()


def test_an_unknown_page_is_explained_in_the_portals_look(client: Client, db: None) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "This page does not exist" in answer.content.decode()


def test_our_own_failure_is_called_ours(alice_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("smartlink.portal.views.home.why_not", broken)
    monkeypatch.setattr("smartlink.portal.views.home.Hearing.objects.of", broken)
    alice_in.raise_request_exception = False
    answer = alice_in.get("/home/")
    assert answer.status_code == 500
    assert "It is our fault, not yours" in answer.content.decode()
