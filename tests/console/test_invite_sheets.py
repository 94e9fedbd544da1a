"""Invites for the people of a list: a page each, in their language, for whom they may be made."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from casework.common import clock, kreyol
from casework.participants.imports.working import PEOPLE
from casework.participants.models import Invite, Participant, ParticipantImport
from casework.staff.models import User
from smartlink.console.views import invite_sheets
from tests import people
from tests.console.conftest import Browser

LIST = """a_number,given_name,family_name,language,phone
300000001,Rosa,Uno,es,+12025550101
300000002,Amal,Dos,ar,
300000003,Jean,Tres,ht,+12025550103
"""


@pytest.fixture
def upload(officer: User) -> ParticipantImport:
    made = PEOPLE.take_in(LIST.encode(), by=officer, now=clock.now(), check_only=False)
    return PEOPLE.work(made.pk, now=clock.now())


def at(upload: ParticipantImport) -> str:
    return reverse("console:invite_sheet", args=[upload.public_id])


def offer(client: Client, upload: ParticipantImport, form: str = "next_form") -> dict[str, Any]:
    """What the page of this moment sends."""
    return dict(client.get(at(upload)).context[form].initial)


def press(client: Client, upload: ParticipantImport, form: str = "next_form") -> Any:
    return client.post(at(upload), offer(client, upload, form))


def test_a_look_makes_none_and_names_who_cannot_be_reached(
    browser_of: Browser, officer: User, upload: ParticipantImport,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    client = browser_of(officer)
    with django_assert_max_num_queries(15):
        text = client.get(at(upload)).content.decode()
    assert not Invite.objects.exists()
    assert text.count("no phone, no e-mail") == 1
    assert (
        at(upload)
        in client.get(reverse("console:people_import", args=[upload.public_id])).content.decode()
    )


def test_everybody_gets_a_page_in_the_own_language_that_opens(
    browser_of: Browser, officer: User, upload: ParticipantImport
) -> None:
    answer = press(browser_of(officer), upload)
    text = answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert re.findall(r'class="invite-card" lang="([\w-]+)" dir="(\w+)"', text) == [
        ("ar", "rtl"), ("ht", "ltr"), ("es", "ltr"),
    ]  # fmt: skip
    assert "Open the invite" not in text
    creole = next(c for c in answer.context["cards"] if c.participant.language == "ht")
    assert kreyol.day(creole.expires_at.astimezone(creole.participant.timezone).date()) in text
    for card in answer.context["cards"]:
        assert card.link in text
        assert Client().get("/" + card.link.split("/", 3)[3]).status_code == 200


def test_who_is_in_gets_none_and_pressing_again_replaces_only_when_asked(
    browser_of: Browser, officer: User, upload: ParticipantImport, monkeypatch: Any
) -> None:
    monkeypatch.setattr(invite_sheets, "SHEET", 1)
    people.accepted_invite(Participant.objects.get(given_name="Rosa"), officer)
    Invite.objects.all().delete()
    client = browser_of(officer)
    names = [
        [card.participant.given_name for card in press(client, upload).context["cards"]]
        for _press in range(3)
    ]
    assert names == [["Amal"], ["Jean"], []]
    again = press(client, upload, "again_form").context["cards"]
    assert [card.participant.given_name for card in again] == ["Amal"]
    assert Invite.objects.filter(replaced_at__isnull=False).count() == 1


def test_only_of_those_whom_one_may_still_see_and_only_of_the_own_list(
    browser_of: Browser, officer: User, upload: ParticipantImport
) -> None:
    Participant.objects.filter(given_name="Amal").update(closed_at=clock.now())
    moved = Participant.objects.get(given_name="Jean").assignments.get()
    moved.officer = people.officer(officer.offices.get())
    moved.save()
    cards = press(browser_of(officer), upload).context["cards"]
    assert [card.participant.given_name for card in cards] == ["Rosa"]
    assert browser_of(moved.officer).post(at(upload)).status_code == 404


def test_after_the_file_is_gone_nobody_is_named(
    browser_of: Browser, officer: User, upload: ParticipantImport
) -> None:
    upload.file.delete(save=True)
    answer = press(browser_of(officer), upload)
    assert answer.context["cards"] == []
    assert "The file has been deleted" in answer.content.decode()


def names_of(answer: Any, what: str) -> list[str]:
    people_of_it = answer.context[what]
    return [getattr(one, "participant", one).given_name for one in people_of_it]


@pytest.mark.parametrize("form", ["next_form", "again_form"])
def test_a_second_press_makes_none_and_leads_to_new_codes_for_the_same(
    browser_of: Browser, officer: User, upload: ParticipantImport, monkeypatch: Any, form: str
) -> None:
    monkeypatch.setattr(invite_sheets, "SHEET", 2)
    client = browser_of(officer)
    if form == "again_form":
        for _press in range(2):
            press(client, upload)
    sent = offer(client, upload, form)
    first, second = (client.post(at(upload), sent) for _press in range(2))
    assert len(names_of(first, "cards")) == 2
    assert names_of(second, "cards") == []
    assert sorted(names_of(second, "earlier")) == sorted(names_of(first, "cards"))
    assert "2 invites had been made already" in second.content.decode()
    for card in first.context["cards"]:
        assert Client().get("/" + card.link.split("/", 3)[3]).status_code == 200, "they still open"
    renewed = client.post(at(upload), second.context["earlier_form"].initial)
    assert sorted(names_of(renewed, "cards")) == sorted(names_of(first, "cards"))
    left = Participant.objects.exclude(given_name__in=names_of(first, "cards")).get()
    assert left.invites.count() == (1 if form == "again_form" else 0), "the next ones still wait"


@pytest.mark.parametrize("sent", [{}, {"seen_at": "never"}, {"who": "x", "seen_at": "2026-01-01"}])
def test_what_no_page_of_ours_sends_makes_none(
    browser_of: Browser, officer: User, upload: ParticipantImport, sent: dict[str, str]
) -> None:
    assert browser_of(officer).post(at(upload), sent).status_code == 404
    assert not Invite.objects.exists()
