"""Notes, the timeline and the printed file on the staff site."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.audit.models import Entry
from casework.common import clock
from casework.hearings.models import Court
from casework.hearings.services import enter
from casework.notes.models import Note
from casework.notes.services import write
from casework.participants.corrections import correct
from casework.participants.models import Participant
from casework.participants.registry import Looking
from casework.participants.terms import Wanted, set_term
from casework.participants.timeline import PAGE, Cursor, timeline
from casework.staff.models import Office, User
from checkins.models import CheckIn
from smartlink.portal.sessions import COOKIE
from tests import people
from tests.console.conftest import Browser, in_review

pytestmark = pytest.mark.django_db


def address(person: Participant, page: str) -> str:
    return f"/staff/people/{person.public_id}/{page}/"


def test_a_note_is_written_amended_and_read(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    desk = browser_of(officer)
    page = desk.get(address(alice, "notes")).content.decode()
    assert "copy of the file that the person may download" in page
    empty = desk.post(address(alice, "notes"), {"text": " "})
    assert empty.status_code == 422
    assert desk.post(address(alice, "notes"), {"text": "Asked for a <b>later</b> hour."}).url
    note = Note.objects.get()
    desk.post(f"/staff/notes/{note.public_id}/", {"text": "Asked for the morning."})
    page = desk.get(address(alice, "notes")).content.decode()
    assert "Asked for the morning." in page
    assert "Asked for a &lt;b&gt;later&lt;/b&gt; hour." in page


def test_notes_are_nothing_to_other_offices_and_amended_by_nobody_else(
    browser_of: Browser, officer: User, office: Office, alice: Participant
) -> None:
    note = write(alice, "Kept here.", by=officer, now=clock.now())
    amending = f"/staff/notes/{note.public_id}/"
    boss, elsewhere = people.supervisor(office), people.supervisor(people.office())
    assert browser_of(boss).get(address(alice, "notes")).status_code == 200
    assert browser_of(boss).get(amending).status_code == 404
    for user in (elsewhere, people.officer(office)):
        desk = browser_of(user)
        for url in (address(alice, "notes"), address(alice, "timeline"), amending,
                    address(alice, "print")):  # fmt: skip
            assert desk.get(url).status_code == 404
        assert desk.post(address(alice, "notes"), {"text": "Mine."}).status_code == 404
    assert Note.objects.count() == 1


def a_long_life(person: Participant, officer: User, boss: User, number: int) -> None:
    now = clock.now()
    court = Court.objects.create(name="Court of the life")
    for back in range(number):
        then = now - timedelta(days=3 * back + 1)
        write(person, f"Note {back}.", by=officer, now=then)
        terms = {"court": court, "starts_at": now + timedelta(days=back + 1)}
        enter(person, terms, by=officer, now=then)
        level = 1 + back % 2
        set_term(person, Wanted("smartphone", level, f"Turn {back}."), by=boss, now=then)
        correct(person, {"language": ("es", "fr")[back % 2]}, by=officer, now=then)
    in_review(person, officer)


@pytest.fixture
def boss(office: Office) -> User:
    return people.supervisor(office)


def test_the_timeline_has_everything_of_one_file_and_nothing_of_another(
    browser_of: Browser, officer: User, boss: User, alice: Participant
) -> None:
    a_long_life(alice, officer, boss, 1)
    write(people.participant(officer), "About somebody else.", by=officer, now=clock.now())
    desk = browser_of(officer)
    desk.get(f"/staff/participants/participant/{alice.public_id}/change/")
    page = desk.get(address(alice, "timeline")).content.decode()
    for said in ("Note 0.", "Master calendar hearing: entered", "Turn 0.", "Check-in requested",
                 "Check-in in review", "Corrected", "language", "Opened the file"):  # fmt: skip
        assert said in page, said
    assert "About somebody else." not in page
    assert page.count("Set the supervision term") == 0, "said once, by the term itself"
    only = desk.get(address(alice, "timeline"), {"kind": "notes"}).content.decode()
    assert "Note 0." in only
    assert "Turn 0." not in only
    looks = desk.get(address(alice, "timeline"), {"kind": "looks"}).content.decode()
    assert "Opened the file" in looks
    assert "Corrected" not in looks


def test_times_that_are_not_issued_yet_are_on_no_timeline(
    officer: User, alice: Participant
) -> None:
    now = clock.now()
    planned = CheckIn.objects.create(
        participant=alice, origin="drawn", method="selfie", liveness="none", state="planned",
        created_at=now, planned_for=now + timedelta(hours=3),
    )  # fmt: skip
    planned.events.create(at=now, to_state="planned", actor_kind="system")
    lines, _more = timeline.page(Looking(alice, officer, now), "check_ins")
    assert lines == []


def test_pages_leave_nothing_out_and_say_nothing_twice_where_instants_are_equal(
    officer: User, boss: User, alice: Participant
) -> None:
    now = clock.now()
    for number in range(PAGE + 3):
        write(alice, f"Note {number}.", by=officer, now=now)
        correct(alice, {"language": ("es", "fr")[number % 2]}, by=officer, now=now)
    looking, seen, before = Looking(alice, officer, now), [], None
    for _page in range(5):
        lines, before = timeline.page(looking, before=before)
        seen += [(line.told.title, line.told.text) for line in lines]
        if before is None:
            break
        before = Cursor.read(str(before))
    assert before is None
    notes = [text for title, text in seen if title == "Note"]
    assert sorted(notes) == sorted(f"Note {n}." for n in range(PAGE + 3))
    assert len([one for one in seen if one[0] == "Corrected"]) == PAGE + 3


@pytest.mark.parametrize("typed", ["", "x", "1.2", "9.note.x", f"{10**20}.note.1", "-5.note.1"])
def test_a_cursor_that_is_none_begins_at_the_newest(typed: str) -> None:
    assert Cursor.read(typed) is None


def test_the_file_is_printed_with_its_notes_and_the_person_is_told(
    browser_of: Browser, officer: User, boss: User, alice: Participant
) -> None:
    a_long_life(alice, officer, boss, 1)
    page = browser_of(officer).get(address(alice, "print")).content.decode()
    for said in (alice.full_name, "Note 0.", "Turn 0.", "Master calendar hearing"):
        assert said in page, said
    assert Entry.objects.filter(verb="printed the file", actor_id=officer.public_id).count() == 1
    phone = Client()
    phone.cookies[COOKIE] = people.accepted_invite(alice, officer).token
    told = phone.get("/my-data/looks/").content.decode()
    assert "Imprimió su expediente" in told
    assert "Escribió una nota sobre usted" in told


@pytest.mark.parametrize("page", ["timeline", "notes", "print"])
def test_the_pages_keep_the_budget_and_do_not_grow(
    browser_of: Browser, officer: User, boss: User, alice: Participant, page: str
) -> None:
    desk, asked = browser_of(officer), []
    desk.get(address(alice, page))
    for number in (1, 6):
        a_long_life_again(alice, officer, boss, number)
        with CaptureQueriesContext(connection) as made:
            assert desk.get(address(alice, page)).status_code == 200
        asked.append(len(made))
    assert asked[1] <= 15, [re.sub(r"\s+", " ", one["sql"])[:90] for one in made]
    assert asked[1] == asked[0]


def a_long_life_again(person: Participant, officer: User, boss: User, number: int) -> None:
    """As before, in a file that may have terms and an open check-in already."""
    now = clock.now()
    court = Court.objects.get_or_create(name="Court of the life")[0]
    for back in range(number):
        write(person, f"More {number} {back}.", by=officer, now=now)
        starts_at = now + timedelta(days=10 * number + back)
        enter(person, {"court": court, "starts_at": starts_at}, by=officer, now=now)
    if not person.terms.exists():
        set_term(person, Wanted("smartphone", 1, "At first."), by=boss, now=now)
        in_review(person, officer)
