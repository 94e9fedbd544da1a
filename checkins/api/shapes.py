"""What check-ins look like in JSON. Scores and events are for staff; planned times for nobody."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from checkins.models import (
    Attempt,
    Challenge,
    CheckIn,
    CheckInEvent,
    Plan,
    ReferencePhoto,
    Verification,
)
from checkins.querysets import CheckInQuerySet
from checkins.receipts.shown import receipt_shown
from checkins.rules import EVERY_QUESTION
from checkins.submissions import MAX_FRAMES
from checkins.verification.codes import Result
from checkins.verification.liveness import Turn
from checkins.wording import reason_text, reason_text_for_staff, state_text


class ReasonShown(serializers.Serializer[Any]):
    code = serializers.CharField()
    text = serializers.CharField(help_text="In the reader's language.")


class ReceiptShape(serializers.Serializer[Any]):
    """What the participant keeps: the code to read out, where to check it, and the signed JWS."""

    code = serializers.CharField()
    url = serializers.CharField()
    jws = serializers.CharField()


def verification_of(attempt: Attempt) -> Verification | None:
    """What the machine found; a phone call has none."""
    found: Verification | None = getattr(attempt, "verification", None)
    return found


def reasons_of(attempt: Attempt) -> list[str]:
    found = verification_of(attempt)
    return list(found.reasons) if found is not None else []


def reasons(codes: list[str], *, staff: bool) -> list[dict[str, str]]:
    tell = reason_text_for_staff if staff else reason_text
    return [{"code": code, "text": tell(code)} for code in codes]


class AttemptShown(serializers.ModelSerializer[Attempt]):
    """An attempt as its participant sees it. `result` is null while it is being checked."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    check_in = serializers.UUIDField(source="check_in.public_id", read_only=True)
    state = serializers.CharField(
        source="check_in.state", read_only=True, help_text="Of the check-in."
    )
    result = serializers.SerializerMethodField()
    reasons = serializers.SerializerMethodField()
    receipt = serializers.SerializerMethodField()

    class Meta:
        model = Attempt
        fields = [
            "id", "check_in", "state", "number", "method", "received_at", "captured_at", "late",
            "result", "reasons", "receipt",
        ]  # fmt: skip

    @extend_schema_field(ReceiptShape(allow_null=True))
    def get_receipt(self, attempt: Attempt) -> dict[str, str] | None:
        receipt = getattr(attempt, "receipt", None)
        return receipt_shown(receipt) if receipt is not None else None

    @extend_schema_field(serializers.ChoiceField([r.value for r in Result], allow_null=True))
    def get_result(self, attempt: Attempt) -> str | None:
        found = verification_of(attempt)
        return (found.result or None) if found is not None else None

    @extend_schema_field(ReasonShown(many=True))
    def get_reasons(self, attempt: Attempt) -> list[dict[str, str]]:
        return reasons(reasons_of(attempt), staff=False)


class AttemptForStaff(AttemptShown):
    """With what a reviewer needs: scores, limits, liveness, model."""

    similarity = serializers.FloatField(source="verification.similarity", allow_null=True)
    distance = serializers.FloatField(source="verification.distance", allow_null=True)
    liveness = serializers.CharField(source="verification.liveness", allow_null=True)
    thresholds = serializers.DictField(source="verification.thresholds", allow_null=True)
    weights = serializers.CharField(source="verification.weights_name", allow_null=True)
    latitude = serializers.FloatField(allow_null=True, help_text="Coarse; null once purged.")
    longitude = serializers.FloatField(allow_null=True)

    class Meta(AttemptShown.Meta):
        fields = [
            *AttemptShown.Meta.fields, "similarity", "distance", "liveness", "thresholds",
            "weights", "latitude", "longitude",
        ]  # fmt: skip

    @extend_schema_field(ReasonShown(many=True))
    def get_reasons(self, attempt: Attempt) -> list[dict[str, str]]:
        return reasons(reasons_of(attempt), staff=True)


class EventShown(serializers.ModelSerializer[CheckInEvent]):
    class Meta:
        model = CheckInEvent
        fields = ["at", "from_state", "to_state", "actor_kind", "actor_name", "reason"]


