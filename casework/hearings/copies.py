"""Hearings in the copy of a person's file."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from casework.copies.registry import Part, Row, columns, parts_of_file
from casework.hearings.models import Hearing
from casework.participants.models import Participant


def _hearings(person: Participant) -> Iterator[Row]:
    for row in Hearing.objects.of(person).select_related("court").order_by("starts_at"):
        yield {"court": row.court.name, "address": row.court.address} | columns(
            row, "public_id", "kind", "mode", "starts_at", "judge", "room", "source",
            "verified_at", "cancelled_at",
        )  # fmt: skip


def register() -> None:
    parts_of_file.add(Part("hearings", _("Your hearings"), _hearings, 50))
