"""Findings of the demo: one in each state, a Spanish and an Arabic letter to be answered."""

from datetime import datetime, timedelta

from casework.findings import services
from casework.findings.models import Finding
from casework.findings.services import Proposal
from casework.hearings.models import Attendance, Hearing
from casework.participants.models import Participant
from casework.staff.models import User
from checkins import lifecycle
from checkins.findings import CHECK_IN
from checkins.models import CheckIn
from checkins.states import State
from smartlink.demo import cast
from smartlink.hearing_findings import HEARING

DAY = timedelta(days=1)
WHY = "No answer came, and nobody picked up when I called the same evening."
ANSWERS = {
    "pt": "Eu estava no hospital com o meu filho naquele dia. Tenho o papel da emergência.",
    "ru": "Телефон был сломан, я чинила его два дня. Есть квитанция из мастерской.",
    "zh-hans": "那天我在上夜班，手机不能带进车间。主管可以证明。",
    "ht": "Telefòn mwen te vòlè semèn sa a. Mwen gen papye lapolis la.",
}


def give_findings(now: datetime) -> None:
    """After everybody has been taken in; positions are those of the cast."""
    people = [
        Participant.objects.get(given_name=part.given_name, family_name=part.family_name)
        for part in cast.CAST
    ]
    for position in (1, 2):
        _told(people[position], now - 6 * DAY, now - 4 * DAY)
    _answered(people[4], now)
    _decided(people[5], now, uphold=True)
    _told(people[8], now - 18 * DAY, now - 16 * DAY)  # its time to answer is over
    _withdrawn(people[9], now)
    _decided(people[15], now, uphold=False)
    _proposed_of_a_hearing(now)


def _officer(person: Participant) -> User:
    officer: User = person.assignments.get(until_at__isnull=True).officer
    return officer


def _boss(person: Participant) -> User:
    return User.objects.get(role="supervisor", offices=person.office)


def _missed(person: Participant, at: datetime, now: datetime) -> CheckIn:
    check_in = lifecycle.request_check_in(
        person, by=_officer(person), reason=cast.REASONS[1], now=at
    )
    lifecycle.mark_delivered(check_in, now=at + timedelta(minutes=3))
    lifecycle.close_overdue(check_in, now=now)
    return check_in


def _propose(about: str, thing: CheckIn | Hearing, **said: str) -> Proposal:
    kind = said.get("kind", "missed")
    return Proposal(about, thing.public_id, kind, said.get("why", WHY))


def _told(person: Participant, asked: datetime, told: datetime) -> Finding:
    check_in = _missed(person, asked, told)
    new = _propose(CHECK_IN, check_in)
    finding = services.propose(new, by=_officer(person), now=told - timedelta(hours=3))
    services.mark_told(finding, now=told, by=person.actor)
    return finding


def _answered(person: Participant, now: datetime) -> Finding:
    finding = _told(person, now - 9 * DAY, now - 7 * DAY)
    text = ANSWERS.get(person.language, ANSWERS["pt"])
    services.answer(finding, text, by=person, now=now - 2 * DAY)
    return finding


def _decided(person: Participant, now: datetime, *, uphold: bool) -> None:
    finding = _answered(person, now)
    reason = (
        "The request arrived an hour before the end, and the shift had not begun."
        if uphold
        else "The paper is genuine; the telephone was stolen the day before."
    )
    services.decide(finding, uphold=uphold, reason=reason, by=_boss(person), now=now - DAY)


def _withdrawn(person: Participant, now: datetime) -> None:
    found = CheckIn.objects.of(person).filter(state=State.NOT_ACCEPTED.value).latest("pk")
    new = _propose(CHECK_IN, found, kind="not_accepted", why="Two reviewers agree.")
    finding = services.propose(new, by=_officer(person), now=now - 2 * DAY)
    services.mark_told(finding, now=now - DAY, by=person.actor)
    reason = "The person had an accident that week; I did not know."
    services.withdraw(finding, reason=reason, by=_officer(person), now=now - timedelta(hours=8))


def _proposed_of_a_hearing(now: datetime) -> None:
    came_late = Hearing.objects.filter(attendance=Attendance.LATE)
    hearing = came_late.select_related("case__participant").earliest("pk")
    person = hearing.case.participant
    new = _propose(HEARING, hearing, kind="late", why="The clerk noted half an hour.")
    services.propose(new, by=_officer(person), now=now - timedelta(hours=5))
