"""What people read: each reason says what to do about it, in the reader's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from checkins.states import State
from checkins.verification.codes import Reason, Result

REASONS: dict[Reason, Promise] = {
    Reason.NO_FACE: _("We could not find a face. Hold the phone at eye level and try again."),
    Reason.SEVERAL_FACES: _("There is more than one face. Please be alone in the picture."),
    Reason.FACE_TOO_SMALL: _("Your face is too far away. Come closer to the camera."),
    Reason.TOO_DARK: _("The photo is too dark. Turn towards a window or a lamp."),
    Reason.TOO_BRIGHT: _("The photo is too bright. Move away from strong light."),
    Reason.BLURRED: _("The photo is blurred. Hold still and wipe the lens."),
    Reason.TURNED_AWAY: _("Please look straight into the camera."),
    Reason.TILTED: _("Please hold your head and the phone upright."),
    Reason.EYES_COVERED: _(
        "We cannot see your eyes. Please take off your sunglasses. If you cannot, try a few more"
        " times; an officer will then look."
    ),
    Reason.FACE_CUT_OFF: _("Part of your face is outside the picture. Move to the middle."),
    Reason.UNREADABLE: _("The photo arrived damaged. Please send it again."),
    Reason.NOT_A_PHOTO: _("This file is not a photo we can read. Use a JPEG, PNG, WebP or HEIC."),
    Reason.PHOTO_TOO_LARGE: _("The photo has too many pixels. Choose a smaller picture size."),
    Reason.FILE_TOO_LARGE: _("The file is too large. Send a photo of less than 20 MB."),
    Reason.FILE_EMPTY: _("The file is empty. Please take the photo again."),
    Reason.CLOSED: _(
        "This check-in is closed, so the photo was not kept. It is not counted against you."
    ),
    Reason.DOES_NOT_MATCH: _("An officer will look at this photo. You need do nothing now."),
    Reason.CLOSE_CALL: _("The computer was not sure. An officer will look at this photo."),
    Reason.NO_REFERENCE_PHOTO: _(
        "We have no photo of you to compare with yet. An officer will look at this one."
    ),
    Reason.CONSENT_WITHDRAWN: _(
        "You withdrew your consent, so the computer did not look at this photo. An officer will."
    ),
    Reason.LIVENESS_NOT_SHOWN: _("An officer will look at this photo, as your plan asks."),
    Reason.CANNOT_TURN_HEAD: _("As you cannot turn your head, an officer will look at this photo."),
    Reason.FACE_LOST: _(
        "Your face was not clear while you turned. Keep your eyes on the screen while you turn."
    ),
    Reason.TURN_TOO_SMALL: _(
        "Please turn your head a little further, and wait for the next arrow."
    ),
    Reason.TURNED_OTHER_WAY: _("Your head turned the other way. Please follow the arrows."),
    Reason.TURNS_TOO_SLOW: _("The turns took too long. Please try once more."),
    Reason.HEAD_NOT_TURNED: _(
        "We did not see your head turn. An officer will look at it; you need do nothing now."
    ),
    Reason.ANOTHER_FACE: _(
        "The computer lost sight of your face while you turned. An officer will look at this photo."
    ),
    Reason.ENGINE_FAILED: _("Our system had a problem. An officer will look at this photo."),
}

# The same for staff: what the machine found, not what the participant should do.
REASONS_FOR_STAFF: dict[Reason, Promise] = {
    Reason.NO_FACE: _("No face was found."),
    Reason.SEVERAL_FACES: _("Several faces of comparable size."),
    Reason.FACE_TOO_SMALL: _("The face is too small."),
    Reason.TOO_DARK: _("The face is too dark."),
    Reason.TOO_BRIGHT: _("The face is too bright."),
    Reason.BLURRED: _("The photo is blurred."),
    Reason.TURNED_AWAY: _("The head is turned away."),
    Reason.TILTED: _("The head is tilted."),
    Reason.EYES_COVERED: _("The eyes are covered, as by sunglasses."),
    Reason.FACE_CUT_OFF: _("The face is cut off by the edge."),
    Reason.UNREADABLE: _("The file is damaged."),
    Reason.NOT_A_PHOTO: _("The file is not a photo of a kind we accept."),
    Reason.PHOTO_TOO_LARGE: _("The photo has too many pixels."),
    Reason.FILE_TOO_LARGE: _("The file is too large."),
    Reason.FILE_EMPTY: _("The file is empty."),
    Reason.CLOSED: _("This check-in takes no more photos."),
    Reason.DOES_NOT_MATCH: _("Less similar to the reference photos than the review limit."),
    Reason.CLOSE_CALL: _("Between the match limit and the review limit."),
    Reason.NO_REFERENCE_PHOTO: _("There is no usable reference photo to compare with."),
    Reason.CONSENT_WITHDRAWN: _("Not compared: the person has withdrawn their consent."),
    Reason.LIVENESS_NOT_SHOWN: _("The plan asks for liveness, and none was shown."),
    Reason.CANNOT_TURN_HEAD: _("The person says they cannot turn their head."),
    Reason.FACE_LOST: _("A frame of the head turns shows no usable face."),
    Reason.TURN_TOO_SMALL: _("The head was turned less than a half turn."),
    Reason.TURNED_OTHER_WAY: _("The head was turned to the other side than asked."),
    Reason.TURNS_TOO_SLOW: _("The frames do not follow one another in time."),
    Reason.HEAD_NOT_TURNED: _("The head did not turn in any frame, as with a print or a screen."),
    Reason.ANOTHER_FACE: _("A frame shows a face that differs from the photo's."),
    Reason.ENGINE_FAILED: _("Verification failed on our side; the photo may be fine."),
}

STATES: dict[State, Promise] = {
    State.PLANNED: _("Planned"),
    State.OPEN: _("Waiting for your answer"),
    State.VERIFYING: _("Being checked"),
    State.IN_REVIEW: _("An officer is looking at it"),
    State.ACCEPTED: _("Accepted"),
    State.NOT_ACCEPTED: _("Not accepted"),
    State.MISSED: _("Missed"),
    State.LAPSED: _("Closed; it does not count"),
    State.EXCUSED: _("Excused"),
    State.CANCELLED: _("Withdrawn; it does not count"),
}

# The same for whoever checks a receipt: it says what came of a check-in, and not whose it is.
OUTCOMES: dict[State, Promise] = {
    State.PLANNED: _("The check-in is planned."),
    State.OPEN: _("The check-in is still open and waits for another answer."),
    State.VERIFYING: _("The answer is being checked."),
    State.IN_REVIEW: _("An officer is looking at the answer; nothing is decided yet."),
    State.ACCEPTED: _("The check-in was accepted."),
    State.NOT_ACCEPTED: _("An officer did not accept the check-in."),
    State.MISSED: _("The check-in is recorded as missed."),
    State.LAPSED: _("The check-in was closed and does not count."),
    State.EXCUSED: _("The check-in was excused."),
    State.CANCELLED: _("The check-in was withdrawn and does not count."),
}

RESULTS: dict[Result, Promise] = {
    Result.MATCH: _("Match"),
    Result.INCONCLUSIVE: _("Inconclusive"),
    Result.NO_MATCH: _("No match"),
    Result.NO_FACE: _("No face"),
    Result.SEVERAL_FACES: _("Several faces"),
    Result.POOR_PHOTO: _("Poor photo"),
    Result.SPOOF_SUSPECTED: _("Spoof suspected"),
    Result.ERROR: _("Our error"),
}


def reason_text(reason: Reason | str) -> str:
    """What a participant should know or do, in the active language."""
    return str(REASONS[Reason(reason)])


def reason_text_for_staff(reason: Reason | str) -> str:
    """What was found, for a reviewer, in the active language."""
    return str(REASONS_FOR_STAFF[Reason(reason)])


def state_text(state: State | str) -> str:
    """A check-in's state as its participant reads it, in the active language."""
    return str(STATES[State(state)])


def outcome_text(state: State | str) -> str:
    """What came of a check-in, for someone who holds its receipt, in the active language."""
    return str(OUTCOMES[State(state)])
