"""How long findings are kept, and what of them goes into the copy of a person's file."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.copies.registry import Part, Row, columns, parts_of_file
from casework.findings import expunging, registry
from casework.findings.models import Finding
from casework.findings.rules import State
from casework.participants.models import Participant
from casework.retention.registry import Rule, retention

KEPT_DAYS = 2 * 365
REASON_DAYS = 30
WITHDRAWN_DAYS = 30


def _old(cutoff: datetime) -> QuerySet[Any]:
    """Counted from the decision; one that nobody decided, from when it was proposed."""
    return Finding.objects.filter(
        Q(decided_at__lt=cutoff) | Q(decided_at__isnull=True, proposed_at__lt=cutoff)
    )


def _withdrawn(cutoff: datetime) -> QuerySet[Any]:
    return Finding.objects.filter(withdrawn_at__lt=cutoff)


def _overturned(cutoff: datetime) -> QuerySet[Any]:
    return Finding.objects.filter(state=State.OVERTURNED.value, decided_at__lt=cutoff)


def _with_reason(cutoff: datetime) -> QuerySet[Any]:
    expunged = Finding.objects.filter(state=State.EXPUNGED.value, expunged_at__lt=cutoff)
    return expunged.exclude(decision_reason="")


def _forget_reasons(rows: list[Any]) -> None:
    Finding.objects.filter(pk__in=[row.pk for row in rows]).update(decision_reason="")


def _findings(person: Participant) -> Iterator[Row]:
    """Of one that was overturned only that it was; a copy that staff ask for is no way to it."""
    rows = Finding.objects.of(person).select_related("proposed_by", "decided_by")
    for row in rows.prefetch_related("events").order_by("proposed_at"):
        if row.is_out_of_sight:
            yield columns(row, "public_id", "state", "proposed_at", "decided_at", "expunged_at")
            continue
        lines = registry.about(row.subject_type).lines(
            row.evidence, timezone.get_current_timezone()
        )
        yield columns(
            row, "public_id", "kind", "state", "subject_type", "subject_id", "subject_at",
            "reason", "proposed_at", "told_at", "answer_by", "answer", "answered_at",
            "decided_at", "decision_reason", "withdrawn_at",
        ) | {
            "proposed_by": row.proposed_by.full_name,
            "decided_by": row.decided_by.full_name if row.decided_by is not None else None,
            "evidence": [f"{line.label}: {line.text}" for line in lines],
            "events": [
                columns(event, "at", "act", "actor_kind", "actor_name", "reason")
                for event in row.events.all()
            ],
        }  # fmt: skip


def register() -> None:
    """Called once, at start."""
    parts_of_file.add(Part("findings", _("Findings about you, and your answers"), _findings, 68))
    retention.add(
        Rule(
            expunging.RULE, "finding",
            what=_("Findings about you that do not stand: what was written, and your answer"),
            why=_("They do not stand, so nothing of them is kept"),
            since=_("after the decision"),
            days=1, due=_overturned, person="participant", erase=expunging.erase_rows, order=26,
        ),
        Rule(
            "overturned_reasons", "reason of a decision",
            what=_("Why a finding about you does not stand"),
            why=_("So that you can read and save it"),
            since=_("after the decision"),
            days=REASON_DAYS, due=_with_reason, person="participant", erase=_forget_reasons,
            order=27,
        ),
        Rule(
            "withdrawn_findings", "finding",
            what=_("Findings about you that were taken back"),
            why=_("So that you can see that they were taken back"),
            since=_("after they are taken back"),
            days=WITHDRAWN_DAYS, due=_withdrawn, person="participant", order=28,
        ),
        Rule(
            "findings", "finding",
            what=_("Findings about you, and your answers"),
            why=_("So that decisions about you rest on what was really found"),
            since=_("after the decision"),
            days=KEPT_DAYS, due=_old, person="participant", order=29,
        ),
    )  # fmt: skip
