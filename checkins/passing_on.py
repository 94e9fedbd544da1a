"""What was told with a check-in becomes a reported change or a request for help, like any other."""

from datetime import datetime
from uuid import UUID

from casework.participants.models import Participant
from casework.requests import asking, changes
from casework.requests.models import ChangeReport, HelpRequest
from casework.requests.rules import ChangeKind, HelpKind
from casework.requests.sources import register as register_source
from casework.staff.models import User
from checkins.models import Told
from checkins.rules import Question

CHANGES = {
    Question.ADDRESS: ChangeKind.ADDRESS,
    Question.PHONE: ChangeKind.PHONE,
    Question.WORK: ChangeKind.WORK,
}


def pass_on(told: Told, participant: Participant, *, now: datetime) -> None:
    """File what was told; what is no longer told, or told otherwise, is taken back."""
    source = told.public_id
    kept = {
        (type(one), one.pk)
        for one in [
            *_changes(participant, told, now),
            *_requests(participant, told, now),
        ]
    }
    for change in ChangeReport.objects.waiting().filter(source_id=source):
        if (ChangeReport, change.pk) not in kept:
            changes.withdraw(change, now=now)
    for request in HelpRequest.objects.waiting().filter(source_id=source):
        if (HelpRequest, request.pk) not in kept:
            asking.withdraw(request, now=now)


def acknowledge(told: Told, *, by: User, now: datetime) -> None:
    """Whoever has seen what was told has seen the requests that came of it."""
    for request in HelpRequest.objects.filter(source_id=told.public_id, state="asked"):
        asking.acknowledge(request, by=by, now=now)


def note_settled(source_id: UUID, by: User, now: datetime) -> None:
    """Nothing that was told with this check-in waits any more."""
    waiting = Told.objects.to_handle().filter(public_id=source_id)
    waiting.update(handled_at=now, handled_by=by)


def register() -> None:
    """Called once, at start."""
    register_source(note_settled)


def _changes(participant: Participant, told: Told, now: datetime) -> list[ChangeReport]:
    return [
        changes.report(
            participant,
            changes.NewChange(kind, words=told.answers[question], source_id=told.public_id),
            now=now,
        )
        for question, kind in CHANGES.items()
        if question.value in told.answers
    ]


def _requests(participant: Participant, told: Told, now: datetime) -> list[HelpRequest]:
    made = []
    source = told.public_id
    if Question.CALL_BACK.value in told.answers:
        when = told.answers[Question.CALL_BACK.value]
        call = asking.NewRequest(HelpKind.CALL, best_time=when, source_id=source)
        made.append(asking.ask(participant, call, now=now))
    if Question.SUPPORT.value in told.answers:
        words = told.answers[Question.SUPPORT.value]
        need = asking.NewRequest(HelpKind.OTHER, words=words, source_id=source)
        made.append(asking.ask(participant, need, now=now))
    return made
