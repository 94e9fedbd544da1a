"""Calls of ours: asked for by participant or officer, placed by a worker, each at most once."""

from datetime import datetime
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.actors import Actor
from casework.common.errors import RuleError, TooOften, WrongState
from casework.participants.models import ContactPoint
from casework.staff.models import User
from checkins.models import CheckIn, PhoneCall
from checkins.phone.provider import NotCarried, Ring, VoiceProvider
from checkins.phone.rules import CALL_IS_OVER_AFTER, CALLS_A_CHECK_IN
from checkins.states import State

log = structlog.get_logger(__name__)
BATCH = 200
ANSWER_PATH, TURN_PATH, STATUS_PATH = "/phone/call/", "/phone/turn/", "/phone/status/"


def number_of(check_in: CheckIn) -> ContactPoint | None:
    """Where we would call this person: the preferred phone, else the first."""
    points = check_in.participant.contact_points.filter(kind=ContactPoint.Kind.PHONE)
    return points.order_by("-preferred", "pk").first()


@transaction.atomic
def ask_for_call(
    check_in: CheckIn, *, by: Actor, now: datetime, officer: User | None = None
) -> PhoneCall:
    """Have the program call the person about an open check-in.

    Raises `WrongState` when it is not open, `RuleError` without a number or while a call is on its
    way, `TooOften` past 3 calls for one check-in.
    """
    locked = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    if locked.state != State.OPEN.value:
        raise WrongState(_("This check-in takes no more answers."))
    point = number_of(locked)
    if point is None:
        raise RuleError(_("We have no phone number to call. Call us instead."))
    ours = locked.phone_calls.filter(direction=PhoneCall.Direction.OUTBOUND)
    if ours.count() >= CALLS_A_CHECK_IN:
        raise TooOften(_("We have called several times. Call us instead."), retry_after=3600)
    try:
        with transaction.atomic():
            call = PhoneCall.objects.create(
                direction=PhoneCall.Direction.OUTBOUND,
                state=PhoneCall.State.QUEUED,
                step=PhoneCall.Step.PIN,
                participant=locked.participant,
                check_in=locked,
                language=locked.participant.language,
                contact_point=point,
                requested_by=officer,
                created_at=now,
            )
    except IntegrityError as error:
        raise RuleError(_("We are calling already. Please answer your phone.")) from error
    record(
        "asked for a call",
        ("check-in", locked.public_id),
        by=by,
        now=now,
        participant=locked.participant.public_id,
    )
    return call


def place(call_pk: int, provider: VoiceProvider, *, now: datetime) -> bool:
    """Have the provider ring; True if this call of it did.

    Taken on in one transaction before the provider is asked, so nobody is rung twice: what fails,
    or may have failed, is not tried again. The participant can ask again.
    """
    taken = PhoneCall.objects.filter(pk=call_pk, state=PhoneCall.State.QUEUED).update(
        state=PhoneCall.State.PLACING, placed_at=now
    )
    if not taken:
        return False
    call = PhoneCall.objects.select_related("contact_point").get(pk=call_pk)
    number = str(call.contact_point.phone) if call.contact_point is not None else ""
    about = urlencode({"call": str(call.public_id)})
    ring = Ring(
        to=number,
        answer_at=f"{settings.PUBLIC_URL}{ANSWER_PATH}?{about}",
        status_at=f"{settings.PUBLIC_URL}{STATUS_PATH}",
    )
    placing = PhoneCall.objects.filter(pk=call.pk, state=PhoneCall.State.PLACING)
    try:
        provider_id = provider.ring(ring)
    except NotCarried as error:
        log.warning("call not placed", call=str(call.public_id), error=error.code)
        placing.update(state=PhoneCall.State.FAILED, ended_at=now)
        return False
    # It may have been picked up meanwhile, and then says itself which call it is.
    placing.update(state=PhoneCall.State.RINGING)
    if provider_id is not None:
        PhoneCall.objects.filter(pk=call.pk, provider_id=None).update(provider_id=provider_id)
    return True


def calls_to_place(now: datetime) -> list[int]:
    """Calls of ours whose nudge was lost (primary keys)."""
    return list(PhoneCall.objects.to_place(now).order_by("pk").values_list("pk", flat=True)[:BATCH])


def end_silent_calls(now: datetime) -> int:
    """Calls whose end nobody told us; their check-ins stay as they were. How many."""
    silent = PhoneCall.objects.filter(
        ended_at__isnull=True, created_at__lte=now - CALL_IS_OVER_AFTER
    )
    return silent.update(state=PhoneCall.State.BROKEN_OFF, ended_at=now)
