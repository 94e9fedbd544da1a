"""One check-in: read by both, answered by the participant, settled by staff."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.common import clock
from casework.common.api import (
    ParticipantOnly,
    ParticipantWritesOnly,
    StaffOnly,
    StaffOrParticipant,
    is_participant,
)
from casework.staff.callers import staff_of
from checkins import lifecycle, submissions
from checkins.api import shapes
from checkins.api.finding import check_in_for, visible_check_ins
from checkins.models import Attempt, CheckIn
from checkins.models.checkin import STATE_CHOICES
from checkins.querysets import AttemptQuerySet, CheckInQuerySet


def _either(name: str, *shapes_: type[serializers.Serializer[Any]], many: bool) -> Any:
    """What staff see, or the less that the participant sees."""
    return PolymorphicProxySerializer(
        component_name=name, serializers=shapes_, resource_type_field_name=None, many=many
    )


def _shown(request: Request, check_in: CheckIn) -> dict[str, Any]:
    """The check-in as this caller may see it, read again with all that hangs on it."""
    row = shapes.with_everything(CheckIn.objects.filter(pk=check_in.pk)).get()
    shape = shapes.CheckInShown if is_participant(request) else shapes.CheckInForStaff
    return dict(shape(row).data)


class CheckInFilters(serializers.Serializer[Any]):
    state = serializers.ChoiceField(STATE_CHOICES, required=False)
    participant = serializers.UUIDField(required=False)


class CheckInList(GenericAPIView[CheckIn]):
    """The issued check-ins that the caller may see, newest first."""

    permission_classes = (StaffOrParticipant,)
    queryset = CheckIn.objects.none()

    def get_serializer_class(self) -> type[shapes.CheckInShown]:
        return shapes.CheckInShown if is_participant(self.request) else shapes.CheckInForStaff

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
        parameters=[CheckInFilters],
        responses=_either("CheckInSeen", shapes.CheckInForStaff, shapes.CheckInShown, many=True),
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class CheckInDetail(APIView):
    """One check-in. A participant who reads an open one has had the request."""

    permission_classes = (StaffOrParticipant,)

    @extend_schema(
        responses=_either("CheckInSeen", shapes.CheckInForStaff, shapes.CheckInShown, many=False),
        operation_id="check_ins_read",
    )
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


class CheckInAttempts(GenericAPIView[Attempt]):
    """The answers to a check-in; the participant POSTs a photo."""

    permission_classes = (ParticipantWritesOnly,)
    queryset = Attempt.objects.none()

    def get_serializer_class(self) -> type[shapes.AttemptShown]:
        return shapes.AttemptShown if is_participant(self.request) else shapes.AttemptForStaff

    def get_queryset(self) -> AttemptQuerySet:
        check_in = check_in_for(self.request, self.kwargs["check_in_id"])
        rows = Attempt.objects.filter(check_in=check_in)
        return rows.select_related("verification", "receipt", "check_in").order_by("number")

    @extend_schema(
        operation_id="attempts_list",
        responses=_either("AttemptSeen", shapes.AttemptForStaff, shapes.AttemptShown, many=True),
    )
    def get(self, request: Request, check_in_id: UUID) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        request={"multipart/form-data": shapes.AttemptUpload},
        responses={202: shapes.AttemptShown},
    )
    def post(self, request: Request, check_in_id: UUID) -> Response:
        """Answer with a photo. It is checked in the background: read `Location` until done.

        `frames` answer a head-turn challenge: one for each of its turns, in order. Without a
        valid `challenge` they are kept for the reviewer and show nothing.
        """
        check_in = check_in_for(request, check_in_id)
        key = request.headers.get("Idempotency-Key") or None
        return received(check_in, take(request, check_in, request.data, key))


def take(request: Request, check_in: CheckIn, data: Any, key: str | None) -> Attempt:
    """The answer that `data` is, whole or after all its pieces have come."""
    given = shapes.AttemptUpload(data=data)
    given.is_valid(raise_exception=True)
    sent = submissions.Sent(
        captured_at=given.validated_data.get("captured_at"),
        device=request.headers.get("User-Agent", ""),
        submission_key=key,
        place=given.place,
        frames=given.validated_data.get("frames", []),
        frame_times_ms=given.validated_data.get("frame_times_ms", []),
        challenge=given.validated_data.get("challenge"),
        cannot_turn=given.validated_data.get("cannot_turn", False),
    )
    photo = given.validated_data["photo"]
    return submissions.submit_attempt(check_in, photo, sent, now=clock.now())


def received(check_in: CheckIn, attempt: Attempt) -> Response:
    where = reverse("api-check-in", args=[check_in.public_id])
    return Response(shapes.AttemptShown(attempt).data, status=202, headers={"Location": where})


class CheckInChallenge(APIView):
    """The turns of the head to make for the camera, right now."""

    permission_classes = (ParticipantOnly,)

    @extend_schema(request=None, responses={201: shapes.ChallengeShown})
    def post(self, request: Request, check_in_id: UUID) -> Response:
        """A random sequence, good for one attempt within minutes; an older one is void.

        Take the photo looking ahead, then one frame for each of `turns`, in order (left and
        right are the person's own), and send all with this `id` as `challenge`.
        """
        check_in = check_in_for(request, check_in_id)
        challenge = lifecycle.make_challenge(check_in, now=clock.now())
        return Response(shapes.ChallengeShown(challenge).data, status=201)
