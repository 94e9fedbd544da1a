"""The words a verification ends in; stored with the attempt and turned into sentences elsewhere."""

from enum import StrEnum


class Result(StrEnum):
    """What came of one photo."""

    MATCH = "match"
    INCONCLUSIVE = "inconclusive"
    NO_MATCH = "no_match"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    POOR_PHOTO = "poor_photo"
    SPOOF_SUSPECTED = "spoof_suspected"
    ERROR = "error"


class Reason(StrEnum):
    """Why; the first of several is the one to tell the participant."""

    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    FACE_TOO_SMALL = "face_too_small"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    BLURRED = "blurred"
    TURNED_AWAY = "turned_away"
    TILTED = "tilted"
    EYES_COVERED = "eyes_covered"
    FACE_CUT_OFF = "face_cut_off"
    UNREADABLE = "unreadable"  # a broken file
    NOT_A_PHOTO = "not_a_photo"  # a format that is not allowed
    PHOTO_TOO_LARGE = "photo_too_large"  # pixels
    FILE_TOO_LARGE = "file_too_large"  # bytes
    FILE_EMPTY = "file_empty"
    CLOSED = "closed"  # a check-in that was over without an answer
    DOES_NOT_MATCH = "does_not_match"
    CLOSE_CALL = "close_call"
    NO_REFERENCE_PHOTO = "no_reference_photo"
    CONSENT_WITHDRAWN = "consent_withdrawn"  # so nothing was compared
    LIVENESS_NOT_SHOWN = "liveness_not_shown"
    CANNOT_TURN_HEAD = "cannot_turn_head"  # so the person says
    # Of the frames of a head-turn challenge:
    FACE_LOST = "face_lost"
    TURN_TOO_SMALL = "turn_too_small"
    TURNED_OTHER_WAY = "turned_other_way"
    TURNS_TOO_SLOW = "turns_too_slow"
    HEAD_NOT_TURNED = "head_not_turned"  # as a flat photo would look
    ANOTHER_FACE = "another_face"
    ENGINE_FAILED = "engine_failed"


class Liveness(StrEnum):
    """Whether the person was shown to be in front of the camera."""

    NOT_REQUIRED = "not_required"
    NOT_SHOWN = "not_shown"
    PASSED = "passed"
    FAILED = "failed"