class CheckInShown(serializers.ModelSerializer[CheckIn]):
    """A check-in as its participant sees it."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    participant = serializers.UUIDField(source="participant.public_id", read_only=True)
    state_text = serializers.SerializerMethodField()
    asks_location = serializers.BooleanField(
        read_only=True, help_text="A coarse place may be sent with the next attempt, or not."
    )
    attempts = AttemptShown(many=True, read_only=True)

    class Meta:
        model = CheckIn
        fields = [
            "id", "participant", "state", "state_text", "origin", "method", "liveness",
            "issued_at", "deadline_at", "delivered_at", "decided_at", "asks_location",
            "attempts",
        ]  # fmt: skip

    def get_state_text(self, check_in: CheckIn) -> str:
        return state_text(check_in.state)


class CheckInForStaff(CheckInShown):
    attempts = AttemptForStaff(many=True, read_only=True)
    events = EventShown(many=True, read_only=True)

    class Meta(CheckInShown.Meta):
        fields = [*CheckInShown.Meta.fields, "reason", "events"]


def with_everything(rows: CheckInQuerySet) -> CheckInQuerySet:
    """The rows with what the shapes show, in a fixed number of queries."""
    return rows.select_related("participant", "plan").prefetch_related(
        "attempts__verification", "attempts__receipt", "attempts__check_in", "events"
    )


class PlanTermsShape(serializers.ModelSerializer[Plan]):
    """A plan's terms. Liveness `none` and `location` each need a reason and a supervisor."""

    questions = serializers.ListField(
        child=serializers.ChoiceField(list(EVERY_QUESTION)),
        required=False,
        max_length=len(EVERY_QUESTION),
        help_text="What the participant may tell with a check-in; empty: nothing is asked.",
    )

    class Meta:
        model = Plan
        fields = [
            "rate_per_week", "method", "window_minutes", "liveness", "liveness_reason",
            "from_hour", "until_hour", "day_hours", "exclusions", "gap_minutes", "max_per_day",
            "silence_days", "starts_on", "ends_on", "paused", "questions", "location",
            "location_reason",
        ]  # fmt: skip
        extra_kwargs = {
            "rate_per_week": {"min_value": 0, "max_value": 21},
            "window_minutes": {"min_value": 15, "max_value": 1440},
        }


class PinAloneShape(serializers.Serializer[Plan]):
    """Whether a call with the right PIN is accepted without anybody listening, and why."""

    alone = serializers.BooleanField(source="phone_pin_alone")
    reason = serializers.CharField(
        source="phone_pin_reason",
        max_length=1000,
        required=False,
        default="",
        allow_blank=True,
        help_text="Needed to allow it.",
    )


class ReferencePhotoShown(serializers.ModelSerializer[ReferencePhoto]):
    """`unlike` waits for a second person to confirm it; it is not compared with until then."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    reasons = serializers.SerializerMethodField()
    check_in = serializers.UUIDField(
        source="taken_from.check_in.public_id",
        default=None,
        read_only=True,
        allow_null=True,
        help_text="The one that it was taken from; null for an enrolment photo.",
    )
    added_by = serializers.CharField(
        source="added_by.full_name", default=None, read_only=True, allow_null=True
    )
    confirmed_by = serializers.CharField(
        source="confirmed_by.full_name", default=None, read_only=True, allow_null=True
    )

    class Meta:
        model = ReferencePhoto
        fields = [
            "id", "state", "reasons", "source", "check_in", "added_at", "added_by",
            "confirmed_at", "confirmed_by", "confirmed_reason", "retired_at", "retired_reason",
        ]  # fmt: skip

    @extend_schema_field(ReasonShown(many=True))
    def get_reasons(self, photo: ReferencePhoto) -> list[dict[str, str]]:
        return reasons(photo.reasons, staff=True)


class PhotoUpload(serializers.Serializer[Any]):
    photo = serializers.FileField(allow_empty_file=True)


class AttemptUpload(PhotoUpload):
    frames = serializers.ListField(
        child=serializers.FileField(),
        required=False,
        max_length=MAX_FRAMES,
        help_text="One picture for each turn of the challenge, in its order.",
    )
    frame_times_ms = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=3_600_000),
        required=False,
        max_length=MAX_FRAMES,
        help_text="When each frame was taken, in milliseconds after the photo.",
    )
    challenge = serializers.UUIDField(required=False, help_text="Which challenge frames answer.")
    cannot_turn = serializers.BooleanField(
        required=False, help_text="I cannot turn my head: an officer looks, without a penalty."
    )
    captured_at = serializers.DateTimeField(required=False, help_text="What the phone says.")
    latitude = serializers.FloatField(required=False, help_text="Only with `asks_location`.")
    longitude = serializers.FloatField(
        required=False,
        help_text="Both may be left out always. Kept to two decimals (about a kilometre); where "
        "no location is asked for, neither is looked at.",
    )

    @property
    def place(self) -> tuple[float, float] | None:
        pair = self.validated_data.get("latitude"), self.validated_data.get("longitude")
        return None if pair[0] is None or pair[1] is None else (pair[0], pair[1])


class ChallengeShown(serializers.ModelSerializer[Challenge]):
    id = serializers.UUIDField(source="public_id", read_only=True)
    turns = serializers.ListField(
        child=serializers.ChoiceField([turn.value for turn in Turn]), read_only=True
    )

    class Meta:
        model = Challenge
        fields = ["id", "turns", "expires_at"]


class WhyShape(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2000, allow_blank=True)
