"""One act for many people: a preview that says who is left out and why, the act, the way back."""

import html
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from casework.audit.models import Entry
from casework.common import clock
from casework.notes.models import NoteVersion
from casework.participants.models import Participant
from casework.retention.apply import apply_retention
from casework.retention.models import Certificate
from casework.staff.models import User
from checkins.models import ActForSeveral, CheckIn, Plan
from checkins.plans import PlanTerms, set_plan
from checkins.rules import Lately, why_not_asked
from tests import people
from tests.console.conftest import Browser

CASELOAD = "/staff/participants/participant/"
NOON = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)


def names(*persons: Participant) -> list[str]:
    return [str(one.public_id) for one in persons]


def preview(client: Client, act: str, *persons: Participant) -> str:
    chosen = {"action": act, "_selected_action": [one.pk for one in persons], "index": 0}
    return html.unescape(client.post(CASELOAD, chosen).content.decode())


def send(
    client: Client, kind: str, *persons: Participant, reason: str = "The office is shut."
) -> Any:
    sent = {"kind": kind, "who": names(*persons), "reason": reason}
    return client.post("/staff/together/", sent)


def undo(client: Client) -> Any:
    newest = ActForSeveral.objects.first()
    assert newest is not None
    return client.post("/staff/together/undo/", {"act": newest.public_id})


def signed_up(officer: User, name: str) -> Participant:
    person = people.participant(officer, given_name=name)
    people.accepted_invite(person, officer)
    return person


@pytest.fixture
def desk(browser_of: Browser, officer: User) -> Client:
    return browser_of(officer)


@pytest.fixture
def ada(officer: User) -> Participant:
    return signed_up(officer, "Ada")


@pytest.fixture
def bo(officer: User) -> Participant:
    return signed_up(officer, "Bo")


@pytest.mark.parametrize(
    ("lately", "said"),
    [
        (Lately(), ""),
        (Lately(signed_in=False), "has not signed in yet"),
        (Lately(waiting=True, asked=3), "has a check-in to answer"),
        (Lately(asked=2), ""),
        (Lately(asked=3), "was asked 3 times in 24 hours"),
        (Lately(issued=1, most_a_day=2), ""),
        (Lately(issued=2, most_a_day=2), "has had the most that the plan allows in a day"),
        (Lately(last_issued_at=NOON - timedelta(hours=4)), ""),
        (Lately(last_issued_at=NOON - timedelta(hours=3)), "had a check-in within the plan's gap"),
        (Lately(last_issued_at=NOON - timedelta(minutes=9), gap_seconds=600),
         "had a check-in within the plan's gap"),
        (Lately(last_issued_at=NOON - timedelta(minutes=10), gap_seconds=600), ""),
    ],
)  # fmt: skip
def test_why_somebody_is_left_out(lately: Lately, said: str) -> None:
    assert why_not_asked(lately, NOON, most_asked=3, fault=False) == said
    assert why_not_asked(lately, NOON, most_asked=3, fault=True) == "a fault of ours is on"


def test_many_are_asked_those_who_cannot_be_are_named_and_it_is_taken_back(
    desk: Client, officer: User, ada: Participant, bo: Participant
) -> None:
    cleo = signed_up(officer, "Cleo")
    people.open_check_in(cleo, officer)
    new = people.participant(officer, given_name="Newt")
    shown = preview(desk, "request", ada, bo, cleo, new)
    assert "For 2 people" in shown
    assert "Left out: 2" in shown
    assert "has a check-in to answer" in shown
    assert "has not signed in yet" in shown
    assert CheckIn.objects.count() == 1, "a preview asks nobody"

    assert send(desk, "request", ada, bo, cleo, new, reason=" ").status_code == 422
    assert send(desk, "request", ada, bo, cleo, new).status_code == 302
    asked = CheckIn.objects.filter(reason="The office is shut.")
    assert {one.participant for one in asked} == {ada, bo}
    assert {one.requested_by for one in asked} == {officer}
    done = html.unescape(desk.get("/staff/together/").content.decode())
    assert "2 people asked for a check-in" in done
    assert "Cleo" in done

    CheckIn.objects.filter(participant=bo).update(state="verifying")
    undo(desk)
    assert CheckIn.objects.get(participant=ada).state == "cancelled"
    assert CheckIn.objects.get(participant=bo).state == "verifying", "answered: it stays"
    assert "Taken back." in desk.get("/staff/together/").content.decode()


def test_plans_are_paused_with_a_note_and_go_on_again(
    desk: Client, officer: User, ada: Participant, bo: Participant
) -> None:
    for one in (ada, bo):
        set_plan(one, PlanTerms(window_minutes=90), by=officer, now=clock.now())
    set_plan(bo, PlanTerms(paused=True), by=officer, now=clock.now())
    bare = people.participant(officer, given_name="Bare")
    shown = preview(desk, "pause", ada, bo, bare)
    assert "is paused already" in shown
    assert "has no plan yet" in shown
    send(desk, "pause", ada, bo, bare)
    send(desk, "pause", ada, bo, bare)  # a double press costs neither a note nor the undo
    plan = Plan.objects.get(participant=ada)
    assert (plan.paused, plan.window_minutes) == (True, 90)
    assert NoteVersion.objects.get().text == "Check-ins paused: The office is shut."
    changes = Entry.objects.filter(verb="changed the plan", participant_id=ada.public_id)
    assert changes.count() == 2
    undo(desk)
    assert not Plan.objects.get(participant=ada).paused
    assert Plan.objects.get(participant=bo).paused, "that was before"

    send(desk, "resume", ada, bo, reason="It is open again.")
    assert not Plan.objects.get(participant=bo).paused


