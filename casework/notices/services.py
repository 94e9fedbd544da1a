"""Verbs of the outbox: write, cancel, settle, try again."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import NotPermitted, RuleError
from casework.notices.models import Delivery, Notice
from casework.notices.registry import kind_named
from casework.notices.rules import NOT_SENT, TO_SEND, DeliveryState, Outcome
from casework.staff.models import User


@dataclass(frozen=True)
class NewNotice:
    """What to tell whom, until when."""

    participant_pk: int
    kind: str
    subject_id: UUID
    expires_at: datetime
    variant: str = ""
    due_at: datetime | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def write(*new: NewNotice, now: datetime) -> None:
    """Put notices into the outbox, in the caller's transaction. One that is there stays as it is.

    What would be over before it is due is not written.
    """
    rows = [
        Notice(
            participant_id=one.participant_pk,
            kind=kind_named(one.kind).name,
            subject_id=one.subject_id,
            variant=one.variant,
            facts=one.facts,
            written_at=now,
            due_at=one.due_at or now,
            expires_at=one.expires_at,
            next_at=one.due_at or now,
        )
        for one in new
        if one.expires_at > (one.due_at or now)
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def cancel_unsent(subject_id: UUID, *, now: datetime, kinds: Collection[str] | None = None) -> int:
    """Send nothing more about a subject; how many notices were under way.

    What a sender has in hand at this very moment may still go out.
    """
    rows = Notice.objects.under_way().filter(subject_id=subject_id)
    if kinds is not None:
        rows = rows.filter(kind__in=kinds)
    with transaction.atomic():
        keys = list(rows.select_for_update().values_list("pk", flat=True))
        if not keys:
            return 0
        Delivery.objects.filter(notice__in=keys, state=DeliveryState.WAITING.value).update(
            state=DeliveryState.DROPPED.value, next_at=None
        )
        handed_over = Delivery.objects.filter(
            notice__in=keys, state__in=[DeliveryState.SENT.value]
        ).values("notice")
        Notice.objects.filter(pk__in=handed_over).update(
            outcome=Outcome.SENT.value, next_at=None, settled_at=now
        )
        Notice.objects.filter(pk__in=keys, outcome="").update(
            outcome=Outcome.CANCELLED.value, next_at=None, settled_at=now
        )
    return len(keys)


def note_delivered(delivery: Delivery, *, now: datetime, ref: str = "") -> bool:
    """Somebody has it before them: settle the notice and tell its kind. False when known.

    The rest of the notice's deliveries is dropped. The kind is told first, so that rows are locked
    in one order everywhere: what the notice is about, the notice, its deliveries.
    """
    if Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.DELIVERED.value).exists():
        return False
    with transaction.atomic():
        seen = Notice.objects.get(pk=delivery.notice_id)
        told = kind_named(seen.kind).delivered
        if told is not None:
            told(seen.subject_id, now)
        notice = Notice.objects.select_for_update().get(pk=delivery.notice_id)
        locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
        if locked.state == DeliveryState.DELIVERED.value:
            return False
        Delivery.objects.filter(pk=locked.pk).update(
            state=DeliveryState.DELIVERED.value,
            delivered_at=now,
            sent_at=locked.sent_at or now,
            provider_ref=locked.provider_ref or ref,
            next_at=None,
            error="",
        )
        notice.deliveries.filter(state=DeliveryState.WAITING.value).update(
            state=DeliveryState.DROPPED.value, next_at=None
        )
        Notice.objects.filter(pk=notice.pk).update(
            outcome=Outcome.DELIVERED.value, next_at=None, settled_at=now
        )
    return True


def note_failed(
    delivery: Delivery, *, error: str, now: datetime, state: DeliveryState = DeliveryState.FAILED
) -> bool:
    """This channel will not bring it: the notice's next turn is now. False when it is settled."""
    with transaction.atomic():
        notice = Notice.objects.select_for_update().get(pk=delivery.notice_id)
        going = [s.value for s in (*TO_SEND, DeliveryState.SENT)]
        failed = Delivery.objects.filter(pk=delivery.pk, state__in=going).update(
            state=state.value, error=error[:60], next_at=None
        )
        if failed:
            give_turn(notice, now)
    return bool(failed)


def give_turn(notice: Notice, now: datetime) -> None:
    """Let routing look at the notice at once, also when it was settled as merely sent."""
    if notice.outcome in {Outcome.UNDER_WAY.value, Outcome.SENT.value} and notice.expires_at > now:
        Notice.objects.filter(pk=notice.pk).update(outcome="", settled_at=None, next_at=now)


@transaction.atomic
def try_again(delivery: Delivery, *, by: User, reason: str, now: datetime) -> None:
    """A dead letter goes into the post once more. Raises `RuleError` when that makes no sense."""
    reason = reason.strip()
    if not reason:
        raise RuleError(_("Say why it should be sent again."), field="reason")
    if not by.has_perm("notices.change_delivery"):
        raise NotPermitted(_("Your role does not send notices."))
    notice = (
        Notice.objects.select_for_update().select_related("participant").get(pk=delivery.notice_id)
    )
    if notice.expires_at <= now or notice.subject_id not in kind_named(notice.kind).current(
        [notice.subject_id], now
    ):
        raise RuleError(_("Its time is over: sending it now would only confuse."))
    changed = Delivery.objects.filter(
        pk=delivery.pk, state__in=[state.value for state in NOT_SENT]
    ).update(
        state=DeliveryState.WAITING.value,
        attempts=0,
        excused_attempts=0,
        next_at=now,
        error="",
        retry_reason=reason[:300],
    )
    if not changed:
        raise RuleError(_("This message is on its way, or has arrived."))
    Notice.objects.filter(pk=notice.pk).update(outcome="", settled_at=None, next_at=now)
    record(
        "sent a notice again",
        ("delivery", delivery.public_id),
        by=by.actor,
        now=now,
        participant=notice.participant.public_id,
        facts={"kind": notice.kind, "channel": delivery.channel},
    )
