"""When and how a notice goes out: the decisions that need no database."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from casework.notices.rules import (
    CONFIRM_WITHIN,
    LONGEST_WAIT,
    Channel,
    DeliveryState,
    Outcome,
    Situation,
    Step,
    Tried,
    Word,
    meaning_of,
    next_step,
    quiet_until,
    wait_after,
)

NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
END = NOW + timedelta(hours=2)
ORDER = (Channel.PUSH, Channel.SMS, Channel.VOICE)
NEW_YORK = ZoneInfo("America/New_York")
NIGHT = (time(21), time(8))


def at(*tried: tuple[Channel, DeliveryState], **kw: object) -> Situation:
    facts = {"now": NOW, "expires_at": END, "wanted": True, "order": ORDER}
    return Situation(tried=[Tried(*one) for one in tried], **facts | kw)  # type: ignore[arg-type]


def test_the_first_channel_of_the_person_comes_first() -> None:
    assert next_step(at()) == Step(
        channel=Channel.PUSH, again_at=NOW + CONFIRM_WITHIN[Channel.PUSH]
    )
    assert next_step(at(order=(Channel.EMAIL, Channel.SMS))).channel is Channel.EMAIL


@pytest.mark.parametrize("state", ["sent", "failed", "dead", "waiting", "leased", "dropped"])
def test_what_is_not_confirmed_goes_on_to_the_next_channel(state: str) -> None:
    step = next_step(at((Channel.PUSH, DeliveryState(state))))
    assert step.channel is Channel.SMS


def test_a_notice_that_does_not_escalate_stays_with_the_channel_that_took_it() -> None:
    sent = at((Channel.PUSH, DeliveryState.SENT), escalates=False)
    assert next_step(sent) == Step(outcome=Outcome.SENT)
    failed = at((Channel.PUSH, DeliveryState.FAILED), escalates=False)
    assert next_step(failed).channel is Channel.SMS


@pytest.mark.parametrize(
    ("states", "outcome"),
    [
        (["sent", "sent", "sent"], Outcome.SENT),
        (["failed", "dead", "failed"], Outcome.FAILED),
        (["failed", "delivered"], Outcome.DELIVERED),
    ],
)
def test_a_notice_ends_as_its_best_delivery(states: list[str], outcome: Outcome) -> None:
    tried = zip(ORDER, states, strict=False)
    assert next_step(at(*((c, DeliveryState(s)) for c, s in tried))).outcome is outcome


def test_while_a_last_try_is_out_the_notice_waits_for_it() -> None:
    tried = [(channel, DeliveryState.FAILED) for channel in ORDER[:2]]
    step = next_step(at(*tried, (Channel.VOICE, DeliveryState.WAITING)))
    assert step.outcome is Outcome.UNDER_WAY
    assert step.channel is None
    assert step.again_at is not None
    assert step.again_at > NOW


def test_somebody_without_an_address_cannot_be_reached() -> None:
    assert next_step(at(order=())).outcome is Outcome.UNREACHABLE


def test_nothing_is_sent_after_the_end_or_unwanted() -> None:
    assert next_step(at(expires_at=NOW)).outcome is Outcome.EXPIRED
    assert next_step(at(wanted=False)).outcome is Outcome.CANCELLED
    sent = (Channel.SMS, DeliveryState.SENT)
    assert next_step(at(sent, wanted=False)).outcome is Outcome.SENT
    assert next_step(at(sent, expires_at=NOW)).outcome is Outcome.SENT


def test_quiet_hours_put_a_first_try_off() -> None:
    later = NOW + timedelta(hours=1)
    assert next_step(at(quiet_until=later)) == Step(again_at=later)


@pytest.mark.parametrize(
    ("local", "end"),
    [
        ((2026, 3, 4, 20, 59), None),
        ((2026, 3, 4, 21, 0), (2026, 3, 5, 8, 0)),
        ((2026, 3, 5, 0, 30), (2026, 3, 5, 8, 0)),
        ((2026, 3, 5, 7, 59), (2026, 3, 5, 8, 0)),
        ((2026, 3, 5, 8, 0), None),
        ((2026, 3, 7, 23, 0), (2026, 3, 8, 8, 0)),  # the clock goes forward in that night
        ((2026, 10, 31, 23, 0), (2026, 11, 1, 8, 0)),  # and back in that one
    ],
)
def test_quiet_hours_are_the_persons_own(local: tuple[int, ...], end: tuple[int, ...]) -> None:
    now = datetime(*local, tzinfo=NEW_YORK).astimezone(UTC)  # type: ignore[misc,arg-type]
    expected = datetime(*end, tzinfo=NEW_YORK) if end else None  # type: ignore[misc,arg-type]
    assert quiet_until(now, NEW_YORK, NIGHT) == expected


def test_quiet_hours_within_a_day() -> None:
    hours = (time(12), time(13, 30))
    noon = datetime(2026, 3, 4, 12, tzinfo=NEW_YORK)
    assert quiet_until(noon, NEW_YORK, hours) == noon.replace(hour=13, minute=30)
    assert quiet_until(noon.replace(hour=14), NEW_YORK, hours) is None


def test_waits_double_up_to_a_cap() -> None:
    waits = [wait_after(tries) for tries in range(1, 60)]
    assert waits[1] == 2 * waits[0]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("STOP", Word.STOP), ("stop.", Word.STOP), (" Arrêt ", Word.STOP), ("ARRET", Word.STOP),
        ("alto", Word.STOP), ("Dừng", Word.STOP), ("СТОП!", Word.STOP), ("停止", Word.STOP),
        ("إيقاف", Word.STOP), ("ਰੋਕੋ", Word.STOP), ("Sispann", Word.STOP), ("Sair", Word.STOP),
        ("Start", Word.START), ("开始", Word.START), ("ਸ਼ੁਰੂ", Word.START), ("Bắt đầu", Word.START),
        ("начать", Word.START), ("ابدأ", Word.START), ("Kòmanse", Word.START),
        ("help", Word.HELP), ("¿Ayuda?", Word.HELP), ("ÈD", Word.HELP), ("مساعدة", Word.HELP),
        ("ਮਦਦ", Word.HELP), ("Trợ giúp", Word.HELP),
        ("please do not stop", Word.OTHER), ("", Word.OTHER), ("123", Word.OTHER),
        ("STOP" * 30, Word.OTHER),
    ],
)  # fmt: skip
def test_the_words_that_text_messages_may_say(text: str, meaning: Word) -> None:
    assert meaning_of(text) is meaning
