"""At the top of a file: what waits in it, the newest note, and what may have been earned."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.audit.services import record
from casework.common import clock
from casework.common.actors import SYSTEM
from casework.documents.rules import DocumentKind
from casework.documents.services import NewDocument
from casework.documents.services import add as add_document
from casework.findings.models import Finding
from casework.findings.services import Proposal, propose
from casework.messages.services import send
from casework.notes.services import write
from casework.participants.models import Participant
from casework.participants.terms import Wanted, set_term
from casework.requests import asking, changes
from casework.requests.rules import ChangeKind, HelpKind
from casework.staff.models import User
from checkins.models import CheckIn
from tests import people
from tests.console.conftest import Browser
from tests.fake_engine import picture

pytestmark = pytest.mark.django_db
OPEN_NOW = re.compile(r'<section class="sheet file-top" id="open_now">(.*?)</section>', re.S)


def file_of(desk: Client, person: Participant) -> str:
    page = desk.get(f"/staff/participants/participant/{person.public_id}/change/")
    assert page.status_code == 200
    return page.content.decode()


def top(page: str) -> str:
    """The panel as it reads, without tags."""
    found = OPEN_NOW.search(page)
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split()) if found else ""


def missed(person: Participant, officer: User) -> CheckIn:
    check_in = people.open_check_in(person, officer, now=clock.now() - timedelta(days=2))
    CheckIn.objects.filter(pk=check_in.pk).update(
        state="missed", delivered_at=clock.now() - timedelta(days=2)
    )
    return check_in


def everything_open(person: Participant, officer: User) -> dict[str, str]:
    """The addresses that it leads to."""
    now = clock.now()
    send(person, person, "May I come later?", now=now - timedelta(hours=3))
    send(person, person, "Please.", now=now)
    facts = {"street": "4 Elm Street", "city": "Newark"}
    moved = changes.report(
        person, changes.NewChange(ChangeKind.ADDRESS, facts, now.date()), now=now
    )
    asking.ask(person, asking.NewRequest(HelpKind.CALL, words="My phone broke"), now=now)
    paper = NewDocument(DocumentKind.OTHER, [picture("paper")])
    add_document(person, person, paper, now=now)
    finding = propose(
        Proposal("check_in", missed(person, officer).public_id, "missed", "Did not answer."),
        by=officer, now=now,
    )  # fmt: skip
    write(person, "Prefers mornings.", by=officer, now=now)
    return {
        "message": f"/staff/people/{person.public_id}/messages/",
        "change": f"/staff/changes/{moved.public_id}/",
        "help": f"/staff/help/?person={person.public_id}",
        "paper": f"/staff/people/{person.public_id}/documents/",
        "finding": f"/staff/findings/{finding.public_id}/",
        "note": f"/staff/people/{person.public_id}/notes/",
    }


def test_the_file_says_at_its_top_what_is_open_and_leads_there(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    leads_to = everything_open(alice, officer)
    page = file_of(browser_of(officer), alice)
    said = top(page)
    for words in ("2 messages not read", "the first sent 3 h ago", "New address to confirm",
                  "Help: Call me", "1 document to look at", "Finding: missed",
                  "Being told", "Newest note", "Prefers mornings."):  # fmt: skip
        assert words in said, (words, said)
    found = OPEN_NOW.search(page)
    assert found is not None
    for what, address in leads_to.items():
        assert f'href="{address}"' in found[1], what
    assert "May I come later?" not in page, "reading a message is a look of its own"
    assert "lighter supervision" not in said


def test_nothing_open_shows_nothing_and_what_is_settled_or_anothers_is_not_open(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    desk = browser_of(officer)
    everything_open(people.participant(officer), officer)
    assert 'id="open_now"' not in file_of(desk, alice)
    send(alice, alice, "Hello.", now=clock.now())
    send(officer, alice, "Good day.", now=clock.now())
    assert 'id="open_now"' not in file_of(desk, alice), "the answer read what it answered"
    write(alice, "Alone.", by=officer, now=clock.now())
    said = top(file_of(desk, alice))
    assert "Alone." in said
    assert "Open now" not in said


def test_the_file_asks_no_more_often_with_everything_open(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    desk, asked = browser_of(officer), []
    file_of(desk, alice)
    for step in range(2):
        if step:
            everything_open(alice, officer)
        with CaptureQueriesContext(connection) as made:
            file_of(desk, alice)
        asked.append(len(made))
    assert asked[0] == asked[1] <= 15
    with CaptureQueriesContext(connection) as made:
        desk.get("/staff/participants/participant/")
    assert not [one for one in made if "open_findings" in one["sql"]], "the list is spared it"


def test_the_hint_stands_on_the_file_when_it_is_earned_and_no_longer(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    boss, now = people.supervisor(officer.offices.get()), clock.now()
    set_term(alice, Wanted("smartphone", 2, "On release."), by=boss, now=now - timedelta(weeks=10))
    desk = browser_of(officer)
    assert "lighter" not in top(file_of(desk, alice)), "nothing was accepted"
    at = now - timedelta(days=20)
    CheckIn.objects.create(
        participant=alice, origin="drawn", method="selfie", liveness="none", state="accepted",
        created_at=at, issued_at=at, deadline_at=at + timedelta(hours=2), decided_at=at,
    )  # fmt: skip
    page = file_of(desk, alice)
    said = top(page)
    assert "May be ready for lighter supervision" in said
    assert "Supervision has not changed for 10 weeks." in said
    assert "1 check-in accepted" in said
    assert f'href="/staff/people/{alice.public_id}/supervision/"' in page
    missed(alice, officer)
    assert "lighter" not in top(file_of(desk, alice))
    Participant.objects.filter(pk=alice.pk).update(closed_at=now)
    CheckIn.objects.filter(state="missed").delete()
    assert "lighter" not in top(file_of(desk, alice)), "supervision has ended"


def timeline_of(page: str) -> str:
    found = re.search(r'<section class="sheet" id="timeline">(.*?)</section>', page, re.S)
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def test_looks_do_not_push_acts_off_the_short_timeline(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    now, target = clock.now(), ("participant", alice.public_id)
    record("corrected", target, by=officer.actor, now=now, participant=alice.public_id)
    for number in range(14):
        by = officer.actor if number else SYSTEM
        record("viewed a photo", target, by=by, now=now, participant=alice.public_id)
    said = timeline_of(file_of(browser_of(officer), alice))
    assert "Corrected" in said
    assert "Viewed a photo" not in said
    # The look at this very page is one too.
    assert f"and 15 looks, the last by {officer.full_name}" in said


def test_what_was_overturned_is_told_by_neither_the_file_nor_the_paper(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    now, desk = clock.now(), browser_of(officer)
    about = Proposal("check_in", missed(alice, officer).public_id, "missed", "Did not answer.")
    finding = propose(about, by=officer, now=now)
    assert "Proposed a finding" in timeline_of(file_of(desk, alice))
    Finding.objects.filter(pk=finding.pk).update(
        state="overturned", told_at=now, given_until=now + timedelta(days=1),
        answer_by=now + timedelta(days=1), decided_at=now + timedelta(days=2),
        decision_reason="It was our fault.", decided_by=people.supervisor(officer.offices.get()),
    )  # fmt: skip
    pages = (file_of(desk, alice), desk.get(f"/staff/people/{alice.public_id}/print/"))
    for page in (pages[0], pages[1].content.decode()):
        assert "Proposed a finding" not in page
        assert "Did not answer." not in page


def test_paper_has_findings_messages_and_the_last_acts(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    everything_open(alice, officer)
    desk, address = browser_of(officer), f"/staff/people/{alice.public_id}/print/"
    desk.get(address)
    with CaptureQueriesContext(connection) as made:
        page = desk.get(address).content.decode()
    assert len(made) <= 15
    for words in ("Did not answer.", "Being told", "May I come later?", "not read yet",
                  "Prefers mornings."):  # fmt: skip
        assert words in page, words
    assert "Proposed a finding" in timeline_of(page)
    assert 'id="open_now"' not in page