def test_a_pause_that_a_colleague_set_since_is_not_taken_back(
    desk: Client, officer: User, ada: Participant, bo: Participant
) -> None:
    for one in (ada, bo):
        set_plan(one, PlanTerms(), by=officer, now=clock.now())
    send(desk, "pause", ada, bo)
    for paused in (False, True):
        set_plan(ada, PlanTerms(paused=paused), by=officer, now=clock.now())
    undo(desk)
    assert Plan.objects.get(participant=ada).paused, "the pause is another one"
    assert not Plan.objects.get(participant=bo).paused


def test_a_group_that_is_left_out_whole_is_no_second_press_for_another(
    desk: Client, officer: User, ada: Participant
) -> None:
    send(desk, "request", ada)
    newt = people.participant(officer, given_name="Newt")
    send(desk, "request", newt)
    assert ActForSeveral.objects.count() == 2
    assert "Newt" in html.unescape(desk.get("/staff/together/").content.decode())
    send(desk, "request", newt)
    assert ActForSeveral.objects.count() == 2, "the same again"


def test_nothing_is_taken_back_twice_or_late(
    desk: Client, ada: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(desk, "request", ada)
    with clock.shifted(timedelta(minutes=10)):
        undo(desk)
    assert CheckIn.objects.get().state == "open"
    undo(desk)
    undo(desk)
    assert CheckIn.objects.get().state == "cancelled"


def test_the_way_back_outlives_the_session_and_is_its_maker_s_alone(
    browser_of: Browser, officer: User, ada: Participant, bo: Participant
) -> None:
    first = browser_of(officer)
    assert "Look and undo" not in first.get(CASELOAD).content.decode()
    send(first, "request", ada)
    first.logout()
    second = browser_of(officer)
    assert "One person asked for a check-in: you can take it back" in html.unescape(
        " ".join(second.get(CASELOAD).content.decode().split())
    )
    boss = browser_of(people.supervisor(officer.offices.get()))
    assert "Look and undo" not in boss.get(CASELOAD).content.decode()
    refused = undo(boss)
    assert CheckIn.objects.get().state == "open"
    assert "nothing that can still" in boss.get(refused["Location"]).content.decode()
    send(second, "request", bo)
    assert second.get("/staff/together/").content.decode().count("Look and undo") == 0
    assert second.get("/staff/together/").content.decode().count('name="act"') == 2
    for _each in range(2):
        newest = ActForSeveral.objects.to_take_back(clock.now()).first()
        assert newest is not None
        second.post("/staff/together/undo/", {"act": newest.public_id})
    assert set(CheckIn.objects.values_list("state", flat=True)) == {"cancelled"}
    assert "Look and undo" not in second.get(CASELOAD).content.decode()
    assert second.post("/staff/together/undo/", {"act": "no id"}).status_code == 404


def test_what_the_way_back_holds_goes_after_a_day(
    desk: Client, ada: Participant, officer: User
) -> None:
    new = people.participant(officer, given_name="Newt")
    send(desk, "request", ada, new)
    kept = ActForSeveral.objects.get()
    assert kept.left_out == [[str(new.public_id), "has not signed in yet"]]
    assert "Newt" in desk.get("/staff/together/").content.decode()
    apply_retention(clock.now() + timedelta(hours=23))
    assert ActForSeveral.objects.exists()
    apply_retention(clock.now() + timedelta(hours=25))
    assert not ActForSeveral.objects.exists()
    assert Certificate.objects.get(rule="acts_for_several").count == 1


def test_only_people_of_the_own_caseload(
    desk: Client, browser_of: Browser, ada: Participant
) -> None:
    stranger = people.participant(people.officer(people.office()))
    assert send(desk, "request", ada, stranger).status_code == 404
    assert desk.post("/staff/together/", {"kind": "delete", "who": names(ada)}).status_code == 404
    assert desk.post("/staff/together/", {"kind": "pause", "who": "no id"}).status_code == 404
    assert not CheckIn.objects.exists()
    assert "Nothing was done yet" in desk.get("/staff/together/").content.decode()


def test_a_long_selection_costs_no_more_queries(
    desk: Client, officer: User, ada: Participant, bo: Participant,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    preview(desk, "request", ada)  # what a process reads once
    crowd = [ada, bo, *(people.participant(officer) for _ in range(5))]
    for act in ("request", "pause", "resume"):
        with django_assert_max_num_queries(15, info=act):
            preview(desk, act, *crowd)


@pytest.mark.parametrize("chosen", ["", "x", "²", "2026-01-01"])
def test_a_selection_that_names_nobody_is_not_there(desk: Client, chosen: str) -> None:
    sent = {"action": "request", "_selected_action": chosen, "index": 0}
    assert desk.post(CASELOAD, sent).status_code == 404
