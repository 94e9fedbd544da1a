"""Messages over the API, for both sides."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.common import clock
from casework.common.api import StaffOrParticipant, is_participant, require
from casework.common.errors import RuleError
from casework.messages import services
from casework.messages.models import LONGEST, Author, Message, MessageQuerySet
from casework.participants.callers import participant_for, person_of
from casework.participants.models import Participant
from casework.staff.callers import staff_of
from casework.staff.models import User


class MessageShown(serializers.ModelSerializer[Message]):
    """`read_at`: when the other side read it. A participant does not learn when staff did."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    participant = serializers.UUIDField(source="participant.public_id", read_only=True)
    author = serializers.ChoiceField(Author.choices, read_only=True)
    written_by = serializers.CharField(
        source="written_by.full_name", default=None, allow_null=True, read_only=True,
        help_text="Who of the staff wrote it.",
    )  # fmt: skip

    class Meta:
        model = Message
        fields = ["id", "participant", "author", "written_by", "text", "sent_at", "read_at"]
        read_only_fields = fields


class NewMessage(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=LONGEST)
    participant = serializers.UUIDField(
        required=False, help_text="Staff say to whom; a participant writes to the own office."
    )


class MessageFilters(serializers.Serializer[Any]):
    participant = serializers.UUIDField(required=False, help_text="Only this one's thread (staff).")
    unread = serializers.BooleanField(
        required=False, default=False, help_text="Only what the other side wrote and is not read."
    )


def _visible(request: Request) -> MessageQuerySet:
    rows = Message.objects.select_related("participant", "written_by")
    if is_participant(request):
        return rows.of(person_of(request))
    user = staff_of(request)
    require(user, "officer_messages.view_message")
    return rows.visible_to(user)


class MessageList(GenericAPIView[Message]):
    """Messages between a participant and the office, newest first; POST writes one."""

    permission_classes = (StaffOrParticipant,)
    serializer_class = MessageShown
    queryset = Message.objects.none()

    @extend_schema(
        operation_id="messages_list",
        parameters=[MessageFilters],
        responses=MessageShown(many=True),
    )
    def get(self, request: Request) -> Response:
        given = MessageFilters(data=request.query_params.dict())
        given.is_valid(raise_exception=True)
        rows = _visible(request)
        if "participant" in given.validated_data:
            rows = rows.filter(participant__public_id=given.validated_data["participant"])
        if given.validated_data["unread"]:
            rows = rows.unseen() if is_participant(request) else rows.waiting()
        page = self.paginate_queryset(rows.order_by("-pk"))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(operation_id="messages_send", request=NewMessage, responses={201: MessageShown})
    def post(self, request: Request) -> Response:
        given = NewMessage(data=request.data)
        given.is_valid(raise_exception=True)
        by, person = _sides(request, given.validated_data.get("participant"))
        text = given.validated_data["text"]
        sent = services.send(by, person, text, now=clock.now())
        return Response(MessageShown(sent).data, status=201)


def _sides(request: Request, participant_id: UUID | None) -> tuple[User | Participant, Participant]:
    if is_participant(request):
        person = person_of(request)
        return person, person
    if participant_id is None:
        raise RuleError("Say to which participant.", field="participant")
    return staff_of(request), participant_for(request, participant_id)


class MessageRead(APIView):
    """This message and the earlier ones of the other side are read; again changes nothing."""

    permission_classes = (StaffOrParticipant,)

    @extend_schema(request=None, responses=MessageShown)
    def post(self, request: Request, message_id: UUID) -> Response:
        found = get_object_or_404(_visible(request), public_id=message_id)
        by = person_of(request) if is_participant(request) else staff_of(request)
        services.mark_read(found.participant, by=by, now=clock.now(), until=found)
        return Response(MessageShown(_visible(request).get(pk=found.pk)).data)
