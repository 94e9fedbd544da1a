"""Files that could be no photo: who tried in vain with them in time is looked at, not missed."""

from datetime import UTC, datetime, timedelta

import pytest

from casework.participants.models import Participant
from casework.staff.models import User
from checkins import lifecycle
from checkins.models import CheckIn
from checkins.rules import MOST_FOR_ONE_REASON
from checkins.states import State
from checkins.verification.codes import Reason
from tests import people

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)


@pytest.fixture
def officer() -> User:
    return people.officer(people.office())


@pytest.fixture
def alice(officer: User) -> Participant:
    return people.participant(officer)


def ask(alice: Participant, officer: User) -> CheckIn:
    return lifecycle.request_check_in(alice, by=officer, reason="moved house", now=NOON)


@pytest.mark.parametrize(
    ("files", "state"),
    [
        (["file_too_large"] * MOST_FOR_ONE_REASON, State.IN_REVIEW),
        (["file_too_large"] * (MOST_FOR_ONE_REASON - 1) + ["not_a_photo"] * 3, State.MISSED),
        ([], State.MISSED),
    ],
)
def test_who_tried_in_vain_with_files_that_are_no_photos_is_not_missed(
    alice: Participant, officer: User, files: list[str], state: State
) -> None:
    check_in = ask(alice, officer)
    lifecycle.mark_delivered(check_in, now=NOON)
    for number, reason in enumerate(files):
        no_photo = lifecycle.NotAPhoto(f"{number}", Reason(reason))
        assert lifecycle.refuse_upload(check_in, no_photo, now=NOON + timedelta(minutes=number))
        check_in.refresh_from_db()
        assert check_in.state == "open", "a photo or a call can still be sent"
    assert lifecycle.close_overdue(check_in, now=NOON + timedelta(days=1)) is state
    check_in.refresh_from_db()
    assert check_in.state == state.value
    assert hasattr(check_in, "review") is (state is State.IN_REVIEW)
    assert lifecycle.close_overdue(check_in, now=NOON + timedelta(days=1)) is None


def test_files_refused_after_the_deadline_are_no_try_in_time(
    alice: Participant, officer: User
) -> None:
    check_in = ask(alice, officer)
    lifecycle.mark_delivered(check_in, now=NOON)
    late = NOON + timedelta(hours=20)
    for number in range(MOST_FOR_ONE_REASON):
        no_photo = lifecycle.NotAPhoto(f"{number}", Reason.NOT_A_PHOTO)
        lifecycle.refuse_upload(check_in, no_photo, now=late)
    assert lifecycle.close_overdue(check_in, now=late) is State.MISSED
