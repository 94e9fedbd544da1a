"""`/draws/`: what is published when, and that anyone can recompute a day."""

import hashlib
import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client

from casework.common import clock
from casework.participants import sign_in
from casework.participants.models import Credential, Participant
from checkins import sweeps
from checkins.models import CheckIn, DrawKey
from checkins.plans import PlanTerms, set_plan
from checkins.scheduling.facts import facts_of_day
from smartlink.portal.sessions import COOKIE
from tests import people
from tests.scheduling.days import DAY, HOUR, ticks, under_supervision, utc

pytestmark = pytest.mark.django_db

START = utc(2026, 6, 10, 6)
AFTER = START + 6 * DAY
DAYS = [date(2026, 6, 11) + timedelta(days=n) for n in range(4)]


@pytest.fixture
def alice() -> Participant:
    """Four days of draws, with a change of plan in the middle of one; all issued in time."""
    officer = people.officer(people.office())
    person = under_supervision(officer, at=START, rate_per_week=14)
    for now in ticks(START, START + 5 * DAY, 6 * HOUR):
        if now == START + 2 * DAY + 12 * HOUR:
            set_plan(person, PlanTerms(rate_per_week=21), by=officer, now=now)
        sweeps.draw_ahead(now)
        soon = CheckIn.objects.filter(state="planned", planned_for__lt=now + 6 * HOUR)
        for at in sorted(set(soon.values_list("planned_for", flat=True))):
            sweeps.issue_due(at)
            CheckIn.objects.filter(state="open").update(state="lapsed", decided_at=now)
    sweeps.turn_keys(AFTER)
    return person


def asked(person: Participant, day: date) -> list[str]:
    rows = CheckIn.objects.filter(participant=person, draw_day=day, draw_sequence__isnull=False)
    return [
        at.strftime("%Y-%m-%dT%H:%M:%SZ")
        for at in rows.order_by("planned_for").values_list("planned_for", flat=True)
        if at is not None
    ]


def test_the_printed_program_gives_every_time_from_facts_and_key(
    alice: Participant, client: Client, tmp_path: Path
) -> None:
    program, facts_file = tmp_path / "recompute.py", tmp_path / "facts.json"
    program.write_bytes(client.get("/draws/recompute.py").content)
    total = 0
    for day in DAYS:
        key = DrawKey.objects.get(day=day).revealed_key
        printed: list[str] = []
        for facts in facts_of_day(alice, day):
            facts_file.write_text(json.dumps(facts))
            run = subprocess.run(
                [sys.executable, program, facts_file, key],
                capture_output=True,
                text=True,
                check=True,
            )
            printed += run.stdout.split()
        assert sorted(printed) == asked(alice, day)
        total += len(printed)
    assert total >= 4


def test_the_program_agrees_on_a_day_that_had_to_have_one(
    client: Client, alice: Participant, tmp_path: Path
) -> None:
    program, facts_file = tmp_path / "recompute.py", tmp_path / "facts.json"
    program.write_bytes(client.get("/draws/recompute.py").content)
    facts = facts_of_day(alice, DAYS[0])[0] | {"certain": True, "mean": 10**7, "gap": 3600}
    facts_file.write_text(json.dumps(facts))
    key = DrawKey.objects.get(day=DAYS[0]).revealed_key
    run = subprocess.run(
        [sys.executable, program, facts_file, key], capture_output=True, text=True, check=True
    )
    answer = client.post("/draws/", {"facts": json.dumps(facts)})
    assert len(run.stdout.split()) == 1
    assert [f"{time:%Y-%m-%dT%H:%M:%SZ}" for time in answer.context["times"]] == run.stdout.split()


def test_the_page_gives_the_same_times(alice: Participant, client: Client) -> None:
    for day in DAYS:
        given: list[str] = []
        for facts in facts_of_day(alice, day):
            answer = client.post("/draws/", {"facts": json.dumps(facts)})
            assert answer.status_code == 200
            given += [time.strftime("%Y-%m-%dT%H:%M:%SZ") for time in answer.context["times"]]
        assert sorted(given) == asked(alice, day)


def test_keys_are_published_by_hash_first_and_shown_when_the_day_is_over(
    alice: Participant, client: Client
) -> None:
    keys = {entry["day"]: entry for entry in client.get("/draws/keys.json").json()["keys"]}
    over, to_come = keys["2026-06-14"], keys["2026-06-18"]
    assert hashlib.sha256(bytes.fromhex(over["key"])).hexdigest() == over["sha256"]
    assert over["published_at"] < "2026-06-14"
    assert to_come["key"] is None
    assert len(to_come["sha256"]) == 64
    page = client.get("/draws/").content.decode()
    assert over["key"] in page
    assert to_come["sha256"] in page
    assert client.get("/draws/keys.json?before=2026-06-12").json()["keys"][0]["day"] == "2026-06-11"
    assert client.get("/draws/keys.json?before=nonsense").status_code == 400
    assert client.get("/draws/keys.json?before=2026-13-45").status_code == 400


def test_no_day_is_recomputed_before_its_key_is_shown(alice: Participant, client: Client) -> None:
    facts = facts_of_day(alice, DAYS[0])[0]
    to_come = DrawKey.objects.filter(revealed_at=None).order_by("day")[0]
    assert facts_of_day(alice, to_come.day) == []
    answer = client.post("/draws/", {"facts": json.dumps(facts | {"day": str(to_come.day)})})
    assert answer.status_code == 400
    assert "not shown yet" in answer.content.decode()
    assert "times" not in answer.context


@pytest.mark.parametrize(
    "facts",
    [
        "",
        "nonsense",
        "[]",
        "[" * 9000,
        '{"participant": 1}',
        {"allowed": []},
        {"allowed": [[1, 2, 3]]},
        {"allowed": [[5, 1]]},
        {"allowed": [[0, 2**39]]},
        {"allowed": [[0, 10.5]]},
        {"mean": -1},
        {"mean": 1.5},
        {"left": True},
        {"sequence": 10**30},
        {"participant": "Alice"},
        {"day": "2026-02-30"},
        {"day": 20260611},
    ],
    ids=str,
)
def test_what_are_no_facts_is_refused_in_words(
    alice: Participant, client: Client, facts: str | dict[str, object]
) -> None:
    if isinstance(facts, dict):
        facts = json.dumps(facts_of_day(alice, DAYS[0])[0] | facts)
    answer = client.post("/draws/", {"facts": facts})
    assert answer.status_code == 400
    assert answer.context["refused"]


def test_a_participant_sees_the_own_days_and_nobody_elses(
    alice: Participant, client: Client
) -> None:
    assert client.get("/draws/mine/").status_code == 302
    login = Credential.objects.get(participant=alice).login
    client.cookies[COOKIE] = sign_in.sign_in(login, "274913", now=clock.now()).token
    with clock.shifted(AFTER - clock.now()):
        answer = client.get("/draws/mine/")
    shown = {day.day: day for day in answer.context["days"]}
    assert set(DAYS) <= set(shown)
    for day in DAYS:
        drawn = [f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in shown[day].drawn]
        assert drawn == asked(alice, day)
    assert str(alice.public_id) in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
