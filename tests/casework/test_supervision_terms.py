"""Supervision terms: one at a time, lightened by officers, made heavier by supervisors."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from casework.audit.models import Entry
from casework.common import clock
from casework.common.errors import NotPermitted, RuleError
from casework.participants.models import Participant, SupervisionTerm
from casework.participants.rules import Step, step_between, step_needs_supervisor
from casework.participants.terms import Wanted, current_term, set_term
from smartlink.portal.sessions import COOKIE
from tests import people

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("before", "after", "step"),
    [
        (None, ("telephonic", 3), Step.FIRST),
        (("smartphone", 1), ("smartphone", 1), None),
        (("smartphone", 1), ("smartphone", 2), Step.UP),
        (("smartphone", 3), ("gps", 1), Step.UP),
        (("telephonic", 3), ("smartphone", 1), Step.UP),
        (("gps", 1), ("smartphone", 3), Step.DOWN),
        (("gps", 2), ("gps", 1), Step.DOWN),
    ],
)
def test_technology_weighs_more_than_level(before, after, step):
    assert step_between(before, after) is step


def test_what_makes_it_heavier_and_a_first_monitor_are_a_supervisors():
    assert step_needs_supervisor(Step.UP, "smartphone")
    assert step_needs_supervisor(Step.FIRST, "gps")
    assert not step_needs_supervisor(Step.FIRST, "smartphone")
    assert not step_needs_supervisor(Step.DOWN, "gps")


@pytest.fixture
def office(db):
    return people.office()


@pytest.fixture
def officer(office):
    return people.officer(office)


@pytest.fixture
def alice(officer):
    return people.participant(officer)


def test_an_officer_lightens_and_a_supervisor_makes_it_heavier(office, officer, alice):
    now, boss = clock.now(), people.supervisor(office)
    set_term(alice, Wanted("smartphone", 1, "On release."), by=officer, now=now)
    with pytest.raises(NotPermitted):
        set_term(alice, Wanted("gps", 1, "Two missed."), by=officer, now=now + HOUR)
    assert current_term(alice).technology == "smartphone"
    up = set_term(alice, Wanted("gps", 1, "Two missed."), by=boss, now=now + HOUR)
    down = set_term(alice, Wanted("telephonic", 2, "Kept all."), by=officer, now=now + 2 * HOUR)
    assert (up.step, down.step) == ("up", "down")
    ended = SupervisionTerm.objects.get(pk=up.pk)
    assert (ended.until_at, current_term(alice)) == (down.from_at, down)
    assert Entry.objects.filter(verb="set the supervision term").count() == 3
    assert Participant.objects.with_technology().get(pk=alice.pk).technology == "telephonic"


@pytest.mark.parametrize(
    "wanted", [Wanted("smartphone", 1, "  "), Wanted("bracelet", 1, "x"), Wanted("gps", 4, "x")]
)
def test_it_needs_a_reason_a_known_technology_and_level(office, alice, wanted):
    with pytest.raises(RuleError):
        set_term(alice, wanted, by=people.supervisor(office), now=clock.now())
    assert not SupervisionTerm.objects.exists()


def test_the_same_again_and_the_term_of_a_closed_person_are_refused(officer, alice):
    now = clock.now()
    set_term(alice, Wanted("smartphone", 1, "On release."), by=officer, now=now)
    with pytest.raises(RuleError):
        set_term(alice, Wanted("smartphone", 1, "Again."), by=officer, now=now + HOUR)
    Participant.objects.filter(pk=alice.pk).update(closed_at=now)
    with pytest.raises(RuleError):
        set_term(alice, Wanted("telephonic", 1, "Lighter."), by=officer, now=now + HOUR)


def test_the_database_holds_one_current_term_a_person(officer, alice):
    now = clock.now()
    set_term(alice, Wanted("smartphone", 1, "On release."), by=officer, now=now)
    with pytest.raises(IntegrityError, match="term_one_at_a_time"), transaction.atomic():
        SupervisionTerm.objects.create(
            participant=alice, technology="gps", step="up", reason="x", set_by=officer, from_at=now
        )


def test_an_officer_sets_it_on_the_file_and_the_person_reads_it(officer, alice):
    browser = Client()
    browser.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    page = reverse("console:supervision", args=[alice.public_id])
    heavy = {"technology": "gps", "level": "1", "reason": "By myself."}
    refused = browser.post(page, heavy)
    assert refused.status_code == 422
    assert "Only a supervisor" in refused.content.decode()
    browser.post(page, {"technology": "telephonic", "level": "2", "reason": "No smartphone."})
    file = browser.get(reverse("admin:participants_participant_change", args=[alice.public_id]))
    assert "No smartphone." in file.content.decode()

    token = people.accepted_invite(alice, officer).token
    phone = Client()
    phone.cookies[COOKIE] = token
    assert "Phone call check-ins" in phone.get(reverse("portal:my_data")).content.decode()
