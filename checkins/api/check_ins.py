"""One check-in: read by both, answered by the participant, settled by staff."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.common import clock
from casework.common.api import (
    ParticipantWritesOnly,
    StaffOnly,
    StaffOrParticipant,
    is_participant,
    require,
)
from casework.staff.callers import staff_of
from checkins import lifecycle, submissions
from checkins.api import shapes
from checkins.api.finding import check_in_for, visible_check_ins
from checkins.models import CheckIn, Review
from checkins.querysets import CheckInQuerySet
from checkins.states import State

_EITHER = PolymorphicProxySerializer(
    component_name="CheckInSeen",
    serializers=[shapes.CheckInForStaff, shapes.CheckInShown],
    resource_type_field_name=None,
)


def _shown(request: Request, check_in: CheckIn) -> dict[str, Any]:
    """The check-in as this caller may see it, read again with all that hangs on it."""
    row = shapes.with_everything(CheckIn.objects.filter(pk=check_in.pk)).get()
    shape = shapes.CheckInShown if is_participant(request) else shapes.CheckInForStaff
    return dict(shape(row).data)


class CheckInFilters(serializers.Serializer[Any]):
    state = serializers.ChoiceField([s.value for s in State], required=False)
    participant = serializers.UUIDField(required=False)


class CheckInList(GenericAPIView[CheckIn]):
    """The issued check-ins that the caller may see, newest first."""

    permission_classes = (StaffOrParticipant,)

    def get_serializer_class(self) -> type[shapes.CheckInShown]:
        staff = not is_participant(self.request)
        return shapes.CheckInForStaff if staff else shapes.CheckInShown

    def get_queryset(self) -> CheckInQuerySet:
        given = CheckInFilters(data=self.request.query_params.dict())
        given.is_valid(raise_exception=True)
        rows = visible_check_ins(self.request)
        if "state" in given.validated_data:
            rows = rows.filter(state=given.validated_data["state"])
        if "participant" in given.validated_data:
            rows = rows.filter(participant__public_id=given.validated_data["participant"])
        return shapes.with_everything(rows)

    @extend_schema(
        operation_id="check_ins_list",
        parameters=[
            OpenApiParameter("state", str, enum=[s.value for s in State]),
            OpenApiParameter("participant", UUID),
        ],
        responses=shapes.CheckInForStaff(many=True),
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class CheckInDetail(APIView):
    """One check-in. A participant who reads an open one has had the request."""

    permission_classes = (StaffOrParticipant,)

    @extend_schema(responses=_EITHER, operation_id="check_ins_read")
    def get(self, request: Request, check_in_id: UUID) -> Response:
        check_in = check_in_for(request, check_in_id)
        if is_participant(request):
            lifecycle.mark_delivered(check_in, now=clock.now())
        return Response(_shown(request, check_in))


class CheckInWithdraw(APIView):
    """Take an open check-in back: it counts for nothing."""

    permission_classes = (StaffOnly,)

    @extend_schema(request=shapes.WhyShape, responses=shapes.CheckInForStaff)
    def post(self, request: Request, check_in_id: UUID) -> Response:
        check_in = check_in_for(request, check_in_id)
        lifecycle.withdraw(check_in, by=staff_of(request), reason=_why(request), now=clock.now())
        return Response(_shown(request, check_in))


class CheckInExcuse(APIView):
    """Excuse a missed check-in."""

    permission_classes = (StaffOnly,)

    @extend_schema(request=shapes.WhyShape, responses=shapes.CheckInForStaff)
    def post(self, request: Request, check_in_id: UUID) -> Response:
        check_in = check_in_for(request, check_in_id)
        lifecycle.excuse(check_in, by=staff_of(request), reason=_why(request), now=clock.now())
        return Response(_shown(request, check_in))


def _why(request: Request) -> str:
    given = shapes.WhyShape(data=request.data)
    given.is_valid(raise_exception=True)
    return str(given.validated_data["reason"])


class CheckInAttempts(APIView):
    """The answers to a check-in; the participant POSTs a photo."""

    permission_classes = (ParticipantWritesOnly,)

    @extend_schema(responses=shapes.AttemptShown(many=True), operation_id="attempts_list")
    def get(self, request: Request, check_in_id: UUID) -> Response:
        check_in = check_in_for(request, check_in_id)
        return Response(_shown(request, check_in)["attempts"])

    @extend_schema(
        request={"multipart/form-data": shapes.AttemptUpload},
        responses={202: shapes.AttemptShown},
    )
    def post(self, request: Request, check_in_id: UUID) -> Response:
        """Answer with a photo. It is checked in the background: read the check-in again."""
        check_in = check_in_for(request, check_in_id)
        given = shapes.AttemptUpload(data=request.data)
        given.is_valid(raise_exception=True)
        sent = submissions.Sent(
            captured_at=given.validated_data.get("captured_at"),
            device=request.headers.get("User-Agent", ""),
            submission_key=request.headers.get("Idempotency-Key"),
        )
        attempt = submissions.submit_attempt(
            check_in, given.validated_data["photo"], sent, now=clock.now()
        )
        return Response(shapes.AttemptShown(attempt).data, status=202)


class CheckInReview(APIView):
    """A person's look at what the machine could not settle."""

    permission_classes = (StaffOnly,)

    @extend_schema(responses=shapes.ReviewShown)
    def get(self, request: Request, check_in_id: UUID) -> Response:
        check_in = check_in_for(request, check_in_id)
        review = get_object_or_404(Review.objects.select_related("decided_by"), check_in=check_in)
        return Response(shapes.ReviewShown(review).data)

    @extend_schema(request=shapes.VerdictShape, responses=shapes.ReviewShown)
    def post(self, request: Request, check_in_id: UUID) -> Response:
        require(staff_of(request), "checkins.change_review")
        check_in = check_in_for(request, check_in_id)
        given = shapes.VerdictShape(data=request.data)
        given.is_valid(raise_exception=True)
        review = lifecycle.decide_review(
            check_in,
            accept=given.validated_data["verdict"] == Review.Verdict.ACCEPTED,
            by=staff_of(request),
            reason=given.validated_data["reason"],
            now=clock.now(),
        )
        return Response(shapes.ReviewShown(review).data)
