"""A turn of a call as TwiML, the XML that Twilio and what speaks like it plays."""

from twilio.twiml.voice_response import Gather, VoiceResponse

from checkins.phone.rules import LONGEST_RECORDING_SECONDS, VOICES
from checkins.phone.script import Ask, Line, Turn

SECONDS_TO_ANSWER = 8


def as_twiml(turn: Turn, answer_at: str) -> str:
    """`answer_at` is the absolute address that the answer goes to."""
    response = VoiceResponse()
    where = f"{answer_at}?turn={turn.number}"
    if turn.ask is Ask.NOTHING:
        _say(response, turn.lines)
        response.hangup()
    elif turn.ask is Ask.RECORDING:
        _say(response, turn.lines)
        response.record(
            action=where,
            method="POST",
            max_length=LONGEST_RECORDING_SECONDS,
            timeout=4,
            finish_on_key="#",
            play_beep=True,
            trim="trim-silence",
        )
    else:
        keys = {"num_digits": 1} if turn.ask is Ask.KEY else {"finish_on_key": "#"}
        # Also without a key, so that silence is heard as silence and asked again.
        gather = Gather(
            input="dtmf",
            action=where,
            method="POST",
            timeout=SECONDS_TO_ANSWER,
            action_on_empty_result=True,
            **keys,
        )
        _say(gather, turn.lines)
        response.append(gather)
    return str(response)


def _say(into: VoiceResponse | Gather, lines: tuple[Line, ...]) -> None:
    for line in lines:
        into.say(line.text, language=VOICES[line.language])
