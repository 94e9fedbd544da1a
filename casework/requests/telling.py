"""Notices about requests: that there is an answer, and the code for a new number.

Whoever else sees the phone may read them: they never say what was reported or asked for.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from casework.common.sealing import unseal
from casework.notices.registry import Facts, Kind, Message, Reading, register
from casework.notices.rules import Channel
from casework.notices.services import NewNotice, cancel_unsent, write
from casework.requests.models import ChangeReport, HelpRequest, PhoneProof

SETTLED, ANSWERED, CODE = "change_settled", "help_answered", "phone_code"
NEWS_FOR = timedelta(days=14)
_TOLD_STATES = ["confirmed", "not_confirmed"]


def tell_settled(change: ChangeReport, *, now: datetime) -> None:
    """In the caller's transaction."""
    _write(SETTLED, change.participant_id, change.public_id, now)


def tell_answered(request: HelpRequest, *, now: datetime) -> None:
    """That it was seen, and that it was answered: each once."""
    _write(ANSWERED, request.participant_id, request.public_id, now, request.state)


def tell_code(proof: PhoneProof, *, now: datetime) -> None:
    """To the new number alone; an earlier code that has not left yet does not go out any more."""
    cancel_unsent(proof.public_id, now=now, kinds={CODE})
    if proof.expires_at is None:
        return
    write(
        NewNotice(
            participant_pk=proof.point.participant_id,
            kind=CODE,
            subject_id=proof.public_id,
            variant=str(proof.codes),
            expires_at=proof.expires_at,
        ),
        now=now,
    )


def _write(kind: str, participant_pk: int, subject: UUID, now: datetime, variant: str = "") -> None:
    write(
        NewNotice(
            participant_pk=participant_pk,
            kind=kind,
            subject_id=subject,
            variant=variant,
            expires_at=now + NEWS_FOR,
        ),
        now=now,
    )


def settled_changes(subjects: Collection[UUID], now: datetime) -> Mapping[UUID, Facts]:
    rows = ChangeReport.objects.filter(public_id__in=subjects, state__in=_TOLD_STATES)
    return {key: {} for key in rows.values_list("public_id", flat=True)}


def answered_requests(subjects: Collection[UUID], now: datetime) -> Mapping[UUID, Facts]:
    rows = HelpRequest.objects.filter(public_id__in=subjects).exclude(state="withdrawn")
    return {key: {} for key in rows.values_list("public_id", flat=True)}


def codes_under_way(subjects: Collection[UUID], now: datetime) -> Mapping[UUID, Facts]:
    """`to` is the number that the code is for: no other one may get it."""
    rows = PhoneProof.objects.filter(public_id__in=subjects, expires_at__gt=now)
    return {
        proof.public_id: {
            "to": str(proof.point.phone),
            "code": unseal(bytes(proof.sealed or b"")).decode(),
        }
        for proof in rows.select_related("point")
    }


def settled(reading: Reading) -> Message:
    text = _("Your office has answered what you reported. Please look at your page.")
    return Message(
        title=_("Your office has answered"),
        text=text,
        spoken=text,
        path=reverse("portal:change", args=[reading.subject_id]),
    )


def answered(reading: Reading) -> Message:
    text = _("Your office has answered your request. Please look at your page.")
    return Message(
        title=_("Your office has answered"), text=text, spoken=text, path=reverse("portal:tell")
    )


def code(reading: Reading) -> Message:
    """Digit by digit where it is spoken."""
    digits = str(reading.facts["code"])
    text = _("%(code)s is your code. Type it on your page. Give it to nobody.")
    return Message(
        title=_("Your code"),
        text=text % {"code": digits},
        spoken=text % {"code": ", ".join(digits)},
        path=reverse("portal:tell"),
    )


def register_kinds() -> None:
    """Called once, at start."""
    register(
        Kind(SETTLED, "Answer to a reported change", settled, settled_changes),
        Kind(ANSWERED, "Answer to a request for help", answered, answered_requests),
        Kind(
            CODE, "Code for a new number", code, codes_under_way,
            urgent=True, channels=(Channel.SMS, Channel.VOICE),
        ),
    )  # fmt: skip
