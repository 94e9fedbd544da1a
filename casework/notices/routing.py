"""From a notice to its deliveries: which channel comes next, for everybody whose turn it is."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from casework.notices import rules
from casework.notices.models import Delivery, Notice
from casework.notices.reach import Address, Reach, reach_of
from casework.notices.registry import Facts, kind_named
from casework.notices.rules import Channel, DeliveryState, Outcome, Situation, Step, Tried

BATCH = 500


@transaction.atomic
def route_some(now: datetime, limit: int = BATCH) -> int:
    """Give a batch of notices their next step; how many. Other senders get other notices."""
    notices = list(
        Notice.objects.due(now)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("participant")
        .order_by("next_at")[:limit]
    )
    if not notices:
        return 0
    reach = reach_of(notice.participant_id for notice in notices)
    current = _current(notices, now)
    tried = _tried(notices)
    made: list[Delivery] = []
    for notice in notices:
        facts = current[notice.kind].get(notice.subject_id)
        person = _reach_for(notice, reach[notice.participant_id], facts)
        _heed(notice, facts)
        situation = _situation(notice, person, facts, tried[notice.pk], now)
        step = rules.next_step(situation)
        made += _follow(notice, step, person, now)
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    Notice.objects.bulk_update(notices, ["next_at", "outcome", "settled_at", "expires_at"])
    _drop_unwanted(notices)
    return len(notices)


def _current(notices: list[Notice], now: datetime) -> dict[str, Mapping[UUID, Facts]]:
    """By kind: the subjects that somebody still wants to be told about."""
    subjects: dict[str, set[UUID]] = defaultdict(set)
    for notice in notices:
        subjects[notice.kind].add(notice.subject_id)
    return {name: kind_named(name).current(ids, now) for name, ids in subjects.items()}


def _tried(notices: list[Notice]) -> dict[int, list[Tried]]:
    found: dict[int, list[Tried]] = defaultdict(list)
    rows = Delivery.objects.filter(notice__in=[notice.pk for notice in notices]).order_by("pk")
    for notice_pk, channel, state in rows.values_list("notice_id", "channel", "state"):
        found[notice_pk].append(Tried(Channel(channel), DeliveryState(state)))
    return found


def _reach_for(notice: Notice, person: Reach, facts: Facts | None) -> Reach:
    """A fact named `to` is the one number that this notice is for, whoever else is reached."""
    to = (facts or {}).get("to")
    if to is None:
        return person
    channels = kind_named(notice.kind).channels
    only = {channel: [Address(to)] for channel in channels}
    return replace(person, order=channels, addresses=only)


def _heed(notice: Notice, facts: Facts | None) -> None:
    """A window that was extended extends its notices."""
    moved = (facts or {}).get("expires_at")
    if moved is not None and moved > notice.due_at:
        notice.expires_at = moved


def _situation(
    notice: Notice, person: Reach, facts: Facts | None, tried: list[Tried], now: datetime
) -> Situation:
    kind = kind_named(notice.kind)
    quiet = None
    if not kind.urgent:
        quiet = rules.quiet_until(now, notice.participant.timezone, person.quiet)
    return Situation(
        now=now,
        expires_at=notice.expires_at,
        wanted=facts is not None and (person.reminders or not kind.optional),
        order=person.usable(kind.channels),
        tried=tried,
        quiet_until=quiet,
        escalates=kind.escalates,
    )


def _follow(notice: Notice, step: Step, person: Reach, now: datetime) -> list[Delivery]:
    """Change the notice as the step says; the deliveries to be made."""
    notice.outcome = step.outcome.value
    if step.outcome is not Outcome.UNDER_WAY:
        notice.settled_at, notice.next_at = now, None
        return []
    notice.next_at = step.again_at
    if step.channel is None:
        return []
    return [
        Delivery(
            notice=notice,
            channel=step.channel.value,
            address=one.address,
            subscription_id=one.subscription_pk,
            language=_language(notice, step.channel),
            next_at=now,
            created_at=now,
        )
        for one in person.addresses[step.channel]
    ]


def _language(notice: Notice, channel: Channel) -> str:
    """The person's, or the nearest one that a voice speaks."""
    language = str(notice.participant.language)
    return rules.SPOKEN_AS.get(language, language) if channel is Channel.VOICE else language


def _drop_unwanted(notices: list[Notice]) -> None:
    """What waits for a notice that is over will not be sent."""
    over = [notice.pk for notice in notices if notice.outcome]
    Delivery.objects.filter(notice__in=over, state=DeliveryState.WAITING.value).update(
        state=DeliveryState.DROPPED.value, next_at=None
    )
