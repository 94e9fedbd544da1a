"""The outbox: written once with what made it true, sent while it is wanted, and no longer."""

from datetime import datetime, timedelta

import pytest

from casework.notices.models import Delivery, Notice, NoticePreferences
from casework.notices.rules import CONFIRM_WITHIN, Channel
from casework.notices.sending import send_due
from casework.notices.services import note_delivered, note_failed
from casework.participants.models import ContactPoint, Participant
from casework.staff.models import User
from checkins import lifecycle, sweeps
from checkins.models import CheckIn
from checkins.notices.written import ISSUED, REMINDER, RESULT
from tests import people
from tests.notices.conftest import NOON

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def send(at: datetime) -> int:
    return send_due(lambda: at)


def channels() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("channel", flat=True))


def the(kind: str) -> Notice:
    return Notice.objects.get(kind=kind)


def test_asking_for_a_check_in_writes_its_notice_with_it(alice: Participant, officer: User) -> None:
    check_in = people.open_check_in(alice, officer, now=NOON)
    notice = the(ISSUED)
    assert (notice.subject_id, notice.participant) == (check_in.public_id, alice)
    assert (notice.due_at, notice.expires_at) == (NOON, check_in.deadline_at)


def test_an_issued_notice_is_sent_once_in_the_persons_language_and_time(
    alice: Participant, officer: User
) -> None:
    Participant.objects.filter(pk=alice.pk).update(language="es")
    check_in = people.open_check_in(alice, officer, now=NOON)
    assert send(NOON) == 1
    assert send(NOON + timedelta(seconds=5)) == 0
    sent = Delivery.objects.get()
    assert (sent.channel, sent.state, sent.provider) == ("sms", "sent", "console")
    assert "2:00\u202fp.m." in sent.body  # two hours from noon, in New York
    assert sent.body.endswith(f"/check-in/{check_in.public_id}/")
    assert sent.language == "es"
    for secret in (alice.given_name, alice.family_name, alice.a_number, "SmartLink"):
        assert secret not in sent.body


def test_nobody_confirms_so_the_next_channels_follow(alice: Participant, officer: User) -> None:
    people.open_check_in(alice, officer, now=NOON)
    send(NOON)
    assert channels() == ["sms"]
    send(NOON + CONFIRM_WITHIN[Channel.SMS])
    assert channels() == ["sms", "voice"]
    send(NOON + CONFIRM_WITHIN[Channel.SMS] + CONFIRM_WITHIN[Channel.VOICE])
    assert channels() == ["sms", "voice", "email"]
    send(NOON + 40 * MINUTE)
    assert the(ISSUED).outcome == "sent"


def test_a_receipt_ends_it_and_starts_the_window(alice: Participant, officer: User) -> None:
    check_in = people.open_check_in(alice, officer, now=NOON)
    send(NOON)
    assert note_delivered(Delivery.objects.get(), now=NOON + MINUTE)
    assert not note_delivered(Delivery.objects.get(), now=NOON + 2 * MINUTE)
    check_in.refresh_from_db()
    assert check_in.delivered_at == NOON + MINUTE
    assert the(ISSUED).outcome == "delivered"
    send(NOON + 30 * MINUTE)
    assert channels() == ["sms"]


def test_a_failure_moves_on_at_once(alice: Participant, officer: User) -> None:
    people.open_check_in(alice, officer, now=NOON)
    send(NOON)
    assert note_failed(Delivery.objects.get(), error="30003", now=NOON + MINUTE)
    send(NOON + MINUTE)
    assert channels() == ["sms", "voice"]


def test_the_persons_order_and_addresses_decide(alice: Participant, officer: User) -> None:
    NoticePreferences.objects.create(
        participant=alice, channels=["email", "voice"], updated_at=NOON
    )
    people.open_check_in(alice, officer, now=NOON)
    send(NOON)
    send(NOON + CONFIRM_WITHIN[Channel.EMAIL])
    assert channels() == ["email", "voice"]


def test_somebody_without_any_address_shows_up(alice: Participant, officer: User) -> None:
    ContactPoint.objects.all().delete()
    people.open_check_in(alice, officer, now=NOON)
    send(NOON)
    assert the(ISSUED).outcome == "unreachable"
    assert Notice.objects.visible_to(officer).not_reached().count() == 1
    assert not Notice.objects.visible_to(people.officer(alice.office)).exists()


@pytest.mark.parametrize("act", ["answer", "withdraw"])
def test_answered_or_withdrawn_nothing_more_goes_out(
    alice: Participant, officer: User, act: str
) -> None:
    check_in = people.open_check_in(alice, officer, now=NOON)
    if act == "answer":
        lifecycle.receive_attempt(check_in, lifecycle.NewAttempt(b"photo", ".jpg"), now=NOON)
    else:
        lifecycle.withdraw(check_in, by=officer, reason="a mistake", now=NOON)
    assert the(ISSUED).outcome == "cancelled"
    assert send(NOON) == 0
    assert not Delivery.objects.exists()


def test_a_check_in_that_is_no_longer_open_is_not_announced_even_if_nobody_cancelled(
    alice: Participant, officer: User
) -> None:
    people.open_check_in(alice, officer, now=NOON)
    CheckIn.objects.update(state="lapsed")
    assert send(NOON) == 0
    assert the(ISSUED).outcome == "cancelled"


