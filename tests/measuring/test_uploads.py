"""What `bench upload` sends is taken as attempts are, and its figures are percentiles."""

import pytest
from django.core.management.base import CommandError
from pytest_django.live_server_helper import LiveServer

from checkins.models import Attempt
from smartlink.measuring import uploads
from smartlink.measuring.uploads import PHOTO_BYTES, _at, _open_doors, _photo, _send


def test_a_percentile_is_a_value_that_was_measured() -> None:
    waits = [number / 1000 for number in range(1, 201)]
    assert (_at(waits, 50), _at(waits, 99)) == (100, 198)


def test_the_photo_weighs_what_the_budget_says() -> None:
    assert 0.9 * PHOTO_BYTES < len(_photo()) <= PHOTO_BYTES


@pytest.mark.django_db(transaction=True)
def test_what_it_sends_is_an_attempt_and_what_is_refused_is_said(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PROXY", {})
    photo = _photo()
    (door, token), (other, _) = _open_doors(2)
    _send(live_server.url, door, photo, token)
    assert Attempt.objects.get().check_in.state == "verifying"
    with pytest.raises(CommandError, match="401"):
        _send(live_server.url, other, photo, "nobody")
    with pytest.raises(CommandError, match="415"):
        _send(live_server.url, door, b"not a photo", token)
