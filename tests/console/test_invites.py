"""A new invite: shown once, in the participant's language, and it opens the portal."""

from django.test import Client
from django.urls import reverse

from casework.common import clock
from casework.participants import sign_in
from casework.participants.models import Invite, Participant
from casework.staff.models import Office, User
from tests import people
from tests.console.conftest import Browser


def page_of(person: Participant) -> str:
    return reverse("console:invite", args=[person.public_id])


def test_looking_makes_no_invite(browser_of: Browser, officer: User, alice: Participant) -> None:
    assert browser_of(officer).get(page_of(alice)).status_code == 200
    assert not Invite.objects.exists()


def test_the_card_has_a_link_that_opens_and_no_cache_keeps_it(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    answer = browser_of(officer).post(page_of(alice))
    card = answer.context["card"]
    assert "no-store" in answer["Cache-Control"]
    assert card.link in answer.content.decode()
    assert card.code in answer.content.decode()
    assert "<svg" in card.qr
    assert sign_in.open_invite(card.code, now=clock.now()).participant == alice
    path = card.link.split("/", 3)[3]
    assert Client().get(f"/{path}").status_code == 200


def test_the_card_speaks_the_participants_language(browser_of: Browser, officer: User) -> None:
    rosa = people.participant(officer, given_name="Rosa", language="es")
    text = browser_of(officer).post(page_of(rosa)).content.decode()
    assert "Hola, Rosa" in text
    assert 'lang="es"' in text
    assert "Print the card" in text


def test_an_arabic_card_is_written_from_the_right(browser_of: Browser, officer: User) -> None:
    person = people.participant(officer, language="ar")
    assert 'lang="ar" dir="rtl"' in browser_of(officer).post(page_of(person)).content.decode()


def test_a_new_invite_replaces_the_one_before(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    client = browser_of(officer)
    first = client.post(page_of(alice)).context["card"]
    client.post(page_of(alice))
    assert Invite.objects.filter(replaced_at__isnull=False).count() == 1
    assert Client().get(f"/invite/{first.code}/").status_code != 200


def test_nobody_is_invited_after_supervision_has_ended(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    Participant.objects.filter(pk=alice.pk).update(closed_at=clock.now())
    answer = browser_of(officer).post(page_of(alice))
    assert answer.status_code == 422
    assert "Supervision of this person has ended." in answer.content.decode()
    assert not Invite.objects.exists()


def test_strangers_cannot_invite(
    browser_of: Browser, office: Office, officer: User, alice: Participant
) -> None:
    for stranger in [people.officer(office), people.supervisor(people.office())]:
        assert browser_of(stranger).get(page_of(alice)).status_code == 404
        assert browser_of(stranger).post(page_of(alice)).status_code == 404
    assert not Invite.objects.exists()
