"""Plan, check-ins and photos in the copy of a person's file."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from casework.copies.registry import Part, Picture, Row, columns, parts_of_file
from casework.participants.models import Participant
from checkins.models import Attempt, CheckIn, PhoneCall, Plan, Review


def _plan(person: Participant) -> Iterator[Row]:
    for row in Plan.objects.filter(participant=person):
        yield columns(
            row, "rate_per_week", "method", "window_minutes", "liveness", "liveness_reason",
            "from_hour", "until_hour", "day_hours", "exclusions", "gap_minutes", "max_per_day",
            "silence_days", "starts_on", "ends_on", "paused", "questions", "location",
            "location_reason", "phone_pin_alone", "phone_pin_reason", "updated_at",
        )  # fmt: skip


def _check_ins(person: Participant) -> Iterator[Row]:
    rows = CheckIn.objects.of(person).order_by("issued_at")
    for row in rows.select_related(
        "review__decided_by", "review__proposed_by", "told"
    ).prefetch_related("events", "receipts", "partial_uploads"):
        review, told = getattr(row, "review", None), getattr(row, "told", None)
        yield columns(
            row, "public_id", "origin", "reason", "method", "state", "planned_for", "issued_at",
            "deadline_at", "delivered_at", "decided_at",
        ) | {
            "review": columns(review, "verdict", "reason", "decided_at")
            | {"decided_by": str(review.decided_by or "")}
            | _proposal(review)
            if review is not None
            else None,
            "told": columns(told, "answers", "told_at", "handled_at") if told is not None else None,
            "events": [
                columns(event, "at", "to_state", "actor_kind", "actor_name", "reason")
                for event in row.events.all()
            ],
            "parts_of_photos": [
                columns(one, "begun_at", "received", "length") for one in row.partial_uploads.all()
            ],
            "receipts": [receipt.jws for receipt in row.receipts.all()],
        }  # fmt: skip


def _proposal(review: Review) -> Row:
    """What the first of two reviewers wrote, once it is decided: before, it is no verdict."""
    if not (review.verdict and review.proposed_by):
        return {}
    return columns(review, "proposed_reason", "proposed_at") | {
        "proposed_by": str(review.proposed_by)
    }


def _attempts(person: Participant) -> Iterator[Row]:
    rows = Attempt.objects.of(person).select_related("verification").order_by("received_at")
    for row in rows:
        found = getattr(row, "verification", None)
        yield columns(
            row, "public_id", "number", "method", "photo_sha256", "received_at", "captured_at",
            "late", "device", "latitude", "longitude",
        ) | {
            "photo": row.public_id if row.photo else "none" if row.call_id else "deleted",
            "verification": columns(
                found, "finished_at", "result", "reasons", "liveness", "distance", "similarity",
                "weights_name", "weights_version", "thresholds", "measures", "frame_print",
                "face_print",
            )
            if found is not None
            else None,
        }  # fmt: skip


def _sent(person: Participant) -> Iterator[Picture]:
    for row in Attempt.objects.of(person).exclude(photo=""):
        yield Picture(f"attempt-{row.public_id}", row.photo.name)


def _calls(person: Participant) -> Iterator[Row]:
    """Only those in which the person gave the right PIN: another's tries are not theirs."""
    for row in PhoneCall.objects.of(person).filter(identified_at__isnull=False):
        yield columns(
            row, "public_id", "direction", "state", "created_at", "started_at", "ended_at",
            "language", "phrase", "identity_checked_by", "note", "recording_seconds",
            "recording_sha256",
        )  # fmt: skip


def _voices(person: Participant) -> Iterator[Picture]:
    rows = PhoneCall.objects.of(person).filter(identified_at__isnull=False)
    for row in rows.exclude(recording=""):
        yield Picture(f"call-{row.public_id}", row.recording.name)


def _references(person: Participant) -> Iterator[Row]:
    rows = person.reference_photos.with_source().select_related("retired_by")
    for row in rows.prefetch_related("templates"):
        yield columns(
            row,
            "public_id",
            "source",
            "added_at",
            "state",
            "reasons",
            "frame_print",
            "face_print",
            "confirmed_at",
            "confirmed_reason",
            "retired_at",
            "retired_reason",
        ) | {
            "check_in": row.taken_from.check_in.public_id if row.taken_from else None,
            "added_by": str(row.added_by or ""),
            "confirmed_by": str(row.confirmed_by or ""),
            "retired_by": str(row.retired_by or ""),
            # The numbers themselves are of no use outside, and a danger.
            "templates": [
                columns(one, "weights_name", "weights_version", "made_at")
                for one in row.templates.all()
            ],
        }


def _taken(person: Participant) -> Iterator[Picture]:
    for row in person.reference_photos.all():
        yield Picture(f"reference-{row.public_id}", row.photo.name)


def register() -> None:
    parts_of_file.add(
        Part("plan", _("Your plan"), _plan, 55),
        Part("check_ins", _("Your check-ins"), _check_ins, 60),
        Part("attempts", _("Photos you sent, and what came of them"), _attempts, 65, _sent),
        Part("phone_calls", _("Your check-ins by phone"), _calls, 67, _voices),
        Part("reference_photos", _("Photos of you that we compare with"), _references, 70, _taken),
    )
