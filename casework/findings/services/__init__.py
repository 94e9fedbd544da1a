"""What people do with findings: propose, tell, answer, give time, withdraw, decide.

One function, one transaction, one event. A machine proposes nothing and decides nothing: the
verbs take a member of staff, and the database wants one in each row.
"""

from casework.findings.services.answering import (
    answer,
    answer_days,
    give_time,
    mark_told,
    tell_again,
)
from casework.findings.services.deciding import decide, excuse, take_back_void, withdraw
from casework.findings.services.proposing import (
    Proposal,
    mark_of,
    propose,
    subject_for,
    why_not_proposable,
)
from casework.findings.services.words import MAY_PROPOSE, representative_of

__all__ = [
    "MAY_PROPOSE",
    "Proposal",
    "answer",
    "answer_days",
    "decide",
    "excuse",
    "give_time",
    "mark_of",
    "mark_told",
    "propose",
    "representative_of",
    "subject_for",
    "take_back_void",
    "tell_again",
    "why_not_proposable",
    "withdraw",
]
