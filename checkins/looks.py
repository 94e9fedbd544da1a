"""How check-ins look to staff: badges. The word says it; colour and sign only help."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from casework.common.moments import exact, moment, span
from checkins.states import State
from checkins.verification.codes import Result

# state: (tone, icon)
_LOOKS: dict[State, tuple[str, str]] = {
    State.PLANNED: ("calm", "event"),
    State.OPEN: ("ask", "hourglass_top"),
    State.VERIFYING: ("wait", "sync"),
    State.IN_REVIEW: ("warn", "visibility"),
    State.ACCEPTED: ("good", "check_circle"),
    State.NOT_ACCEPTED: ("bad", "cancel"),
    State.MISSED: ("bad", "event_busy"),
    State.LAPSED: ("calm", "do_not_disturb_on"),
    State.EXCUSED: ("good", "handshake"),
    State.CANCELLED: ("calm", "undo"),
}
_RESULTS: dict[Result, tuple[str, str]] = {
    Result.MATCH: ("good", "check_circle"),
    Result.INCONCLUSIVE: ("warn", "help"),
    Result.NO_MATCH: ("bad", "cancel"),
    Result.SPOOF_SUSPECTED: ("bad", "gpp_maybe"),
    Result.ERROR: ("calm", "error"),
}


def state_name(state: str) -> str:
    """The word for staff."""
    names = {
        State.PLANNED: _("Planned"),
        State.OPEN: _("Open"),
        State.VERIFYING: _("Verifying"),
        State.IN_REVIEW: _("In review"),
        State.ACCEPTED: _("Accepted"),
        State.NOT_ACCEPTED: _("Not accepted"),
        State.MISSED: _("Missed"),
        State.LAPSED: _("Lapsed"),
        State.EXCUSED: _("Excused"),
        State.CANCELLED: _("Withdrawn"),
    }
    return names[State(state)]


def result_name(result: str) -> str:
    names = {
        Result.MATCH: _("Match"),
        Result.INCONCLUSIVE: _("Inconclusive"),
        Result.NO_MATCH: _("No match"),
        Result.NO_FACE: _("No face"),
        Result.SEVERAL_FACES: _("Several faces"),
        Result.POOR_PHOTO: _("Poor photo"),
        Result.SPOOF_SUSPECTED: _("Spoof suspected"),
        Result.ERROR: _("Our error"),
    }
    return names[Result(result)]


def _drawn(tone: str, sign: str, word: str) -> SafeString:
    return format_html(
        '<span class="state {}"><span class="material-symbols-outlined" aria-hidden="true">{}'
        "</span>{}</span>",
        tone,
        sign,
        word,
    )


def tone(state: str) -> str:
    return _LOOKS[State(state)][0]


def badge(state: str) -> SafeString:
    """A check-in's state."""
    return _drawn(*_LOOKS[State(state)], state_name(state))


def result_badge(result: str) -> SafeString:
    """A verification's result; nothing yet is said too."""
    if not result:
        return _drawn("wait", "sync", _("Being checked"))
    return _drawn(*_RESULTS.get(Result(result), ("warn", "no_photography")), result_name(result))


def reference_badge(state: str) -> SafeString:
    drawn = {
        "waiting": ("wait", "sync", _("Being checked")),
        "usable": ("good", "check_circle", _("Usable")),
        "refused": ("bad", "no_photography", _("Not usable")),
        "unlike": ("warn", "how_to_reg", "To be confirmed"),
    }
    return _drawn(*drawn[state])


__all__ = [
    "badge", "exact", "moment", "reference_badge", "result_badge", "result_name", "span",
    "state_name", "tone",
]  # fmt: skip
