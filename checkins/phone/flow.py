"""A call turn by turn. Each answer is one transaction on the call's locked row.

Webhooks come twice, late, or out of order: what answers an earlier turn than the present one
changes nothing and hears the present question again.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import translation

from casework.common.errors import NotRecognised, TooOften, WrongState
from casework.participants.models import ContactPoint, Participant
from casework.participants.sign_in import confirm_pin, participant_on_keypad
from checkins.lifecycle import mark_delivered, receive_call
from checkins.models import CheckIn, PhoneCall
from checkins.phone import words
from checkins.phone.rules import (
    ANIMALS,
    COLOURS,
    FETCH_AFTER,
    LATE_ANSWERS_FOR,
    MENU,
    MOST_UNHEARD,
    MOST_WRONG_PINS,
    NUMBERS,
    SHORTEST_RECORDING_SECONDS,
)
from checkins.phone.script import Ask, Turn, ask_for_step, goodbye, spoken
from checkins.states import WAITING_FOR_PARTICIPANT, State

Step, CallState = PhoneCall.Step, PhoneCall.State


@dataclass(frozen=True)
class Heard:
    """What the provider says that the caller did."""

    digits: str = ""
    recording: str = ""
    seconds: int = 0


def begin(provider_id: str, caller: str, *, now: datetime) -> Turn:
    """A call that comes in. The same one again hears where it stands."""
    known = _known_by(caller)
    try:
        with transaction.atomic():
            call = PhoneCall.objects.create(
                provider_id=provider_id,
                direction=PhoneCall.Direction.INBOUND,
                state=CallState.TALKING,
                step=Step.PIN if known is not None else Step.LANGUAGE,
                participant=known,
                language=known.language if known is not None else "en",
                steps=["known by number"] if known is not None else [],
                created_at=now,
                started_at=now,
            )
    except IntegrityError:
        call = PhoneCall.objects.get(provider_id=provider_id)
    return _where_it_stands(call, greet=True)


@transaction.atomic
def picked_up(provider_id: str, call: PhoneCall, *, now: datetime) -> Turn:
    """A call of ours was answered by somebody: a PIN says by whom."""
    locked = PhoneCall.objects.select_for_update().get(pk=call.pk)
    if locked.ended_at is None and locked.state != CallState.TALKING:
        _change(locked, provider_id=provider_id, state=CallState.TALKING, started_at=now)
    return _where_it_stands(locked, greet=True)


def take(provider_id: str, turn: int, heard: Heard, *, now: datetime) -> Turn:
    """The caller's answer to a turn."""
    with transaction.atomic():
        call = PhoneCall.objects.select_for_update().filter(provider_id=provider_id).first()
        if call is None:
            return Turn(spoken("en", words.call_again()), Ask.NOTHING)
        if turn != call.turn or call.step == Step.OVER:
            return _where_it_stands(call)
        if call.ended_at is not None and call.step != Step.PHRASE:
            return _where_it_stands(call)  # hung up; a recording may still come after it
        _change(call, turn=call.turn + 1)
        with translation.override(call.language):
            return _STEPS[Step(call.step)](call, heard, now)


def _where_it_stands(call: PhoneCall, *, greet: bool = False) -> Turn:
    if call.step != Step.OVER and call.ended_at is None:
        return ask_for_step(call, greet=greet)
    with translation.override(call.language):
        return goodbye(call, words.call_your_office())


def _known_by(caller: str) -> Participant | None:
    """Whose number this is; None when it is withheld, nobody's, or several people's."""
    if not caller.startswith("+"):
        return None
    owners = Participant.objects.filter(
        contact_points__in=ContactPoint.objects.filter(phone=caller),
        closed_at__isnull=True,
        credential__isnull=False,
    ).distinct()
    found = list(owners[:2])
    return found[0] if len(found) == 1 else None


def _language(call: PhoneCall, heard: Heard, now: datetime) -> Turn:
    chosen = dict(MENU).get(heard.digits[:1])
    if chosen is None:
        return _unheard(call, now)
    _change(call, language=chosen, step=Step.WHO, unheard=0, steps=[*call.steps, "language"])
    return ask_for_step(call)


def _who(call: PhoneCall, heard: Heard, now: datetime) -> Turn:
    digits = "".join(sign for sign in heard.digits if sign.isdigit())
    if not digits:
        return _unheard(call, now)
    # Whether the code means somebody is not said before the PIN.
    someone = participant_on_keypad(digits)
    _change(call, participant=someone, step=Step.PIN, unheard=0, steps=[*call.steps, "code"])
    return ask_for_step(call)


def _pin(call: PhoneCall, heard: Heard, now: datetime) -> Turn:
    if heard.digits.startswith("*") and call.direction == PhoneCall.Direction.INBOUND:
        _change(call, participant=None, step=Step.LANGUAGE, steps=[*call.steps, "another person"])
        return ask_for_step(call)
    if not heard.digits:
        return _unheard(call, now)
    try:
        confirm_pin(call.participant, heard.digits.rstrip("#"), now=now)
    except TooOften:
        return _hang_up(call, now, "blocked", words.blocked(), words.call_your_office())
    except NotRecognised:
        return _wrong_pin(call, now)
    _change(call, identified_at=now, unheard=0, steps=[*call.steps, "PIN right"])
    return _to_answer(call, now)


