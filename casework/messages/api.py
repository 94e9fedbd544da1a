"""Messages over the API, for both sides."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.audit.services import record_look
from casework.common import clock
from casework.common.api import StaffOrParticipant, is_participant, require
from casework.common.errors import RuleError
from casework.documents.intake import contents_of
from casework.documents.models import Document, DocumentQuerySet
from casework.messages import services
from casework.messages.attachments import give_papers
from casework.messages.models import LONGEST, Author, Message, MessageQuerySet
from casework.participants.callers import participant_for, person_of
from casework.participants.models import Participant
from casework.staff.callers import staff_of
from casework.staff.models import User


class Attachment(serializers.ModelSerializer[Document]):
    """One document that came with a message; its page is `documents/{id}/pages/1/`."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    state = serializers.CharField(read_only=True, help_text="sent, seen, taken_back or removed.")
    media_type = serializers.CharField(source="first_type", read_only=True)

    class Meta:
        model = Document
        fields = ["id", "state", "media_type"]
        read_only_fields = fields


class MessageShown(serializers.ModelSerializer[Message]):
    """`read_at`: when the other side read it. A participant does not learn when staff did."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    participant = serializers.UUIDField(source="participant.public_id", read_only=True)
    author = serializers.ChoiceField(Author.choices, read_only=True)
    written_by = serializers.CharField(
        source="written_by.full_name", default=None, allow_null=True, read_only=True,
        help_text="Who of the staff wrote it.",
    )  # fmt: skip

    attachments = serializers.SerializerMethodField(help_text="What came with it; three at most.")

    class Meta:
        model = Message
        fields = [
            "id", "participant", "author", "written_by",
            "text", "attachments", "sent_at", "read_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(Attachment(many=True))
    def get_attachments(self, message: Message) -> list[Any]:
        return list(Attachment(message.papers, many=True).data)


class NewMessage(serializers.Serializer[Any]):
    text = serializers.CharField(
        max_length=LONGEST, required=False, default="", allow_blank=True,
        help_text="May be empty where files come along.",
    )  # fmt: skip
    files = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True), required=False, default=list,
        help_text="Photos or PDFs (multipart); three at most.",
    )  # fmt: skip
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


def _documents(request: Request) -> DocumentQuerySet:
    """Those that the caller may know of."""
    if is_participant(request):
        return Document.objects.shown_to(person_of(request))
    user = staff_of(request)
    seen = Document.objects.visible_to(user)
    return seen if user.has_perm("documents.view_document") else seen.none()


def _look(request: Request, people: set[Participant]) -> None:
    """Staff's looks are written down, as on the page; a participant's own are not."""
    if is_participant(request):
        return
    for person in people:
        record_look(
            "looked at messages",
            ("participant", person.public_id),
            by=staff_of(request).actor,
            now=clock.now(),
            participant=person.public_id,
        )


def _shown(request: Request, message: Message) -> Any:
    give_papers([message], _documents(request))
    return MessageShown(message).data


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
        page = self.paginate_queryset(rows.order_by("-pk")) or []
        _look(request, {one.participant for one in page})
        give_papers(page, _documents(request))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        operation_id="messages_send",
        request={"application/json": NewMessage, "multipart/form-data": NewMessage},
        responses={201: MessageShown},
    )
    def post(self, request: Request) -> Response:
        given = NewMessage(data=request.data)
        given.is_valid(raise_exception=True)
        by, person = _sides(request, given.validated_data.get("participant"))
        said = given.validated_data
        files = contents_of(said["files"])
        sent = services.send(by, person, said["text"], now=clock.now(), files=files)
        return Response(_shown(request, sent), status=201)


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
        return Response(_shown(request, _visible(request).get(pk=found.pk)))
