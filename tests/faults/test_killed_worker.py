"""A worker or the broker dies in the middle: the check-in is verified all the same, once."""

import io
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis
import skimage.data
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from casework.common import clock
from casework.participants.models import Participant
from casework.staff.models import User
from checkins import submissions, tasks
from checkins.models import Attempt, CheckIn, Verification
from checkins.plans import PlanTerms, set_plan
from checkins.rules import FIRST_NUDGE_AFTER
from tests import people
from tests.workers import Worker, eventually

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.engine,
    pytest.mark.stack,
]

StartWorker = Callable[[], Worker]


def jpeg(side: int) -> bytes:
    """The public-domain portrait that scikit-image ships, as large as a phone would send it."""
    file = io.BytesIO()
    portrait = Image.fromarray(skimage.data.astronaut())
    portrait.resize((side, side), Image.Resampling.BICUBIC).save(file, "JPEG", quality=92)
    return file.getvalue()


@pytest.fixture(autouse=True)
def empty_broker() -> Iterator[None]:
    empty_the_broker()
    yield
    empty_the_broker()


def empty_the_broker() -> None:
    """Everything of this test lane is gone from Redis, as after a restart without its file."""
    server = redis.Redis.from_url(settings.REDIS_URL)
    prefix = settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]
    for key in server.scan_iter(f"{prefix}*"):
        server.delete(key)
    server.close()


@pytest.fixture
def start_worker(media_root: Path, tmp_path: Path) -> Iterator[StartWorker]:
    workers: list[Worker] = []

    def start() -> Worker:
        worker = Worker(tmp_path / f"worker{len(workers)}", media_root)
        workers.append(worker)
        worker.wait_until_ready()
        return worker

    yield start
    for worker in workers:
        worker.stop()


@pytest.fixture
def officer() -> User:
    return people.officer(people.office())


@pytest.fixture
def alice(officer: User) -> Participant:
    person = people.participant(officer)
    terms = PlanTerms(liveness="none", liveness_reason="cannot turn the head")
    set_plan(person, terms, by=people.supervisor(person.office), now=clock.now())
    submissions.submit_reference_photo(person, upload(600), by=officer, now=clock.now())
    return person


def upload(side: int) -> SimpleUploadedFile:
    return SimpleUploadedFile("selfie.jpg", jpeg(side), "image/jpeg")


def send(alice: Participant, officer: User, side: int = 640) -> Attempt:
    check_in = people.open_check_in(alice, officer)
    return submissions.submit_attempt(check_in, upload(side), submissions.Sent(), now=clock.now())


def sweep() -> None:
    """The sweep, at the time when the first nudge is overdue."""
    with clock.shifted(FIRST_NUDGE_AFTER + timedelta(seconds=1)):
        tasks.sweep_verifications()


def tries(attempt: Attempt) -> int:
    return Verification.objects.get(attempt=attempt).tries


def is_accepted(attempt: Attempt) -> bool:
    return CheckIn.objects.get(pk=attempt.check_in_id).state == "accepted"


def assert_settled_once(attempt: Attempt) -> None:
    events = attempt.check_in.events.values_list("from_state", "to_state")
    assert list(events) == [("", "open"), ("open", "verifying"), ("verifying", "accepted")]
    time.sleep(0.5)
    assert attempt.check_in.events.count() == 3


def catch_in_the_middle(worker: Worker, alice: Participant, officer: User) -> Attempt:
    """An attempt whose verification has begun and not ended, its worker's child stopped."""
    for _ in range(5):
        attempt = send(alice, officer, side=3000)
        eventually(lambda attempt=attempt: tries(attempt) == 1, 20)  # type: ignore[misc]
        worker.child.send_signal(signal.SIGSTOP)
        time.sleep(0.05)
        if Verification.objects.get(attempt=attempt).finished_at is None:
            return attempt
        worker.child.send_signal(signal.SIGCONT)
        eventually(lambda attempt=attempt: is_accepted(attempt), 20)  # type: ignore[misc]
        CheckIn.objects.filter(pk=attempt.check_in_id).update(created_at=clock.now())
    pytest.fail("The verification was always quicker.")


def test_a_killed_child_costs_nothing_but_a_moment(
    start_worker: StartWorker, alice: Participant, officer: User
) -> None:
    worker = start_worker()
    attempt = catch_in_the_middle(worker, alice, officer)
    worker.child.kill()
    eventually(lambda: is_accepted(attempt), 60)
    assert tries(attempt) == 2
    assert_settled_once(attempt)


def test_a_killed_worker_is_made_good_by_another(
    start_worker: StartWorker, alice: Participant, officer: User
) -> None:
    worker = start_worker()
    attempt = catch_in_the_middle(worker, alice, officer)
    worker.kill()
    start_worker()
    assert not is_accepted(attempt)
    sweep()
    eventually(lambda: is_accepted(attempt), 30)
    assert_settled_once(attempt)


def test_an_emptied_broker_loses_no_check_in(
    start_worker: StartWorker, alice: Participant, officer: User
) -> None:
    attempt = send(alice, officer)
    empty_the_broker()
    start_worker()
    time.sleep(1)
    assert not is_accepted(attempt)
    sweep()
    eventually(lambda: is_accepted(attempt), 30)
    assert_settled_once(attempt)
