"""Retention: exactly what is due goes, file and row, with a certificate, and a hold stops it."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import IntegrityError, transaction

from casework.audit.chain import seal_entries
from casework.audit.models import Entry
from casework.audit.services import record
from casework.audit.verify import verify
from casework.common import clock
from casework.common.actors import SYSTEM
from casework.common.errors import NotPermitted, RuleError, WrongState
from casework.participants.models import Invite, Participant, PortalSession
from casework.participants.terms import Wanted, set_term
from casework.retention.apply import Outcome, apply_retention, facts_of, hash_of
from casework.retention.holds import lift_hold, set_hold
from casework.retention.models import Certificate, Hold
from casework.retention.registry import Rule, retention
from casework.staff.models import StaffToken, User
from casework.staff.services import give_token
from checkins import lifecycle
from checkins.models import Attempt, CheckIn, ReferencePhoto, Template
from checkins.receipts.keys import jwks
from checkins.receipts.signing import opened
from checkins.references import add_reference_photo, retire_reference_photo
from tests import people
from tests.fake_engine import picture

pytestmark = pytest.mark.django_db

NOW = clock.now()


def ago(days: float) -> Any:
    return NOW - timedelta(days=days)


@pytest.fixture
def officer() -> User:
    return people.officer(people.office())


@pytest.fixture
def boss(officer: User) -> User:
    return people.supervisor(officer.offices.get())


@pytest.fixture
def alice(officer: User) -> Participant:
    return people.participant(officer)


@pytest.fixture
def bob(officer: User) -> Participant:
    return people.participant(officer, given_name="Bob")


Send = Callable[..., Attempt]


@pytest.fixture
def send(officer: User) -> Send:
    """A photo that was sent so many days ago, for a check-in that is in that state now."""

    def sent(person: Participant, days: float, state: str = "accepted") -> Attempt:
        then = ago(days)
        check_in = people.open_check_in(person, officer, now=then)
        new = lifecycle.NewAttempt(photo=picture(f"{person.pk} {days}"), suffix=".jpg")
        attempt = lifecycle.receive_attempt(check_in, new, now=then)
        decided = {"decided_at": then} if state in {"accepted", "not_accepted"} else {}
        CheckIn.objects.filter(pk=check_in.pk).update(state=state, delivered_at=then, **decided)
        return attempt

    return sent


def photo_of(person: Participant, by: User, days: float, who: str = "alice") -> ReferencePhoto:
    photo = add_reference_photo(person, picture(who), ".jpg", by=by, now=ago(days))
    Template.objects.create(
        reference_photo=photo, weights_name="w", weights_version="1", sealed=b"x", made_at=NOW
    )
    return photo


def stored(media_root: Path) -> set[str]:
    return {
        str(path.relative_to(media_root))
        for folder in ("attempts", "references")
        for path in (media_root / folder).glob("*")
    }


def deleted() -> dict[str, int]:
    return {one.rule: one.deleted for one in apply_retention(NOW) if one.deleted}


def test_the_photo_of_a_settled_check_in_goes_after_90_days_and_what_came_of_it_stays(
    alice: Participant, send: Send, media_root: Path
) -> None:
    old, young = send(alice, 91), send(alice, 89)
    assert deleted() == {"attempt_photos": 1}
    old.refresh_from_db()
    assert not old.photo
    assert old.photo_sha256
    assert stored(media_root) == {young.photo.name}
    assert deleted() == {}


@pytest.mark.parametrize("state", ["not_accepted", "in_review", "open", "verifying"])
def test_photos_of_check_ins_nobody_settled_or_that_went_against_someone_go_after_a_year(
    alice: Participant, send: Send, state: str
) -> None:
    attempt = send(alice, 364, state)
    assert deleted() == {}
    Attempt.objects.filter(pk=attempt.pk).update(received_at=ago(366))
    assert deleted() == {"unsettled_photos": 1}


@pytest.mark.parametrize("state", ["lapsed", "missed", "cancelled", "excused"])
def test_photos_of_abandoned_check_ins_go_like_others(
    alice: Participant, send: Send, state: str
) -> None:
    attempt = send(alice, 91)
    decided = {"decided_at": NOW} if state == "excused" else {}
    CheckIn.objects.filter(pk=attempt.check_in_id).update(state=state, **decided)
    assert deleted() == {"attempt_photos": 1}


def test_reference_photos_that_were_retired_or_refused_go_after_30_days(
    alice: Participant, officer: User, media_root: Path
) -> None:
    kept = photo_of(alice, officer, 400)
    for days, who in ((31, "old"), (29, "young")):
        retired = photo_of(alice, officer, 400, who)
        retire_reference_photo(retired, by=officer, now=ago(days))
    refused = photo_of(alice, officer, 31, "dark")
    ReferencePhoto.objects.filter(pk=refused.pk).update(state="refused")
    assert deleted() == {"old_reference_photos": 2}
    assert ReferencePhoto.objects.count() == 2
    assert len(stored(media_root)) == 2
    assert kept.photo.storage.exists(kept.photo.name)


def test_reference_photos_from_check_ins_go_after_a_year_and_unconfirmed_ones_after_30_days(
    alice: Participant, officer: User, send: Send
) -> None:
    enrolled = photo_of(alice, officer, 400)
    attempt = send(alice, 1)
    for days, state, who in (
        (364, "usable", "young"), (366, "usable", "old"), (29, "unlike", "new"),
        (31, "unlike", "unconfirmed"),
    ):  # fmt: skip
        photo = photo_of(alice, officer, days, who)
        source = {"source": "check_in", "taken_from": attempt, "state": state}
        ReferencePhoto.objects.filter(pk=photo.pk).update(**source)
    assert deleted() == {"old_reference_photos": 1, "refreshed_reference_photos": 1}
    assert enrolled in alice.reference_photos.all()
    assert alice.reference_photos.count() == 3


def test_after_supervision_ends_templates_go_first_and_then_the_photos(
    alice: Participant, bob: Participant, officer: User, media_root: Path
) -> None:
    photo_of(alice, officer, 400)
    photo_of(bob, officer, 400, "bob")
    Participant.objects.filter(pk=alice.pk).update(closed_at=ago(31))
    assert deleted() == {"templates": 1}
    Participant.objects.filter(pk=alice.pk).update(closed_at=ago(91))
    assert deleted() == {"reference_photos": 1}
    left = ReferencePhoto.objects.get()
    assert left.participant == bob
    assert stored(media_root) == {left.photo.name}


def test_sessions_invites_and_tokens_go_when_they_have_been_of_no_use_for_a_while(
    alice: Participant, officer: User
) -> None:
    people.accepted_invite(alice, officer)
    PortalSession.objects.update(ended_at=ago(31))
    people.accepted_invite(alice, officer)
    Invite.objects.filter(pk=Invite.objects.earliest("pk").pk).update(expires_at=ago(31))
    for days in (91, 89):
        give_token(officer, now=ago(days))
    StaffToken.objects.update(revoked_at=None)
    StaffToken.objects.filter(created_at__lt=ago(90)).update(revoked_at=ago(90.5))
    assert deleted() == {"portal_sessions": 1, "invites": 1, "staff_tokens": 1}
    assert PortalSession.objects.count() == Invite.objects.count() == 1


def test_each_person_gets_a_certificate_of_what_was_theirs(
    alice: Participant, bob: Participant, send: Send, settings: Any
) -> None:
    mine, also_mine, theirs = send(alice, 100), send(alice, 99), send(bob, 98)
    apply_retention(NOW)
    certificate = Certificate.objects.of(alice).get()
    assert (certificate.rule, certificate.days, certificate.kind) == (
        "attempt_photos", 90, "photo of a check-in",
    )  # fmt: skip
    assert (certificate.count, certificate.files) == (2, 2)
    assert certificate.hashes == sorted(map(hash_of, [mine.public_id, also_mine.public_id]))
    assert hash_of(theirs.public_id) in Certificate.objects.of(bob).get().hashes


def test_a_certificate_is_signed_and_the_audit_chain_vouches_for_it(
    alice: Participant, send: Send
) -> None:
    send(alice, 100)
    apply_retention(NOW)
    made = Certificate.objects.get()
    assert opened(made.signature, jwks()["keys"][0]) == facts_of(made)
    line = Entry.objects.get(verb="deleted under a rule")
    assert line.participant_id == alice.public_id
    assert line.facts == {**facts_of(made), "signed": True}
    seal_entries(NOW)
    assert verify().holds


def test_a_legal_hold_keeps_everything_of_the_person_until_it_is_lifted(
    alice: Participant, bob: Participant, send: Send, officer: User, boss: User
) -> None:
    for person in (alice, bob):
        send(person, 400)
        people.accepted_invite(person, officer)
    photo_of(alice, officer, 400)
    Participant.objects.filter(pk=alice.pk).update(closed_at=ago(400))
    PortalSession.objects.update(ended_at=ago(31))
    set_hold(alice, reason="subpoena", by=boss, now=NOW)
    held = {one.rule: one.held for one in apply_retention(NOW, dry_run=True) if one.held}
    assert held == {
        "attempt_photos": 1, "unsettled_photos": 1, "portal_sessions": 1, "templates": 1,
        "reference_photos": 1, "notices": 1,
    }  # fmt: skip
    assert deleted() == {"attempt_photos": 1, "portal_sessions": 1, "notices": 1}
    assert not Certificate.objects.of(alice).exists()
    lift_hold(alice, reason="case closed", by=boss, now=NOW)
    assert deleted() == {
        "attempt_photos": 1, "templates": 1, "reference_photos": 1, "portal_sessions": 1,
        "notices": 1,
    }  # fmt: skip


def test_only_a_supervisor_with_a_reason_sets_and_lifts_a_hold(
    alice: Participant, officer: User, boss: User
) -> None:
    with pytest.raises(NotPermitted):
        set_hold(alice, reason="x", by=officer, now=NOW)
    with pytest.raises(RuleError, match="why"):
        set_hold(alice, reason=" ", by=boss, now=NOW)
    with pytest.raises(WrongState):
        lift_hold(alice, reason="x", by=boss, now=NOW)
    set_hold(alice, reason="subpoena", by=boss, now=NOW)
    with pytest.raises(WrongState):
        set_hold(alice, reason="again", by=boss, now=NOW)
    with pytest.raises(NotPermitted):
        lift_hold(alice, reason="x", by=officer, now=NOW)
    lift_hold(alice, reason="done", by=boss, now=NOW)
    set_hold(alice, reason="a new one", by=boss, now=NOW)
    verbs = Entry.objects.filter(object_type="legal hold").values_list("verb", flat=True)
    assert sorted(verbs) == ["lifted a legal hold", "set a legal hold", "set a legal hold"]


def test_the_database_refuses_a_hold_without_reason(alice: Participant, boss: User) -> None:
    with pytest.raises(IntegrityError, match="hold_has_reason"), transaction.atomic():
        Hold.objects.create(participant=alice, reason="", set_at=NOW, set_by=boss)


def test_a_dry_run_counts_and_deletes_nothing(
    alice: Participant, send: Send, media_root: Path
) -> None:
    send(alice, 91)
    before = stored(media_root)
    out = StringIO()
    call_command("apply_retention", "--dry-run", "--json", stdout=out)
    found = {one["rule"]: one for one in json.loads(out.getvalue())["rules"]}
    assert found["attempt_photos"]["due"] == 1
    assert found["attempt_photos"]["deleted"] == 0
    assert stored(media_root) == before
    assert not Certificate.objects.exists()


def test_the_command_says_what_it_did(alice: Participant, send: Send) -> None:
    send(alice, 91)
    out = StringIO()
    call_command("apply_retention", stdout=out)
    line = next(one for one in out.getvalue().splitlines() if one.startswith("attempt_photos"))
    assert "1 due, 0 held, 1 deleted with 1 files" in line


def test_a_deployment_may_keep_things_shorter(
    alice: Participant, send: Send, settings: Any
) -> None:
    settings.RETENTION_DAYS = {"attempt_photos": 10}
    send(alice, 11)
    assert deleted() == {"attempt_photos": 1}
    assert Certificate.objects.get().days == 10


def test_a_crash_after_the_file_is_gone_leaves_a_row_that_is_due_again(
    alice: Participant, send: Send, media_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = send(alice, 91)

    def broken(*_args: object, **_kw: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr("casework.retention.apply.certify", broken)
        with pytest.raises(ExceptionGroup):
            apply_retention(NOW)
    assert stored(media_root) == set()
    assert not Certificate.objects.exists()
    attempt.refresh_from_db()
    assert attempt.photo
    assert deleted() == {"attempt_photos": 1}
    assert Certificate.objects.get().count == 1


def test_files_without_a_row_go_when_they_are_a_day_old(
    alice: Participant, send: Send, media_root: Path
) -> None:
    kept = send(alice, 1)
    for folder in ("attempts", "references"):
        default_storage.save(f"{folder}/cut-off.jpg", ContentFile(b"x"))
    default_storage.save("audit-heads/20260101-1-abc", ContentFile(b""))
    assert deleted() == {}, "an upload may be on its way"
    with clock.shifted(timedelta(days=2)):
        outcome = apply_retention(clock.now())[-1]
    assert (outcome.rule, outcome.deleted) == ("orphan_files", 2)
    assert stored(media_root) == {kept.photo.name}
    assert default_storage.exists("audit-heads/20260101-1-abc")
    assert Certificate.objects.get().participant_id is None


def test_the_audit_trail_is_shortened_from_the_front_and_still_holds(alice: Participant) -> None:
    for days in (8 * 365, 8 * 365, 1):
        record("acted", ("thing", None), by=SYSTEM, now=ago(days), participant=alice.public_id)
    seal_entries(NOW)
    assert deleted() == {"audit": 2}
    assert Certificate.objects.get().kind == "line of the audit trail"
    seal_entries(NOW)
    assert verify().holds


def test_every_rule_says_in_words_what_why_and_from_when() -> None:
    assert len(retention.rules) >= 9
    for rule in retention.rules:
        assert str(rule.what)
        assert str(rule.why)
        assert str(rule.since)
        assert rule.days > 0


def test_every_folder_of_photos_is_gone_through() -> None:
    assert {folder.name for folder in retention.folders} >= {"attempts", "references"}


def test_supervision_terms_go_seven_years_after_supervision_ends(
    alice: Participant, officer: User
) -> None:
    now = clock.now()
    set_term(alice, Wanted("smartphone", 2, "On release."), by=officer, now=now)
    Participant.objects.filter(pk=alice.pk).update(closed_at=now)
    apply_retention(now + timedelta(days=7 * 365 - 1))
    assert alice.terms.count() == 1
    apply_retention(now + timedelta(days=7 * 365 + 1))
    assert alice.terms.count() == 0
    assert Certificate.objects.get(rule="supervision_terms").participant_id == alice.public_id


def test_a_rule_that_fails_keeps_no_other_from_its_work_and_is_heard_of(
    alice: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked = []

    def work(rule: Rule, *_rest: object, **_more: object) -> Outcome:
        worked.append(rule.slug)
        if len(worked) == 1:
            raise OSError("the disk")
        return Outcome(rule.slug, rule.days, 0, 0)

    monkeypatch.setattr("casework.retention.apply._apply", work)
    with pytest.raises(ExceptionGroup) as caught:
        apply_retention(clock.now())
    assert [str(one) for one in caught.value.exceptions] == ["the disk"]
    assert worked == [rule.slug for rule in retention.rules]