def test_an_extended_window_extends_its_notices(alice: Participant, officer: User) -> None:
    check_in = people.open_check_in(alice, officer, now=NOON)
    assert check_in.deadline_at is not None
    later = check_in.deadline_at + timedelta(hours=3)
    CheckIn.objects.update(deadline_at=later)
    assert send(check_in.deadline_at + MINUTE) == 1
    assert the(ISSUED).expires_at == later


def test_reminders_come_at_half_time_and_before_the_end_once_each(
    alice: Participant, officer: User
) -> None:
    people.open_check_in(alice, officer, now=NOON)  # two hours
    assert sweeps.remind(NOON + 59 * MINUTE) == 0
    assert sweeps.remind(NOON + 60 * MINUTE) == 1
    assert sweeps.remind(NOON + 61 * MINUTE) == 0
    assert sweeps.remind(NOON + 105 * MINUTE) == 1
    assert sweeps.remind(NOON + 106 * MINUTE) == 0
    assert sweeps.remind(NOON + 120 * MINUTE) == 0
    turns = Notice.objects.filter(kind=REMINDER).order_by("pk").values_list("variant", flat=True)
    assert list(turns) == ["half_time", "last_call"]


def test_after_an_outage_only_the_last_reminder_is_written(
    alice: Participant, officer: User
) -> None:
    people.open_check_in(alice, officer, now=NOON)
    assert sweeps.remind(NOON + 110 * MINUTE) == 1
    assert the(REMINDER).variant == "last_call"


def test_who_has_answered_is_not_reminded(alice: Participant, officer: User) -> None:
    check_in = people.open_check_in(alice, officer, now=NOON)
    lifecycle.receive_attempt(check_in, lifecycle.NewAttempt(b"photo", ".jpg"), now=NOON)
    assert sweeps.remind(NOON + 110 * MINUTE) == 0


def test_who_wants_no_reminders_gets_none(alice: Participant, officer: User) -> None:
    NoticePreferences.objects.create(participant=alice, reminders=False, updated_at=NOON)
    people.open_check_in(alice, officer, now=NOON)
    send(NOON)
    sweeps.remind(NOON + 60 * MINUTE)
    send(NOON + 60 * MINUTE)
    assert the(REMINDER).outcome == "cancelled"


def test_a_reminder_goes_out_on_one_channel_only(alice: Participant, officer: User) -> None:
    people.open_check_in(alice, officer, now=NOON)
    Notice.objects.all().delete()
    sweeps.remind(NOON + 60 * MINUTE)
    for minutes in (60, 70, 80):
        send(NOON + minutes * MINUTE)
    assert channels() == ["sms"]
    assert the(REMINDER).outcome == "sent"


def test_reminders_keep_the_quiet_hours_and_requests_do_not(
    alice: Participant, officer: User
) -> None:
    evening = NOON + timedelta(hours=8, minutes=30)  # 20:30 in New York
    check_in = people.open_check_in(alice, officer, now=evening)
    CheckIn.objects.update(deadline_at=evening + timedelta(hours=16))
    assert send(evening + 40 * MINUTE) == 1  # 21:10: the request itself
    assert sweeps.remind(evening + timedelta(hours=8)) == 1  # 04:30
    assert send(evening + timedelta(hours=8)) == 1  # the request's next channel, by voice
    reminder = the(REMINDER)
    assert reminder.next_at == NOON + timedelta(hours=20)  # 08:00
    assert not reminder.deliveries.exists()
    send(NOON + timedelta(hours=20))
    assert the(REMINDER).deliveries.count() == 1
    assert check_in.public_id == reminder.subject_id


def test_a_verdict_is_news_that_says_nothing(alice: Participant, officer: User) -> None:
    check_in = people.open_check_in(alice, officer, now=NOON)
    attempt = lifecycle.receive_attempt(check_in, lifecycle.NewAttempt(b"x", ".jpg"), now=NOON)
    found = lifecycle.Finding(lifecycle.verdicts.Result.NO_MATCH, ())  # type: ignore[attr-defined]
    lifecycle.record_verification(attempt, found, now=NOON)
    assert not Notice.objects.filter(kind=RESULT).exists()
    lifecycle.propose_not_accepted(check_in, by=officer, reason="another man", now=NOON)
    assert not Notice.objects.filter(kind=RESULT).exists()
    boss = people.supervisor(alice.office)
    lifecycle.confirm_not_accepted(check_in, by=boss, reason="", now=NOON)
    send(NOON)
    body = the(RESULT).deliveries.get().body
    assert "another man" not in body
    assert "accepted" not in body.lower()
    assert "news about your check-in" in body


def test_a_late_answer_of_ours_is_sent_to_who_has_left_the_page(
    alice: Participant, officer: User
) -> None:
    check_in = people.open_check_in(alice, officer, now=NOON)
    attempt = lifecycle.receive_attempt(check_in, lifecycle.NewAttempt(b"x", ".jpg"), now=NOON)
    found = lifecycle.Finding(lifecycle.verdicts.Result.NO_FACE, ())  # type: ignore[attr-defined]
    lifecycle.record_verification(attempt, found, now=NOON + 10 * MINUTE)
    send(NOON + 10 * MINUTE)
    assert "look again by 2:00" in the(RESULT).deliveries.get().body.replace("\u202f", " ")
