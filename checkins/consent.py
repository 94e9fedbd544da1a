"""What follows at once when consent is withdrawn or given again, in the same transaction."""

from datetime import datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from casework.common.errors import TooOften
from casework.participants.consent import give_consent, withdraw_consent
from casework.participants.models import Participant
from casework.requests import asking
from casework.requests.rules import HelpKind
from checkins.models import CheckIn, PartialUpload, Plan
from checkins.models.plan import Method
from checkins.scheduling.follow import follow_one
from checkins.states import State

log = structlog.get_logger(__name__)

PLEASE_CALL = "I have withdrawn my consent. Please talk with me about how I check in."


@transaction.atomic
def withdraw(participant: Participant, *, now: datetime) -> bool:
    """No photo is asked for from now on, and what has come of one is thrown away; what is open is
    answered by phone; the officer is told.

    False, and nothing more, if no consent stands.
    """
    if not withdraw_consent(participant, now=now):
        return False
    _follow(participant, now)
    open_ones = CheckIn.objects.filter(participant=participant, state=State.OPEN.value)
    open_ones.update(method=Method.PHONE.value)
    PartialUpload.objects.filter(check_in__participant=participant).delete()
    try:
        asking.ask(participant, asking.NewRequest(HelpKind.CALL, _words()), now=now)
    except TooOften:  # their officer has ten wishes of this day to see to already
        log.info("officer not asked again after consent was withdrawn")
    return True


@transaction.atomic
def give(participant: Participant, *, language: str, now: datetime) -> bool:
    """Check-ins are drawn again; one that is open stays a call."""
    given = give_consent(participant, language=language, now=now)
    if given:
        _follow(participant, now)
    return given


def _follow(participant: Participant, now: datetime) -> None:
    """Without a plan there is nothing to follow yet."""
    if Plan.objects.filter(participant=participant).exists():
        follow_one(participant.pk, now)


def _words() -> str:
    """As the person reads them, and in English for whoever sees to it."""
    theirs = _("I have withdrawn my consent. Please talk with me about how I check in.")
    return theirs if theirs == PLEASE_CALL else f"{theirs} ({PLEASE_CALL})"
