"""Hearings, what was changed about them, and appointments in the copy of a person's file."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from casework.copies.registry import Part, Row, columns, parts_of_file
from casework.hearings.adjournments import text_of
from casework.hearings.models import Appointment, Hearing, HearingChange
from casework.hearings.telling_visits import with_told
from casework.participants.models import Participant


def _hearings(person: Participant) -> Iterator[Row]:
    for row in Hearing.objects.of(person).select_related("court").order_by("starts_at"):
        yield {"court": row.court.name, "address": row.court.address} | columns(
            row, "public_id", "kind", "mode", "starts_at", "judge", "room", "source",
            "verified_at", "cancelled_at", "attendance", "attendance_at", "outcome",
        ) | {"adjournment": text_of(row.adjournment)}  # fmt: skip


def _changes(person: Participant) -> Iterator[Row]:
    rows = HearingChange.objects.filter(hearing__case__participant=person)
    for row in rows.select_related("hearing", "notice").order_by("pk"):
        notice = getattr(row, "notice", None)
        yield {
            "hearing": row.hearing.public_id,
            **columns(row, "at", "kind", "source", "before", "after"),
            "acknowledged_at": notice.acknowledged_at if notice is not None else None,
        }


def _appointments(person: Participant) -> Iterator[Row]:
    for row in with_told(Appointment.objects.of(person)).order_by("starts_at"):
        yield columns(
            row, "public_id", "kind", "starts_at", "place", "note", "status", "made_at", "seen"
        )


def register() -> None:
    parts_of_file.add(
        Part("hearings", _("Your hearings"), _hearings, 50),
        Part("hearing_changes", _("Changes of your hearings"), _changes, 51),
        Part("appointments", _("Your appointments"), _appointments, 52),
    )
