"""Proposing and deciding in the staff site: what is shown, what is refused, who sees it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from casework.audit.models import Entry
from casework.common.actors import SYSTEM
from casework.faults.rules import Kind as FaultKind
from casework.faults.services import record_past_fault
from casework.findings import services
from casework.findings.models import Finding
from casework.hearings.models import Court
from casework.hearings.results import Result, record_result
from casework.hearings.services import enter
from checkins import lifecycle
from tests import people
from tests.console.test_gates import signed_in
from tests.findings.conftest import ANSWER, WHY, Cast

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def officer_in(cast: Cast) -> Client:
    return signed_in(cast.officer)


@pytest.fixture
def boss_in(cast: Cast) -> Client:
    return signed_in(cast.boss)


def page_of(finding: Finding) -> str:
    return reverse("console:finding", args=[finding.public_id])


def test_from_the_check_in_over_the_answer_to_the_second_persons_decision(
    cast: Cast, officer_in: Client, boss_in: Client
) -> None:
    check_in = cast.missed()
    about = reverse("console:propose_check_in", args=[check_in.public_id])
    shown = officer_in.get(reverse("console:check_in", args=[check_in.public_id]))
    assert about in shown.content.decode()
    page = officer_in.get(about).content.decode()
    assert "Evidence" in page
    assert "none came" in page
    made = officer_in.post(about, {"kind": "missed", "reason": WHY})
    finding = Finding.objects.get()
    assert made["Location"] == page_of(finding)
    assert "waits for a decision" in boss_in.get("/staff/").content.decode()
    services.answer(finding, ANSWER, by=cast.alice, now=cast.now)
    today = boss_in.get("/staff/").content.decode()
    assert "Findings to decide" in today
    assert page_of(finding) in today
    page = boss_in.get(page_of(finding)).content.decode()
    assert ANSWER in page
    assert WHY in page
    empty = boss_in.post(page_of(finding), {"act": "uphold", "reason": " "})
    assert empty.status_code == 422
    boss_in.post(page_of(finding), {"act": "uphold", "reason": "The log is clear."})
    finding.refresh_from_db()
    assert (finding.state, finding.decided_by) == ("upheld", cast.boss)
    assert "The log is clear." in officer_in.get(page_of(finding)).content.decode()
    looks = Entry.objects.filter(verb="looked at a finding", object_id=finding.public_id)
    assert looks.count() == 2


def test_the_proposer_sees_that_somebody_else_decides(cast: Cast, boss_in: Client) -> None:
    finding = cast.answered(by=cast.boss)
    page = boss_in.get(page_of(finding)).content.decode()
    assert "A second person decides it." in page
    assert 'value="uphold"' not in page
    refused = boss_in.post(page_of(finding), {"act": "uphold", "reason": "me"})
    assert refused.status_code == 422
    assert "second person must decide" in refused.content.decode()


def test_what_was_overturned_is_gone_from_every_page(
    cast: Cast, boss_in: Client, officer_in: Client
) -> None:
    finding = cast.answered()
    subject = finding.subject_id
    told = reverse("console:timeline", args=[cast.alice.public_id])
    assert "Finding: answered" in boss_in.get(told).content.decode()
    done = boss_in.post(page_of(finding), {"act": "overturn", "reason": "Good paper."}, follow=True)
    assert "out of the file" in done.content.decode()
    for client in (boss_in, officer_in):
        assert client.get(page_of(finding)).status_code == 404
        for address in (
            "/staff/findings/?show=all",
            reverse("console:findings_of", args=[cast.alice.public_id]),
            reverse("console:check_in", args=[subject]),
            reverse("console:timeline", args=[cast.alice.public_id]),
        ):
            page = client.get(address).content.decode()
            assert str(finding.public_id) not in page
            assert ANSWER not in page
            assert "Finding:" not in page
            assert "decided a finding" not in page.lower()
    again = officer_in.get(reverse("console:propose_check_in", args=[subject])).content.decode()
    assert "was overturned" in again
    assert "<textarea" not in again


@pytest.mark.parametrize("how", ["lapsed", "excused"])
def test_what_counts_for_nothing_gets_no_form(cast: Cast, officer_in: Client, how: str) -> None:
    if how == "lapsed":
        check_in = people.open_check_in(cast.alice, cast.officer, now=cast.now - 2 * DAY)
        lifecycle.close_overdue(check_in, now=cast.now)
    else:
        check_in = cast.missed()
        lifecycle.excuse(check_in, by=cast.officer, reason="Ill.", now=cast.now)
    about = reverse("console:propose_check_in", args=[check_in.public_id])
    page = officer_in.get(about).content.decode()
    assert "No finding can be proposed." in page
    assert "<textarea" not in page
    sent = officer_in.post(about, {"kind": "missed", "reason": WHY})
    assert sent.status_code == 422
    assert not Finding.objects.exists()


def test_the_page_warns_of_our_faults_and_of_what_never_arrived(
    cast: Cast, officer_in: Client
) -> None:
    check_in = cast.missed()
    about = reverse("console:propose_check_in", args=[check_in.public_id])
    before = officer_in.get(about).content.decode()
    assert "No receipt says that a message arrived" in before
    assert "A fault of ours overlaps" not in before
    span = (check_in.issued_at, check_in.deadline_at)
    record_past_fault(FaultKind.NOTICES, span, "Down.", by=SYSTEM, now=cast.now)
    assert "A fault of ours overlaps" in officer_in.get(about).content.decode()


@pytest.mark.parametrize("attendance", ["absent", "late", "attended", "excused"])
def test_a_hearing_bears_out_what_was_recorded_of_it(
    cast: Cast, officer_in: Client, attendance: str
) -> None:
    court = Court.objects.create(name="The court")
    terms = {"court": court, "starts_at": cast.now - DAY}
    hearing = enter(cast.alice, terms, by=cast.officer, now=cast.now - 9 * DAY)
    record_result(hearing, Result(attendance), by=cast.officer, now=cast.now)
    about = reverse("console:propose_hearing", args=[hearing.public_id])
    page = officer_in.get(about).content.decode()
    button = (
        about
        in officer_in.get(reverse("console:hearing", args=[hearing.public_id])).content.decode()
    )
    if attendance in {"attended", "excused"}:
        assert "No finding can be proposed." in page
        assert not button
        return
    assert "Nothing shows that the person was told of this date." in page
    assert button
    officer_in.post(about, {"kind": attendance, "reason": WHY})
    assert Finding.objects.get().kind == attendance


def test_the_lists_show_what_their_names_say(cast: Cast, boss_in: Client) -> None:
    finding = cast.told()
    there = {
        show: page_of(finding) in boss_in.get(f"/staff/findings/?show={show}").content.decode()
        for show in ("", "answered", "near", "live", "all")
    }
    assert there == {"": False, "answered": False, "near": False, "live": True, "all": True}
    soon = cast.now + 2 * DAY
    Finding.objects.update(
        told_at=cast.now - 12 * DAY, proposed_at=cast.now - 12 * DAY, given_until=soon,
        answer_by=soon,
    )  # fmt: skip
    assert page_of(finding) in boss_in.get("/staff/findings/?show=near").content.decode()
    services.answer(finding, ANSWER, by=cast.alice, now=cast.now)
    for show in ("", "answered"):
        assert page_of(finding) in boss_in.get(f"/staff/findings/?show={show}").content.decode()


def test_more_time_telling_again_and_withdrawing_are_buttons(
    cast: Cast, officer_in: Client
) -> None:
    finding = cast.propose()
    told = officer_in.post(page_of(finding), {"act": "tell_again"}, follow=True).content.decode()
    assert "goes out again" in told
    services.mark_told(finding, now=cast.now)
    wrong = officer_in.post(page_of(finding), {"act": "more_time", "answer_by": "x", "reason": "r"})
    assert "Choose a day." in wrong.content.decode()
    day = (cast.now + 30 * DAY).date().isoformat()
    officer_in.post(page_of(finding), {"act": "more_time", "answer_by": day, "reason": "Ill."})
    finding.refresh_from_db()
    assert finding.answer_by > cast.now + 28 * DAY
    officer_in.post(page_of(finding), {"act": "withdraw", "reason": "Wrong person."})
    finding.refresh_from_db()
    assert finding.state == "withdrawn"


def test_the_pages_hold_their_budget_with_many(
    cast: Cast, boss_in: Client, django_assert_max_num_queries: Any
) -> None:
    for _number in range(8):
        cast.alice = people.participant(cast.officer)
        finding = cast.answered()
    pages = [
        "/staff/", "/staff/findings/", "/staff/findings/?show=all", page_of(finding),
        reverse("console:check_in", args=[finding.subject_id]),
        reverse("console:propose_check_in", args=[finding.subject_id]),
        reverse("console:findings_of", args=[cast.alice.public_id]),
        reverse("admin:participants_participant_change", args=[cast.alice.public_id]),
    ]  # fmt: skip
    for page in pages:
        with django_assert_max_num_queries(15, info=page):
            assert boss_in.get(page).status_code == 200
