"""How long requests are kept, and what of them goes into the copy of a person's file."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from casework.copies.registry import Part, Row, columns, parts_of_file
from casework.participants.models import ContactPoint, Participant
from casework.requests.models import ChangeReport, Circumstances, HelpRequest, PhoneProof
from casework.requests.rules import ADDRESS_FIELDS, WORK_FIELDS
from casework.retention.registry import Rule, retention

DAYS = 365
UNVERIFIED_DAYS = 90


def _over(cutoff: datetime) -> Q:
    """Answered or taken back; or never answered, and supervision is over."""
    return Q(settled_at__lt=cutoff) | Q(settled_at=None, participant__closed_at__lt=cutoff)


def _changes(cutoff: datetime) -> QuerySet[Any]:
    return ChangeReport.objects.filter(_over(cutoff))


def _help(cutoff: datetime) -> QuerySet[Any]:
    return HelpRequest.objects.filter(_over(cutoff))


def _circumstances(cutoff: datetime) -> QuerySet[Any]:
    return Circumstances.objects.filter(participant__closed_at__lt=cutoff)


def _unverified(cutoff: datetime) -> QuerySet[Any]:
    """A number that nobody has verified, beside one that works."""
    return PhoneProof.objects.filter(began_at__lt=cutoff, replaces__isnull=False)


def _forget_numbers(proofs: list[Any]) -> None:
    ContactPoint.objects.filter(pk__in=[proof.point_id for proof in proofs]).delete()


def _lives(person: Participant) -> Iterator[Row]:
    for row in Circumstances.objects.filter(participant=person):
        yield columns(row, *ADDRESS_FIELDS, "address_from", *WORK_FIELDS, "work_from", "changed_at")


def _reported(person: Participant) -> Iterator[Row]:
    for row in ChangeReport.objects.of(person).order_by("reported_at"):
        yield columns(
            row, "public_id", "kind", "state", "from_on", "words", "reported_at", "settled_at",
            "reason", "before",
        ) | {"value": row.value}  # fmt: skip


def _asked(person: Participant) -> Iterator[Row]:
    for row in HelpRequest.objects.of(person).order_by("asked_at"):
        yield columns(
            row, "public_id", "kind", "state", "words", "best_time", "asked_at",
            "acknowledged_at", "settled_at", "note",
        )  # fmt: skip


def register() -> None:
    """Called once, at start."""
    parts_of_file.add(
        Part("circumstances", _("Where you live and work"), _lives, 22),
        Part("changes_reported", _("Changes you reported"), _reported, 24),
        Part("help_asked", _("Help and calls you asked for"), _asked, 26),
    )
    retention.add(
        Rule(
            "change_reports", "reported change",
            what=_("Changes of address, phone or work that you reported"),
            why=_("To show what you told your office, and when"),
            since=_("after they are answered"),
            days=DAYS, due=_changes, person="participant", order=26,
        ),
        Rule(
            "help_requests", "request for help",
            what=_("Help and calls you asked for"),
            why=_("To show what you told your office, and when"),
            since=_("after they are answered"),
            days=DAYS, due=_help, person="participant", order=27,
        ),
        Rule(
            "unverified_phones", "unverified phone number",
            what=_("A new phone number that was never verified"),
            why=_("So that you can still verify it"),
            since=_("after your office confirmed it"),
            days=UNVERIFIED_DAYS, due=_unverified, person="point__participant",
            erase=_forget_numbers, order=28,
        ),
        Rule(
            "circumstances", "address and work",
            what=_("Your address and your work"),
            why=_("So that your office can reach you"),
            since=_("after your supervision ends"),
            days=DAYS, due=_circumstances, person="participant", order=52,
        ),
    )  # fmt: skip
