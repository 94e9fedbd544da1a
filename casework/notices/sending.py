"""Sending: lease, commit, call, mark. A sender may die at any point; nothing is sent twice.

A lease raises `attempts`. Whoever holds the newest lease says what came of it; before any second
try the provider is asked whether the first one arrived.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from casework.faults.rules import PROBE_EVERY, Part
from casework.faults.services import (
    beat,
    claim_probe,
    down_channels,
    note_failure,
    note_success,
)
from casework.notices import registry, rules
from casework.notices.inbound import note_opt_out
from casework.notices.models import Delivery, Notice, PushSubscription, SmsConsent
from casework.notices.providers.base import Answer, Browser, Parcel, Told
from casework.notices.providers.choice import provider_for
from casework.notices.routing import route_some
from casework.notices.rules import Channel, DeliveryState, Outcome
from casework.notices.services import give_turn, note_failed

log = structlog.get_logger(__name__)

BATCH = 64
AT_ONCE = 16  # calls to providers at one moment, of one sender
LONGEST_RUN_SECONDS = 20.0


def send_due(now: Callable[[], datetime], *, seconds: float = LONGEST_RUN_SECONDS) -> int:
    """Route and send what is due until nothing is, or the time is up; how many were handed over.

    `now` is the clock: a run may be longer than a lease.
    """
    until = monotonic() + seconds
    beat(Part.NOTICES, now())
    _ask_idle_providers(now())
    sent = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while monotonic() < until:
            routed = route_some(now())
            parcels = lease_some(now())
            for parcel, told in pool.map(_call, parcels):
                sent += _mark(parcel, told, now())
                _tell_ledger(parcel.channel, told, now())
            if not routed and not parcels:
                break
    return sent


def waiting_since(now: datetime) -> datetime | None:
    """Since when the oldest notice or delivery whose turn has come has waited for a sender.

    What waits for a provider that is down does not wait for us.
    """
    ours = Delivery.objects.due(now).exclude(channel__in=down_channels())
    turns = [
        rows.order_by("next_at").values_list("next_at", flat=True).first()
        for rows in (Notice.objects.due(now), ours)
    ]
    return min((at for at in turns if at is not None), default=None)


def lease_some(now: datetime, limit: int = BATCH) -> list[Parcel]:
    """Take deliveries that are due, each for this sender alone until the lease ends."""
    with transaction.atomic():
        rows = _due(now, limit)
        live = _live(rows, now)
        over = _no_longer_wanted(rows, live, now) | _stopped(rows)
        taken = [row for row in rows if row.pk not in over]
        for row in taken:
            row.state = DeliveryState.LEASED.value
            row.attempts += 1
            row.next_at = now + rules.LEASE
            row.provider = provider_for(Channel(row.channel)).name
            if not row.body:
                _put_into_words(row, live[row.notice.kind], now)
        fields = ["state", "attempts", "next_at", "provider", "title", "body", "path"]
        Delivery.objects.bulk_update(taken, fields)
        parcels = [_parcel(row, now) for row in taken]
    for row in rows:
        if row.pk in over:
            note_failed(row, error=over[row.pk], now=now, state=DeliveryState.DROPPED)
    return parcels


def _due(now: datetime, limit: int) -> list[Delivery]:
    """Locked. Of a channel whose provider is down one now and then, to see whether it is back."""
    due = (
        Delivery.objects.due(now)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("notice__participant", "subscription")
        .order_by("next_at")
    )
    down = down_channels()
    rows = list(due.exclude(channel__in=down)[:limit])
    for channel in sorted(down):
        first = list(due.filter(channel=channel)[:1])
        if first and claim_probe(channel, now):
            rows += first
    return rows


def _ask_idle_providers(now: datetime) -> None:
    """A provider that is down, and that nothing waits for, is asked without a message.

    While its fault is on nothing is issued: without this there might never be another try.
    """
    waiting = Delivery.objects.to_send()
    for channel in sorted(down_channels()):
        if waiting.filter(channel=channel).exists() or not claim_probe(channel, now):
            continue
        told = provider_for(Channel(channel)).ask()
        if told is not None:
            _tell_ledger(Channel(channel), told, now)


def _live(rows: Iterable[Delivery], now: datetime) -> dict[str, Mapping[UUID, registry.Facts]]:
    """By kind: the subjects that are still wanted, with their facts as they are now."""
    subjects: dict[str, set[UUID]] = defaultdict(set)
    for row in rows:
        subjects[row.notice.kind].add(row.notice.subject_id)
    return {name: registry.kind_named(name).current(ids, now) for name, ids in subjects.items()}


def _no_longer_wanted(
    rows: Iterable[Delivery], live: Mapping[str, Mapping[UUID, registry.Facts]], now: datetime
) -> dict[int, str]:
    """Deliveries whose time is over, or whose subject has been settled meanwhile: why, by key."""
    over = {}
    for row in rows:
        if row.notice.expires_at <= now:
            over[row.pk] = "expired"
        elif row.notice.outcome in {Outcome.CANCELLED.value, Outcome.DELIVERED.value}:
            over[row.pk] = "settled"
        elif row.notice.subject_id not in live[row.notice.kind]:
            over[row.pk] = "not wanted"
        elif row.channel == Channel.PUSH and row.subscription is None:
            over[row.pk] = "no subscription"
    return over


def _stopped(rows: Iterable[Delivery]) -> dict[int, str]:
    """Text messages to numbers that have said stop since they were queued."""
    texts = [row for row in rows if row.channel == Channel.SMS]
    numbers = SmsConsent.objects.filter(phone__in={row.address for row in texts}, stopped=True)
    stopped = {str(phone) for phone in numbers.values_list("phone", flat=True)}
    return {row.pk: "opted out" for row in texts if row.address in stopped}


def _put_into_words(row: Delivery, live: Mapping[UUID, registry.Facts], now: datetime) -> None:
    """Title, text and page for this channel, in the person's language and zone."""
    message = _message(row.notice, row.language, live[row.notice.subject_id], now)
    link = settings.PUBLIC_URL + message.path
    row.title, row.path, row.body = message.title, message.path, message.text
    if row.channel == Channel.VOICE:
        with translation.override(row.language):
            row.body = f"{message.spoken} {_('To confirm, press 1.')}"
    elif row.channel == Channel.EMAIL:
        row.body = f"{message.long or message.text}\n\n{link}\n"
    elif row.channel == Channel.SMS:
        row.body = f"{message.text} {link}"


