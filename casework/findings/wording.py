"""Pieces of evidence in words, in the active language: for letters, copies and pages of staff."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from casework.common import phrases
from casework.faults.models import Fault
from casework.findings.registry import Line
from casework.notices.models import CHANNELS, Delivery

_CHANNELS = dict(CHANNELS)


def exact(at: str | datetime, zone: tzinfo) -> str:
    """ "Monday, November 23, 2026, 4:30 PM" """
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{phrases.day(moment, zone)}{phrases.comma()}{phrases.clock_time(moment, zone)}"


def messages_about(subject_id: UUID, kinds: Iterable[str]) -> list[dict[str, Any]]:
    """Every try to tell of a thing, as plain JSON."""
    rows = Delivery.objects.filter(
        notice__subject_id=subject_id, notice__kind__in=list(kinds), sent_at__isnull=False
    ).order_by("pk")
    return [
        {
            "channel": row.channel,
            "sent_at": row.sent_at.isoformat() if row.sent_at else None,
            "delivered_at": row.delivered_at.isoformat() if row.delivered_at else None,
        }
        for row in rows
    ]


def message_lines(sent: Iterable[dict[str, Any]], zone: tzinfo) -> list[Line]:
    lines = []
    for one in sent:
        channel = str(_CHANNELS.get(one["channel"], one["channel"]))
        if one["delivered_at"]:
            text = _("arrived %(when)s") % {"when": exact(one["delivered_at"], zone)}
        else:
            text = _("sent %(when)s; nothing confirms that it arrived") % {
                "when": exact(one["sent_at"], zone)
            }
        lines.append(Line(channel, text))
    return lines


def fault_facts(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    """Faults of ours, as plain JSON."""
    return [
        {
            "from": fault.opened_at.isoformat(),
            "until": fault.closed_at.isoformat() if fault.closed_at else None,
        }
        for fault in faults
    ]


def fault_lines(faults: Iterable[dict[str, Any]], zone: tzinfo) -> list[Line]:
    return [
        Line(
            _("A fault of ours"),
            f"{exact(one['from'], zone)} – {exact(one['until'], zone) if one['until'] else '…'}",
        )
        for one in faults
    ]