def _wrong_pin(call: PhoneCall, now: datetime) -> Turn:
    wrong = call.wrong_pins + 1
    _change(call, wrong_pins=wrong, steps=[*call.steps, "PIN wrong"])
    if wrong >= MOST_WRONG_PINS:
        return _hang_up(call, now, "gave up", words.wrong_pin(), words.call_your_office())
    if call.direction == PhoneCall.Direction.INBOUND:
        _change(call, participant=None, step=Step.WHO)
    return ask_for_step(call, words.wrong_pin())


def _to_answer(call: PhoneCall, now: datetime) -> Turn:
    """The caller is who they say: which check-in is to be answered, and how."""
    person = call.participant
    if person is None:
        raise AssertionError("identified, and yet nobody")
    check_in = waiting_for(person, now)
    if check_in is None:
        return _hang_up(call, now, "nothing open", words.nothing_open())
    if State(check_in.state) is State.VERIFYING:
        return _hang_up(call, now, "being checked", words.being_looked_at())
    mark_delivered(check_in, now=now)
    _change(call, check_in=check_in)
    late = check_in.state == State.MISSED.value
    if not late and check_in.plan is not None and check_in.plan.phone_pin_alone:
        return _answered(call, now, enough=True)
    phrase = [secrets.choice(COLOURS), secrets.choice(ANIMALS), str(secrets.choice(NUMBERS))]
    _change(call, phrase=phrase, step=Step.PHRASE)
    return ask_for_step(call, words.late() if late else "")


def waiting_for(participant: Participant, now: datetime) -> CheckIn | None:
    """What this person can answer now: the open check-in, else one missed a moment ago."""
    mine = CheckIn.objects.of(participant).select_related("plan", "participant")
    waiting = [state.value for state in WAITING_FOR_PARTICIPANT]
    found: CheckIn | None = mine.filter(state__in=waiting).first()
    if found is None:
        missed = mine.filter(state=State.MISSED.value, deadline_at__gt=now - LATE_ANSWERS_FOR)
        found = missed.order_by("-deadline_at").first()
    return found


def _phrase(call: PhoneCall, heard: Heard, now: datetime) -> Turn:
    if not heard.recording or heard.seconds < SHORTEST_RECORDING_SECONDS:
        return _unheard(call, now)
    _change(
        call,
        recording_at_provider=heard.recording[:400],
        recording_seconds=heard.seconds,
        next_fetch_at=now + FETCH_AFTER,
        steps=[*call.steps, "phrase recorded"],
    )
    return _answered(call, now, enough=False)


def _answered(call: PhoneCall, now: datetime, *, enough: bool) -> Turn:
    person, check_in = call.participant, call.check_in
    if person is None or check_in is None:
        raise AssertionError("an answer of nobody, or to nothing")
    try:
        attempt = receive_call(check_in, call, by=person.actor, now=now, enough=enough)
    except WrongState:  # another call, or a photo, was quicker
        return _hang_up(call, now, "too late", words.being_looked_at())
    _change(call, state=CallState.ANSWERED, step=Step.OVER, ended_at=call.ended_at or now)
    said = words.accepted() if enough else words.taken_for_review()
    return goodbye(call, said, words.receipt(attempt.receipt.code))


def _unheard(call: PhoneCall, now: datetime) -> Turn:
    times = call.unheard + 1
    _change(call, unheard=times)
    if times >= MOST_UNHEARD:
        return _hang_up(call, now, "nothing heard", words.not_heard(), words.call_your_office())
    return ask_for_step(call, words.not_heard())


def _hang_up(call: PhoneCall, now: datetime, why: str, *texts: str) -> Turn:
    steps = [*call.steps, why]
    _change(call, state=CallState.BROKEN_OFF, step=Step.OVER, ended_at=now, steps=steps)
    return goodbye(call, *texts)


def _change(call: PhoneCall, **facts: object) -> None:
    for name, value in facts.items():
        setattr(call, name, value)
    call.save(update_fields=list(facts))


_STEPS = {Step.LANGUAGE: _language, Step.WHO: _who, Step.PIN: _pin, Step.PHRASE: _phrase}

_ENDINGS = {"completed": CallState.BROKEN_OFF}


@transaction.atomic
def ended(provider_id: str, status: str, *, now: datetime) -> None:
    """The provider says how a call ended; a check-in that was not answered stays as it was."""
    call = PhoneCall.objects.select_for_update().filter(provider_id=provider_id).first()
    if call is None or call.ended_at is not None:
        return
    state = _ENDINGS.get(status, CallState.FAILED)
    _change(call, state=state, ended_at=now, steps=[*call.steps, f"provider: {status[:20]}"])