def _message(
    notice: Notice, language: str, live: registry.Facts, now: datetime
) -> registry.Message:  # fmt: skip
    reading = registry.Reading(
        subject_id=notice.subject_id,
        variant=notice.variant,
        facts={**notice.facts, **live},
        zone=notice.participant.timezone,
        now=now,
    )
    with translation.override(language):
        return registry.kind_named(notice.kind).render(reading)


def _parcel(row: Delivery, now: datetime) -> Parcel:
    browser = row.subscription
    return Parcel(
        pk=row.pk,
        key=row.public_id,
        channel=Channel(row.channel),
        address=row.address,
        language=row.language,
        title=row.title,
        body=row.body,
        link=settings.PUBLIC_URL + row.path,
        tries=row.attempts,
        created_at=row.created_at,
        seconds_left=int((row.notice.expires_at - now).total_seconds()),
        browser=Browser(browser.endpoint, browser.p256dh, browser.auth) if browser else None,
    )


def _call(parcel: Parcel) -> tuple[Parcel, Told]:
    """One call, in a thread of its own and outside any transaction."""
    provider = provider_for(parcel.channel)
    if parcel.tries > 1:
        found = provider.find(parcel)
        if found is not None:
            return parcel, found
    return parcel, provider.send(parcel)


def _tell_ledger(channel: Channel, told: Told, now: datetime) -> None:
    """The ledger of faults counts a provider's failures in a row. One that refuses is there."""
    if told.answer in {Answer.LATER, Answer.UNSURE}:
        note_failure(channel.value, now, told.error or told.answer.value)
    else:
        note_success(channel.value, now)


def _mark(parcel: Parcel, told: Told, now: datetime) -> bool:
    """Write down what came of a lease; True if it was handed over. An old lease says nothing."""
    with transaction.atomic():
        notice = Notice.objects.select_for_update().get(deliveries=parcel.pk)
        row = Delivery.objects.select_for_update().get(pk=parcel.pk)
        if row.attempts != parcel.tries or row.state != DeliveryState.LEASED.value:
            if told.ref and not row.provider_ref:  # a receipt was quicker than our own mark
                Delivery.objects.filter(pk=row.pk).update(provider_ref=told.ref[:200])
            return told.answer is Answer.SENT
        return _MARKS[told.answer](row, notice, told, now)


def _mark_sent(row: Delivery, notice: Notice, told: Told, now: datetime) -> bool:
    Delivery.objects.filter(pk=row.pk).update(
        state=DeliveryState.SENT.value,
        sent_at=now,
        provider_ref=told.ref[:200],
        next_at=None,
        error="",
    )
    if not registry.kind_named(notice.kind).escalates:
        give_turn(notice, now)
    return True


def _mark_refused(row: Delivery, notice: Notice, told: Told, now: datetime) -> bool:
    if told.answer is Answer.GONE and row.subscription_id is not None:
        PushSubscription.objects.filter(pk=row.subscription_id).delete()
    elif told.answer is Answer.STOPPED:
        note_opt_out(row.address, now=now)
    note_failed(row, error=told.error or told.answer.value, now=now)
    return False


def _mark_later(row: Delivery, notice: Notice, told: Told, now: datetime) -> bool:
    """Back into the queue, or among the dead letters after the last try.

    While the provider is down a try counts for nothing: nobody loses their notice by our outage.
    """
    if row.channel in down_channels():
        Delivery.objects.filter(pk=row.pk).update(
            state=DeliveryState.WAITING.value,
            next_at=now + PROBE_EVERY,
            error=told.error[:60],
            excused_attempts=F("excused_attempts") + 1,
        )
        return False
    tries = row.attempts - row.excused_attempts
    again = now + rules.wait_after(tries)
    if told.answer is Answer.UNSURE:
        again = max(again, now + timedelta(minutes=1))
    if tries >= rules.MOST_TRIES or again >= notice.expires_at:
        log.warning("dead letter", channel=row.channel, kind=notice.kind, error=told.error)
        note_failed(row, error=told.error or "gave up", now=now, state=DeliveryState.DEAD)
        return False
    Delivery.objects.filter(pk=row.pk).update(
        state=DeliveryState.WAITING.value, next_at=again, error=told.error[:60]
    )
    return False


_MARKS: dict[Answer, Callable[[Delivery, Notice, Told, datetime], bool]] = {
    Answer.SENT: _mark_sent,
    Answer.REFUSED: _mark_refused,
    Answer.STOPPED: _mark_refused,
    Answer.GONE: _mark_refused,
    Answer.LATER: _mark_later,
    Answer.UNSURE: _mark_later,
}
