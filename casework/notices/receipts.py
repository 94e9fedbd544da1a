"""What providers report about a delivery. Repeated, late and mixed-up reports do no harm."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from casework.notices.models import Delivery, Notice
from casework.notices.rules import Channel, DeliveryState
from casework.notices.services import give_turn, note_delivered, note_failed


class Report(StrEnum):
    ON_ITS_WAY = "on its way"
    DELIVERED = "delivered"
    NOT_HEARD = "not heard"
    FAILED = "failed"


_REPORTS: dict[Channel, dict[str, Report]] = {
    Channel.SMS: {
        "delivered": Report.DELIVERED,
        "read": Report.DELIVERED,
        "undelivered": Report.FAILED,
        "failed": Report.FAILED,
        "canceled": Report.FAILED,
    },
    Channel.VOICE: {
        "completed": Report.NOT_HEARD,
        "busy": Report.FAILED,
        "no-answer": Report.FAILED,
        "failed": Report.FAILED,
        "canceled": Report.FAILED,
    },
}


@dataclass(frozen=True)
class Status:
    """A status callback: the provider's id and word, to whom, who answered, and its error."""

    ref: str
    word: str
    to: str
    answered_by: str = ""
    error: str = ""


def belongs(delivery: Delivery, status: Status) -> bool:
    """Whether a signed report can be about this delivery at all."""
    same_address = delivery.address == status.to
    return same_address and bool(status.ref) and delivery.provider_ref in {"", status.ref}


def heed(delivery: Delivery, status: Status, *, now: datetime) -> None:
    """Do what a report asks for. A person who answered a call has heard it; a machine has not."""
    report = _REPORTS[Channel(delivery.channel)].get(status.word, Report.ON_ITS_WAY)
    if report is Report.NOT_HEARD and status.answered_by == "human":
        report = Report.DELIVERED
    if report is Report.DELIVERED:
        note_delivered(delivery, now=now, ref=status.ref)
    elif report is Report.FAILED:
        _keep_ref(delivery, status.ref)
        note_failed(delivery, error=status.error or status.word, now=now)
    else:
        _note_taken(delivery, status.ref, now, turn=report is Report.NOT_HEARD)


def _keep_ref(delivery: Delivery, ref: str) -> None:
    Delivery.objects.filter(pk=delivery.pk, provider_ref="").update(provider_ref=ref[:200])


@transaction.atomic
def _note_taken(delivery: Delivery, ref: str, now: datetime, *, turn: bool) -> None:
    """The provider has it: also when its answer to our call was lost."""
    notice = Notice.objects.select_for_update().get(pk=delivery.notice_id)
    _keep_ref(delivery, ref)
    Delivery.objects.to_send().filter(pk=delivery.pk, attempts__gt=0).update(
        state=DeliveryState.SENT.value, sent_at=now, next_at=None, error=""
    )
    if turn and notice.deliveries.filter(pk=delivery.pk, state="sent").exists():
        give_turn(notice, now)
