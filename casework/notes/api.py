"""Notes of staff over the API. A participant reads them in the copy of the own file."""

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
from casework.common.api import StaffOnly, require
from casework.notes import services
from casework.notes.models import Note, NoteVersion
from casework.participants.callers import participant_for
from casework.staff.api import UserBrief
from casework.staff.callers import staff_of


class VersionShown(serializers.ModelSerializer[NoteVersion]):
    class Meta:
        model = NoteVersion
        fields = ["number", "text", "written_at"]


class NoteShown(serializers.ModelSerializer[Note]):
    """What the note says now, and what it said before. Rows come with their versions."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    participant = serializers.UUIDField(source="participant.public_id", read_only=True)
    author = UserBrief()
    text = serializers.SerializerMethodField()
    earlier = serializers.SerializerMethodField(help_text="Earlier versions, the newest first.")

    class Meta:
        model = Note
        fields = ["id", "participant", "author", "made_at", "text", "earlier"]

    def get_text(self, note: Note) -> str:
        return note.versions.all()[0].text

    @extend_schema_field(VersionShown(many=True))
    def get_earlier(self, note: Note) -> Any:
        return VersionShown(list(note.versions.all())[1:], many=True).data


class NoteText(serializers.Serializer[Any]):
    text = serializers.CharField(
        max_length=services.MOST_LETTERS,
        help_text="Part of the copy of the file that the person may download.",
    )


class NoteList(GenericAPIView[Note]):
    """The notes about one participant, newest first; POST writes one."""

    permission_classes = (StaffOnly,)
    serializer_class = NoteShown
    queryset = Note.objects.none()

    @extend_schema(operation_id="notes_list", responses=NoteShown(many=True))
    def get(self, request: Request, participant_id: UUID) -> Response:
        require(staff_of(request), "notes.view_note")
        person = participant_for(request, participant_id)
        record_look(
            "read the notes",
            ("participant", person.public_id),
            by=staff_of(request).actor,
            now=clock.now(),
            participant=person.public_id,
        )
        rows = Note.objects.of(person).select_related("author", "participant")
        page = self.paginate_queryset(rows.prefetch_related("versions"))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(operation_id="notes_write", request=NoteText, responses={201: NoteShown})
    def post(self, request: Request, participant_id: UUID) -> Response:
        require(staff_of(request), "notes.add_note")
        person = participant_for(request, participant_id)
        made = services.write(person, _text(request), by=staff_of(request), now=clock.now())
        return Response(NoteShown(made).data, status=201)


class NoteDetail(APIView):
    """One note; PATCH by who wrote it adds a version, the earlier ones stay."""

    permission_classes = (StaffOnly,)

    @extend_schema(operation_id="notes_amend", request=NoteText, responses=NoteShown)
    def patch(self, request: Request, note_id: UUID) -> Response:
        require(staff_of(request), "notes.add_note")
        rows = Note.objects.visible_to(staff_of(request)).select_related("author", "participant")
        note = get_object_or_404(rows, public_id=note_id)
        services.amend(note, _text(request), by=staff_of(request), now=clock.now())
        return Response(NoteShown(note).data)


def _text(request: Request) -> str:
    given = NoteText(data=request.data)
    given.is_valid(raise_exception=True)
    return str(given.validated_data["text"])
