"""What is overturned disappears and is erased; a legal hold delays only the erasing."""

import hashlib
import json
from datetime import timedelta

import pytest

from casework.audit.models import Entry
from casework.common.errors import WrongState
from casework.copies.registry import parts_of_file
from casework.findings import services
from casework.findings.models import Finding
from casework.notices.models import Notice
from casework.retention.apply import apply_retention
from casework.retention.holds import lift_hold, set_hold
from casework.retention.models import Certificate
from tests.findings.conftest import ANSWER, WHY, Cast

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def everything_about(finding: Finding) -> str:
    """All that the database says of it."""
    row = Finding.objects.values().get(pk=finding.pk)
    events = list(finding.events.values())
    trail = list(Entry.objects.filter(object_id=finding.public_id).values("verb", "facts"))
    return json.dumps([row, events, trail], default=str)


def copy_of(cast: Cast) -> str:
    part = next(part for part in parts_of_file.parts if part.slug == "findings")
    return json.dumps(list(part.rows(cast.alice)), default=str)


def test_reason_evidence_and_answer_are_erased_with_a_certificate(cast: Cast) -> None:
    finding = cast.answered()
    subject = str(finding.subject_id)
    assert WHY in everything_about(finding)
    cast.decide(finding, uphold=False, reason="The paper is good.")
    left = everything_about(finding)
    for gone in (WHY, ANSWER, subject, "issued_at", '"missed"'):
        assert gone not in left
    assert not Notice.objects.filter(subject_id=finding.public_id, kind="finding_told").exists()
    assert Notice.objects.filter(subject_id=finding.public_id, kind="finding_result").exists()
    certificate = Certificate.objects.get(rule="overturned_findings")
    assert certificate.hashes == [hashlib.sha256(str(finding.public_id).encode()).hexdigest()]
    assert certificate.participant_id == cast.alice.public_id


def test_no_member_of_staff_sees_it_any_more(cast: Cast) -> None:
    finding = cast.answered()
    assert Finding.objects.visible_to(cast.boss).get() == finding
    cast.decide(finding, uphold=False)
    assert not Finding.objects.visible_to(cast.boss).exists()
    assert not Finding.objects.visible_to(cast.officer).exists()
    assert Finding.objects.of(cast.alice).get().state == "expunged"


def test_the_copy_of_the_file_says_only_that_there_was_one(cast: Cast) -> None:
    finding = cast.answered()
    assert ANSWER in copy_of(cast)
    cast.decide(finding, uphold=False)
    assert ANSWER not in copy_of(cast)
    assert WHY not in copy_of(cast)
    assert str(finding.public_id) in copy_of(cast)


def test_the_same_is_not_proposed_a_second_time(cast: Cast) -> None:
    check_in = cast.missed()
    finding = cast.propose(check_in)
    services.answer(finding, ANSWER, by=cast.alice, now=cast.now)
    cast.decide(finding, uphold=False)
    with pytest.raises(WrongState, match="overturned"):
        cast.propose(check_in)
    assert Finding.objects.count() == 1


def test_one_that_was_upheld_can_still_be_overturned(cast: Cast) -> None:
    finding = cast.upheld()
    cast.decide(finding, uphold=False, now=cast.now + 30 * DAY, reason="A fault came to light.")
    assert finding.state == "expunged"


def test_a_legal_hold_keeps_it_out_of_sight_until_it_is_lifted(cast: Cast) -> None:
    finding = cast.answered()
    set_hold(cast.alice, reason="A lawsuit.", by=cast.boss, now=cast.now)
    cast.decide(finding, uphold=False)
    assert finding.state == "overturned"
    assert finding.answer == ANSWER
    assert not Finding.objects.visible_to(cast.boss).exists()
    assert ANSWER not in copy_of(cast)
    apply_retention(cast.now + 10 * DAY)
    finding.refresh_from_db()
    assert finding.state == "overturned"
    lift_hold(cast.alice, reason="Settled.", by=cast.boss, now=cast.now + 10 * DAY)
    apply_retention(cast.now + 11 * DAY)
    finding.refresh_from_db()
    assert (finding.state, finding.answer) == ("expunged", "")
    assert Certificate.objects.filter(rule="overturned_findings").count() == 1


def test_why_it_was_overturned_is_its_owners_for_a_month(cast: Cast) -> None:
    finding = cast.answered()
    cast.decide(finding, uphold=False, reason="The paper is good.")
    finding.refresh_from_db()
    assert finding.decision_reason == "The paper is good."
    apply_retention(cast.now + 31 * DAY)
    assert Finding.objects.get().decision_reason == "The paper is good."
    apply_retention(cast.now + 33 * DAY)
    assert Finding.objects.get().decision_reason == ""


def test_withdrawn_ones_go_after_a_month_and_upheld_ones_after_two_years(cast: Cast) -> None:
    cast.withdrawn()
    apply_retention(cast.now + 29 * DAY)
    assert Finding.objects.count() == 1
    apply_retention(cast.now + 31 * DAY)
    assert not Finding.objects.exists()
    cast.upheld()
    apply_retention(cast.now + 729 * DAY)
    assert Finding.objects.count() == 1
    apply_retention(cast.now + 733 * DAY)
    assert not Finding.objects.exists()
