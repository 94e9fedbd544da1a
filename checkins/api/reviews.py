"""Reviews over the API: the verdict, who looks at which, and taking an acceptance back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.common import clock
from casework.common.api import StaffOnly, require
from casework.common.errors import WrongState
from casework.staff.callers import staff_of
from checkins import lifecycle
from checkins.api.finding import check_in_for
from checkins.models import CheckIn, Review
from checkins.models.checkin import STATE_CHOICES
from checkins.refreshing import newest_attempt
from checkins.repeat_rules import Likeness
from checkins.reviews import claims
from checkins.reviews.claims import MAY_CLAIM
from checkins.reviews.repeats import Repeat, repeat_of
from checkins.reviews.rules import claimed_until, is_held


class VerdictShape(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(Review.Verdict.choices)
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    add_to_references = serializers.BooleanField(
        required=False,
        default=False,
        help_text="With `accepted`: the photo joins the reference photos a minute later, if the "
        "acceptance stands. Only for a usable photo that the computer doubted.",
    )


class EarlierPhotoShape(serializers.Serializer[Any]):
    """`check_in` is null for a reference photo."""

    kind = serializers.ChoiceField(["attempt", "reference_photo"])
    id = serializers.UUIDField()
    check_in = serializers.UUIDField(allow_null=True)
    at = serializers.DateTimeField()


class AdviceShape(serializers.Serializer[Any]):
    """Something that the machine noticed and that decides nothing."""

    code = serializers.ChoiceField([one.value for one in Likeness])
    text = serializers.CharField(help_text="In plain English, for staff.")
    earlier = EarlierPhotoShape()
    more = serializers.IntegerField(help_text="How many other photos before are copies, too.")


class ReviewShown(serializers.ModelSerializer[Review]):
    check_in = serializers.UUIDField(source="check_in.public_id", read_only=True)
    state = serializers.ChoiceField(STATE_CHOICES, source="check_in.state", read_only=True)
    decided_by = serializers.CharField(source="decided_by.full_name", allow_null=True)
    proposed_by = serializers.CharField(source="proposed_by.full_name", allow_null=True)
    needs = serializers.SerializerMethodField()
    claimed_by = serializers.SerializerMethodField(
        help_text="Who looks at it just now; null once the claim was let go or has run out."
    )
    claimed_until = serializers.SerializerMethodField(help_text="When that claim ends by itself.")
    advice = serializers.SerializerMethodField(
        help_text="What to look at in the newest photo; it changes no result and no order."
    )

    class Meta:
        model = Review
        fields = [
            "check_in", "state", "opened_at", "verdict", "reason", "decided_by", "decided_at",
            "proposed_by", "proposed_reason", "proposed_at", "needs", "refresh",
            "claimed_by", "claimed_until", "advice",
        ]  # fmt: skip

    def get_needs(self, row: Review) -> str:
        """In plain words what is still to be done; empty once it is decided."""
        if row.verdict:
            return ""
        if row.proposed_at is None:
            return "A person must decide."
        return "A second reviewer must confirm or overturn this before it counts."

    def get_claimed_by(self, row: Review) -> str | None:
        held = is_held(row.claimed_at, clock.now())
        return row.claimed_by.full_name if held and row.claimed_by is not None else None

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_claimed_until(self, row: Review) -> datetime | None:
        return claimed_until(row.claimed_at) if is_held(row.claimed_at, clock.now()) else None

    @extend_schema_field(AdviceShape(many=True))
    def get_advice(self, row: Review) -> list[dict[str, Any]]:
        newest = newest_attempt(row.check_in)
        found = None if newest is None else repeat_of(newest)
        return [] if found is None else [_advice(found)]


def _advice(found: Repeat) -> dict[str, Any]:
    attempt = found.attempt
    return {
        "code": found.likeness.value,
        "text": found.text,
        "earlier": {
            "kind": "reference_photo" if attempt is None else "attempt",
            "id": str(found.earlier.public_id),
            "check_in": None if attempt is None else str(attempt.check_in.public_id),
            "at": found.at,
        },
        "more": found.more,
    }


class ClaimShape(serializers.Serializer[Any]):
    take_over = serializers.BooleanField(
        required=False,
        default=False,
        help_text="A supervisor's: it passes to the caller, whoever held it.",
    )


def _shown(check_in: CheckIn) -> Response:
    """The review as it is now."""
    rows = Review.objects.select_related("decided_by", "proposed_by", "claimed_by", "check_in")
    return Response(ReviewShown(get_object_or_404(rows, check_in=check_in)).data)


class CheckInReview(APIView):
    """A person's look at what the machine could not settle.

    To accept decides at once. Not accepted by one person leaves the state `in_review` until a
    second one, who may confirm, says not accepted too.
    """

    permission_classes = (StaffOnly,)

    @extend_schema(responses=ReviewShown)
    def get(self, request: Request, check_in_id: UUID) -> Response:
        check_in = check_in_for(request, check_in_id)
        return _shown(check_in)

    @extend_schema(request=VerdictShape, responses=ReviewShown)
    def post(self, request: Request, check_in_id: UUID) -> Response:
        require(staff_of(request), "checkins.change_review")
        check_in = check_in_for(request, check_in_id)
        given = VerdictShape(data=request.data)
        given.is_valid(raise_exception=True)
        lifecycle.decide_review(
            check_in,
            accept=given.validated_data["verdict"] == Review.Verdict.ACCEPTED,
            by=staff_of(request),
            reason=given.validated_data["reason"],
            now=clock.now(),
            add_to_references=given.validated_data["add_to_references"],
        )
        return _shown(check_in)


class CheckInReviewClaim(APIView):
    """Looking at it, so that nobody else decides it meanwhile."""

    permission_classes = (StaffOnly,)

    @extend_schema(request=ClaimShape, responses=ReviewShown)
    def post(self, request: Request, check_in_id: UUID) -> Response:
        """Claim it for five minutes, or keep it for five more; others held before are let go.

        409 while somebody else holds it (`held_by_another`), and where it waits for a second
        reviewer whom the caller cannot be. To decide without a claim is allowed while nobody else
        holds it.
        """
        by = staff_of(request)
        require(by, MAY_CLAIM)
        check_in = check_in_for(request, check_in_id)
        given, now = ClaimShape(data=request.data), clock.now()
        given.is_valid(raise_exception=True)
        if given.validated_data["take_over"]:
            claims.take_over(check_in, by=by, now=now)
            return _shown(check_in)
        review = claims.claim(check_in, by=by, now=now)
        claims.refuse_if_held(review, by, now)
        if not claims.waits_for(review, by):
            raise WrongState("This waits for a second reviewer.")
        return _shown(check_in)


class CheckInReviewRelease(APIView):
    """Letting it go."""

    permission_classes = (StaffOnly,)

    @extend_schema(request=None, responses=ReviewShown)
    def post(self, request: Request, check_in_id: UUID) -> Response:
        """Let it go, so that others need not wait; without a claim of one's own none changes."""
        require(staff_of(request), MAY_CLAIM)
        check_in = check_in_for(request, check_in_id)
        claims.release(check_in, by=staff_of(request), now=clock.now())
        return _shown(check_in)


class CheckInReviewUndo(APIView):
    """Taking the own acceptance back."""

    permission_classes = (StaffOnly,)

    @extend_schema(request=None, responses=ReviewShown)
    def post(self, request: Request, check_in_id: UUID) -> Response:
        """Within a minute, by who accepted it; then it is in review again, claimed by the caller.

        409 afterwards, and for what somebody else or a machine accepted.
        """
        require(staff_of(request), MAY_CLAIM)
        check_in = check_in_for(request, check_in_id)
        lifecycle.undo_acceptance(check_in, by=staff_of(request), now=clock.now())
        return _shown(check_in)
