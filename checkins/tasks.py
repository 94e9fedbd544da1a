"""Celery tasks: thin, ids only. A task is a nudge; the row in PostgreSQL is the record."""

from celery import shared_task

from casework.common import clock
from casework.common.nudges import nudge
from casework.faults import services as faults
from casework.faults.rules import Part
from casework.participants.consent import has_withdrawn
from casework.participants.models import Participant
from checkins import refreshing, renewal, renewal_progress, sweeps
from checkins.phone import outbound, recordings
from checkins.phone.provider import voice_provider
from checkins.references import prepare_templates
from checkins.verify import verify_attempt as verify
from checkins.worker import engine


@shared_task  # type: ignore[untyped-decorator]
def verify_attempt(attempt_pk: int) -> None:
    verify(attempt_pk, engine())
    faults.beat(Part.VERIFICATION, clock.now())


@shared_task  # type: ignore[untyped-decorator]
def prepare_reference_photos(participant_pk: int) -> None:
    participant = Participant.objects.get(pk=participant_pk)
    if not has_withdrawn(participant):  # the sweep comes back once it is given again
        prepare_templates(participant, engine(), now=clock.now())


@shared_task  # type: ignore[untyped-decorator]
def sweep_verifications() -> None:
    now = clock.now()
    for attempt_pk in sweeps.attempts_left_behind(now):
        nudge(verify_attempt, attempt_pk)
    for participant_pk in sweeps.participants_left_behind(now):
        nudge(prepare_reference_photos, participant_pk)


@shared_task  # type: ignore[untyped-decorator]
def enrol_again() -> None:
    renewal.enrol_again(engine(), now=clock.now())
    renewal_progress.note(engine())


@shared_task  # type: ignore[untyped-decorator]
def sweep_references() -> None:
    for participant_pk in refreshing.fulfil_wishes(clock.now()):
        nudge(prepare_reference_photos, participant_pk)


@shared_task  # type: ignore[untyped-decorator]
def show_verification() -> None:
    """A sign of life of the queue for photos, also when there are none."""
    faults.beat(Part.VERIFICATION, clock.now())


@shared_task  # type: ignore[untyped-decorator]
def sweep_deadlines() -> None:
    now = clock.now()
    faults.watch(now)  # before anybody is judged: were we there?
    sweeps.heed_faults(now)
    sweeps.close_overdue(now)


@shared_task  # type: ignore[untyped-decorator]
def sweep_issue() -> None:
    sweeps.issue_due(clock.now())
    faults.beat(Part.DISPATCHER, clock.now())


@shared_task  # type: ignore[untyped-decorator]
def sweep_reminders() -> None:
    sweeps.remind(clock.now())


@shared_task  # type: ignore[untyped-decorator]
def sweep_draws() -> None:
    sweeps.draw_ahead(clock.now())


@shared_task  # type: ignore[untyped-decorator]
def sweep_keys() -> None:
    sweeps.turn_keys(clock.now())


@shared_task  # type: ignore[untyped-decorator]
def fetch_recording(call_pk: int) -> None:
    recordings.fetch(call_pk, voice_provider(), now=clock.now())


@shared_task  # type: ignore[untyped-decorator]
def place_call(call_pk: int) -> None:
    outbound.place(call_pk, voice_provider(), now=clock.now())


@shared_task  # type: ignore[untyped-decorator]
def sweep_calls() -> None:
    now = clock.now()
    for call_pk in recordings.recordings_left_behind(now):
        nudge(fetch_recording, call_pk)
    for call_pk in outbound.calls_to_place(now):
        nudge(place_call, call_pk)
    outbound.end_silent_calls(now)
