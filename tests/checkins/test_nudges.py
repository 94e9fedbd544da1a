"""Publishing to a broker that is not there costs nobody anything."""

from collections.abc import Iterator

import pytest
from celery import current_app
from kombu import pools
from structlog.testing import capture_logs

from checkins import submissions
from checkins.models import CheckIn
from tests import people
from tests.fake_engine import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker_is_away() -> Iterator[None]:
    """Celery's real publisher, pointed at a port where nothing listens."""
    before = current_app.conf.broker_url
    _publish_to("redis://127.0.0.1:9/0")
    yield
    _publish_to(before)


def _publish_to(url: str) -> None:
    current_app.conf.broker_url = current_app.conf.broker_write_url = url
    pools.reset()
    current_app._pool = None
    current_app.amqp._producer_pool = None


def test_a_photo_is_kept_while_the_broker_is_away(
    broker_is_away: None, django_capture_on_commit_callbacks: object
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from casework.common import clock

    officer = people.officer(people.office())
    check_in = people.open_check_in(people.participant(officer), officer)
    photo = SimpleUploadedFile("selfie.jpg", picture("alice"), "image/jpeg")
    with capture_logs() as logs, django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        attempt = submissions.submit_attempt(check_in, photo, submissions.Sent(), now=clock.now())
    assert CheckIn.objects.get().state == "verifying"
    assert attempt.verification.finished_at is None
    assert [line["event"] for line in logs if line["log_level"] == "warning"] == ["nudge lost"]
