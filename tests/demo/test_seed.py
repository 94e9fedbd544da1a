"""The demo shows life, opens with what it says, and is not doubled by running it again."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client, override_settings

from casework.common import clock
from casework.documents.models import Document
from casework.faults.models import Fault
from casework.findings.models import Finding
from casework.messages.models import CannedAnswer, Message
from casework.participants import sign_in
from casework.participants.models import Participant
from casework.requests.models import ChangeReport, HelpRequest
from casework.staff.models import SavedView, User
from casework.transfers.models import HandOver
from checkins import sweeps
from checkins.models import CheckIn, ReferencePhoto, Review, Verification
from checkins.reviews.claims import held_by_other

pytestmark = pytest.mark.django_db


class Undo(Exception):
    """Takes the seeded rows away again."""


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """Seeded once for all tests of this file; each sees it as it was."""
    folder = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), suppress(Undo), transaction.atomic():
        with override_settings(MEDIA_ROOT=folder / "media"):
            call_command("seed_demo", write=folder / "demo.json", base_url="http://127.0.0.1:1")
        yield json.loads((folder / "demo.json").read_text())
        raise Undo


def test_the_demo_shows_forty_people_in_many_languages_and_states(demo: dict[str, Any]) -> None:
    assert Participant.objects.count() == 40
    assert Participant.objects.values("language").distinct().count() == 10
    states = set(CheckIn.objects.values_list("state", flat=True))
    assert states >= {
        "open", "in_review", "accepted", "not_accepted", "missed", "lapsed", "excused", "cancelled"
    }  # fmt: skip


def test_there_is_a_finding_in_each_state(demo: dict[str, Any]) -> None:
    states = set(Finding.objects.values_list("state", flat=True))
    assert states == {"proposed", "told", "answered", "upheld", "withdrawn", "expunged"}
    waiting = Finding.objects.awaiting_answer().filter(participant__language__in=["es", "ar"])
    assert waiting.count() >= 2


def test_each_list_of_what_was_sent_and_asked_shows_something(demo: dict[str, Any]) -> None:
    officer = User.objects.get(email="officer@example.org")
    waiting = Document.objects.visible_to(officer).to_look_at().with_pages()
    assert {one.first_type for one in waiting} == {"image/jpeg", "application/pdf"}
    assert max(one.number_of_pages for one in waiting) == 2
    changes = ChangeReport.objects.visible_to(officer)
    assert set(changes.values_list("state", flat=True)) == {"reported", "confirmed"}
    asked = HelpRequest.objects.visible_to(officer)
    assert set(asked.values_list("state", flat=True)) == {"asked", "acknowledged", "closed"}
    assert asked.filter(kind="call", state="asked").exists()
    assert HandOver.objects.waiting_for(officer).get().transfer.note
    assert SavedView.objects.visible_to(officer).exists()
    kept = CannedAnswer.objects.visible_to(officer)
    assert {answer.whose for answer in kept} == {"own", "office"}
    claimed = Review.objects.filter(claimed_by__isnull=False).get()
    assert held_by_other(claimed, officer, clock.now())
    assert Message.objects.visible_to(officer).waiting().filter(attachments__gt=0).exists()


def test_every_caseload_shows_different_states(demo: dict[str, Any]) -> None:
    for officer in User.objects.filter(role="officer"):
        own = CheckIn.objects.visible_to(officer)
        assert {"accepted", "in_review"} < set(own.values_list("state", flat=True))
        assert own.values("state").distinct().count() >= 4


def test_every_key_it_prints_opens_what_it_says(demo: dict[str, Any], client: Client) -> None:
    for keys in demo["staff"]:
        answer = client.post(
            "/api/v1/auth/token", {"email": keys["email"], "password": keys["password"]}
        )
        assert (answer.status_code, answer.json()["user"]["role"]) == (200, keys["role"])
    assert {keys["role"] for keys in demo["staff"]} == {"officer", "supervisor", "administrator"}
    now = clock.now()
    for keys in demo["participants"]:
        if "login" in keys:
            assert sign_in.sign_in(keys["login"], keys["pin"], now=now)
        entered = sign_in.accept_invite(keys["invite"], keys["pin"], consent=True, now=now)
        assert str(entered.participant.public_id) == keys["id"]
    assert any("login" not in keys for keys in demo["participants"])


def test_running_it_again_changes_nothing_but_the_address(
    demo: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "demo.json").write_text(json.dumps(demo))
    before = (Participant.objects.count(), CheckIn.objects.count(), ReferencePhoto.objects.count())
    call_command("seed_demo", write=tmp_path / "demo.json", base_url="http://127.0.0.1:2")
    again = json.loads((tmp_path / "demo.json").read_text())
    assert again == demo | {"base_url": "http://127.0.0.1:2"}
    after = (Participant.objects.count(), CheckIn.objects.count(), ReferencePhoto.objects.count())
    assert after == before


def test_lost_keys_are_replaced(demo: dict[str, Any], tmp_path: Path) -> None:
    call_command("seed_demo", write=tmp_path / "other.json")
    other = json.loads((tmp_path / "other.json").read_text())
    assert other["staff"][0]["password"] != demo["staff"][0]["password"]
    assert (tmp_path / "other.json").stat().st_mode & 0o077 == 0


def test_no_score_of_a_drawing_passes_for_a_measurement(demo: dict[str, Any]) -> None:
    scored = Verification.objects.exclude(distance=None)
    assert set(scored.values_list("weights_name", flat=True)) == {"demo"}
    waiting = ReferencePhoto.objects.waiting()
    assert {photo.participant.family_name for photo in waiting} == {"Marsh"}


def test_no_watch_takes_the_invented_past_for_a_fault_of_ours(demo: dict[str, Any]) -> None:
    missed = CheckIn.objects.filter(state="missed").count()
    assert missed
    for sweep in sweeps.SWEEPS.values():
        sweep(clock.now())
    assert not Fault.objects.exists()
    assert CheckIn.objects.filter(state="missed").count() == missed


def test_there_is_no_demo_in_production(settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("seed_demo")
