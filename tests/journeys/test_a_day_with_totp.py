"""A day at the desk with the second factor: queue, attendance, enrol, hand over, answer.

Without a worker: what a machine would have found is written beforehand. No step waits for a time:
the factor was set up in an earlier half minute, and a code is good for the half minutes around it.
`-s` prints the clicks and seconds of each task.
"""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from casework.common import clock
from casework.common.sealing import unseal
from casework.hearings.models import Court, Hearing
from casework.hearings.services import enter
from casework.messages.models import Message
from casework.messages.services import send
from casework.participants.models import Assignment, Participant
from casework.staff import factors, totp
from casework.staff.models import SecondFactor, User
from tests import people
from tests.console.conftest import in_review
from tests.journeys.conftest import choose_files
from tests.journeys.desk_tasks import Tasks

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What a task may cost at most; `-s` prints what each costs now.
MOST_CLICKS = {
    "sign in": 1,
    "clear the queue": 4,
    "record attendance": 4,
    "enrol": 7,
    "transfer a case": 4,
    "answer a message": 5,
}


def with_second_factor(user: User, now: datetime) -> User:
    """An authenticator app, confirmed a while ago: the code of that moment is used up."""
    secret = factors.begin(user, now=now)
    factors.confirm(user, totp.code_at(secret, totp.step_of(now)), now=now)
    return user


def code_of(user: User) -> str:
    """What the app shows now."""
    secret = unseal(bytes(SecondFactor.objects.get(user=user).sealed))
    return totp.code_at(secret, totp.step_of(clock.now()))


def a_hearing_of_yesterday(person: Participant, by: User) -> Hearing:
    court = Court.objects.create(name="Court of the day")
    began = clock.now() - timedelta(hours=20)
    terms = {"court": court, "starts_at": began}
    return enter(person, terms, by=by, now=began - timedelta(days=3))


def sign_in(desk: Page, user: User) -> None:
    desk.goto("/staff/")
    desk.get_by_label("E-mail").fill(user.email)
    desk.get_by_label("Password").fill(people.PASSWORD)
    desk.get_by_label("Code of your authenticator app").fill(code_of(user))
    desk.get_by_role("button", name="Sign in", exact=True).click()
    expect(desk.get_by_role("heading", name="Today").first).to_be_visible()


def clear_the_queue(desk: Page, accepted: int) -> None:
    desk.get_by_role("link", name="Reviews waiting").click()
    desk.get_by_role("link", name="Start with the first").click()
    for number in range(accepted):
        expect(desk.locator("h1, h2", has_text=f"Waits {number}").first).to_be_visible()
        desk.get_by_role("button", name=re.compile("^Accept")).first.click()
    expect(desk.get_by_text("Nothing is waiting for a review")).to_be_visible()


def record_attendance(desk: Page, hearing: Hearing) -> None:
    who = hearing.case.participant.full_name
    desk.get_by_role("link", name="Today").first.click()
    card = desk.locator("section", has_text="Attendance to record")
    card.get_by_role("link", name=re.compile(re.escape(who))).click()
    desk.locator("input[name=attendance][value=attended]").check()
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_role("heading", name=who).first).to_be_visible()


def enrol(desk: Page, officer: User, photos: list[Path]) -> Participant:
    desk.get_by_role("link", name="Enrol").first.click()
    desk.get_by_label("Given name").fill("Eileen")
    desk.get_by_label("Family name").fill("Marsh")
    desk.get_by_label("A-number").fill("A 12-345-678")
    desk.locator("select[name=officer]").select_option(label=officer.full_name)
    desk.get_by_role("button", name="Next: photos").click()
    choose_files(desk, photos)
    expect(desk.locator(".follow .state")).to_have_count(3)
    desk.get_by_role("link", name="Next: plan").click()
    desk.get_by_role("button", name="Next: invite").click()
    desk.get_by_role("button", name="Make an invite").click()
    expect(desk.get_by_role("heading", name="Hello, Eileen")).to_be_visible()
    return Participant.objects.get(a_number="012345678")


def transfer(desk: Page, person: Participant, to: User, note: str) -> None:
    desk.get_by_role("link", name=person.full_name).first.click()
    desk.get_by_role("link", name="Transfer").click()
    desk.locator("select[name=to]").select_option(label=f"{to.full_name} – 0 people")
    desk.get_by_label("Hand-over note").fill(note)
    desk.get_by_role("button", name="Hand over", exact=True).click()
    done = desk.get_by_role("heading", name=f"One person handed over to {to.full_name}")
    expect(done).to_be_visible()
    expect(desk.get_by_role("button", name="Undo")).to_be_visible()


def answer_a_message(desk: Page, person: Participant) -> None:
    """With a canned answer in the person's language, and a sentence of one's own under it."""
    desk.get_by_role("link", name=re.compile(r"Messages$")).first.click()
    desk.get_by_role("link", name=re.compile(re.escape(person.full_name))).click()
    desk.locator("select[name=canned]").select_option(value="received:es")
    desk.get_by_role("button", name="Insert").click()
    box = desk.locator("textarea[name=text]")
    expect(box).to_have_value(re.compile(f"Hola, {person.given_name}, "))
    box.fill(f"{box.input_value()} Hasta el lunes.")
    desk.get_by_role("button", name="Send").click()
    expect(desk.get_by_text("Not read yet")).to_be_visible()


def test_sign_in_queue_attendance_enrol_transfer_and_answer(
    desk: Page, portraits: list[Path]
) -> None:
    office = people.office()
    boss = with_second_factor(people.supervisor(office), clock.now() - timedelta(minutes=30))
    officer, other = people.officer(office), people.officer(office, full_name="Olive Other")
    waiting = [
        in_review(
            people.participant(officer, given_name="Waits", family_name=str(number)),
            officer,
            minutes_ago=9 - number,
        )
        for number in range(2)
    ]
    due = a_hearing_of_yesterday(people.participant(officer), officer)
    task = Tasks(desk)

    with task("sign in"):
        sign_in(desk, boss)
    with task("clear the queue"):
        clear_the_queue(desk, accepted=len(waiting))
    for one in waiting:
        one.refresh_from_db()
        assert one.state == "accepted"

    with task("record attendance"):
        record_attendance(desk, due)
    due.refresh_from_db()
    assert (due.attendance, due.attendance_by) == ("attended", boss)

    with task("enrol"):
        person = enrol(desk, officer, portraits)
    assert person.cases.count() == 1

    with task("transfer a case"):
        transfer(desk, person, other, "Speaks with her brother only.")
    now = Assignment.objects.get(participant=person, until_at=None)
    assert (now.officer, now.note) == (other, "Speaks with her brother only.")

    asks = people.participant(officer, given_name="Rosa", language="es")
    asked = send(asks, asks, "¿Cuándo es mi cita?", now=clock.now())
    with task("answer a message"):
        answer_a_message(desk, asks)
    asked.refresh_from_db()
    sent = Message.objects.of(asks).get(author="staff")
    assert (asked.read_by, sent.written_by) == (boss, boss)
    assert sent.text.endswith("Hasta el lunes.")

    task.say()
    assert {name: n for name, n in task.clicks.items() if n > MOST_CLICKS[name]} == {}
