"""Every change of a check-in's state: one function, one transaction, one row in its log.

`moves.move` is the only writer of `CheckIn.state`. It updates where the old state still holds,
so of two at once one wins and the other raises `WrongState`.
"""

from checkins.lifecycle.attempts import (
    MAX_ATTEMPTS,
    ConsentWithdrawn,
    NewAttempt,
    closed_for_photos,
    receive_attempt,
    too_many_tries,
)
from checkins.lifecycle.calls import HeldCall, log_call, receive_call
from checkins.lifecycle.challenges import (
    MOST_CHALLENGES,
    MOST_JUDGED,
    NewFrame,
    make_challenge,
)
from checkins.lifecycle.issuing import cancel_too_late, cancel_unissued, issue
from checkins.lifecycle.refused import NotAPhoto, refuse_upload
from checkins.lifecycle.requests import (
    REQUESTS_A_DAY,
    mark_delivered,
    request_check_in,
    withdraw,
)
from checkins.lifecycle.reviewing import (
    accept_as_seen,
    confirm_not_accepted,
    decide_review,
    may_confirm,
    propose_not_accepted,
    undo_acceptance,
)
from checkins.lifecycle.verdicts import (
    Finding,
    close_overdue,
    excuse,
    record_verification,
)

__all__ = [
    "MAX_ATTEMPTS",
    "MOST_CHALLENGES",
    "MOST_JUDGED",
    "REQUESTS_A_DAY",
    "ConsentWithdrawn",
    "Finding",
    "HeldCall",
    "NewAttempt",
    "NewFrame",
    "NotAPhoto",
    "accept_as_seen",
    "cancel_too_late",
    "cancel_unissued",
    "close_overdue",
    "closed_for_photos",
    "confirm_not_accepted",
    "decide_review",
    "excuse",
    "issue",
    "log_call",
    "make_challenge",
    "mark_delivered",
    "may_confirm",
    "propose_not_accepted",
    "receive_attempt",
    "receive_call",
    "record_verification",
    "refuse_upload",
    "request_check_in",
    "too_many_tries",
    "undo_acceptance",
    "withdraw",
]
