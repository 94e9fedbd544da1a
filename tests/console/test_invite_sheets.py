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
    answer = browser_of(officer).post(at(upload))
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
        [card.participant.given_name for card in client.post(at(upload)).context["cards"]]
        for _press in range(3)
    ]
    assert names == [["Amal"], ["Jean"], []]
    again = client.post(at(upload), {"again": "1"}).context["cards"]
    assert [card.participant.given_name for card in again] == ["Amal"]
    assert Invite.objects.filter(replaced_at__isnull=False).count() == 1


def test_only_of_those_whom_one_may_still_see_and_only_of_the_own_list(
    browser_of: Browser, officer: User, upload: ParticipantImport
) -> None:
    Participant.objects.filter(given_name="Amal").update(closed_at=clock.now())
    moved = Participant.objects.get(given_name="Jean").assignments.get()
    moved.officer = people.officer(officer.offices.get())
    moved.save()
    cards = browser_of(officer).post(at(upload)).context["cards"]
    assert [card.participant.given_name for card in cards] == ["Rosa"]
    assert browser_of(moved.officer).post(at(upload)).status_code == 404


def test_after_the_file_is_gone_nobody_is_named(
    browser_of: Browser, officer: User, upload: ParticipantImport
) -> None:
    upload.file.delete(save=True)
    answer = browser_of(officer).post(at(upload))
    assert answer.context["cards"] == []
    assert "The file has been deleted" in answer.content.decode()
