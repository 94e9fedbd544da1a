"""Documents over the API, for both sides. A page is a picture drawn anew, or a PDF to download."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.audit.services import record_look
from casework.common import clock
from casework.common.api import (
    ParticipantOnly,
    StaffOnly,
    StaffOrParticipant,
    StaffWritesOnly,
    is_participant,
    require,
)
from casework.common.errors import RuleError
from casework.documents import papers, services
from casework.documents.api_shapes import (
    Described,
    DocumentFilters,
    DocumentShown,
    NewDocumentFacts,
    RemovalReason,
)
from casework.documents.intake import contents_of
from casework.documents.models import Document, DocumentQuerySet
from casework.documents.rules import DocumentKind
from casework.documents.services import NewDocument
from casework.participants.callers import participant_for, person_of
from casework.participants.models import Participant
from casework.staff.callers import staff_of

LOOKED = "looked at the list of documents"


class _AsItIs(BaseContentNegotiation):
    """A page comes in its own type, whatever is asked for; problems come as JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


def _rows(request: Request) -> DocumentQuerySet:
    """What the caller may know of."""
    if is_participant(request):
        return Document.objects.shown_to(person_of(request))
    user = staff_of(request)
    require(user, "documents.view_document")
    return Document.objects.visible_to(user)


def _full(rows: DocumentQuerySet) -> QuerySet[Document]:
    return rows.select_related("participant", "added_by").prefetch_related("pages")


def _found(request: Request, document_id: UUID) -> Document:
    return get_object_or_404(_full(_rows(request)), public_id=document_id)


def _shown(request: Request, document: Document) -> Response:
    context = {"for_staff": not is_participant(request)}
    return Response(DocumentShown(document, context=context).data)


def _again(request: Request, document: Document) -> Response:
    """As it is after the act, also where it is out of the caller's sight now."""
    return _shown(request, _full(Document.objects.filter(pk=document.pk)).get())


def _look_at_list(request: Request, person: Participant) -> None:
    """Staff's looks are written down; a participant's at the own file are not."""
    if is_participant(request):
        return
    key = person.public_id
    by = staff_of(request).actor
    record_look(LOOKED, ("participant", key), by=by, now=clock.now(), participant=key)


class DocumentList(GenericAPIView[Document]):
    """Documents of participants and of staff, newest first; POST adds one (multipart)."""

    permission_classes = (StaffOrParticipant,)
    serializer_class = DocumentShown
    queryset = Document.objects.none()

    def get_serializer_context(self) -> dict[str, Any]:
        context = dict(super().get_serializer_context())
        return context | {"for_staff": not is_participant(self.request)}

    @extend_schema(
        operation_id="documents_list",
        parameters=[DocumentFilters],
        responses=DocumentShown(many=True),
    )
    def get(self, request: Request) -> Response:
        given = DocumentFilters(data=request.query_params.dict())
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        rows = _rows(request)
        if "participant" in asked:
            rows = rows.filter(participant__public_id=asked["participant"])
        if "kind" in asked:
            rows = rows.filter(kind=asked["kind"])
        if asked["waiting"]:
            rows = rows.to_look_at()
        page = self.paginate_queryset(_full(rows).order_by("-pk")) or []
        for person in {one.participant for one in page}:
            _look_at_list(request, person)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        operation_id="documents_add",
        request={"multipart/form-data": NewDocumentFacts},
        responses={201: DocumentShown},
    )
    def post(self, request: Request) -> Response:
        given = NewDocumentFacts(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        new = NewDocument(
            DocumentKind(said["kind"]),
            contents_of(said["files"]),
            said["note"],
            **({} if is_participant(request) else _hiding(said)),
        )
        if is_participant(request):
            person = person_of(request)
            made = services.add(person, person, new, now=clock.now())
        else:
            if "participant" not in said:
                raise RuleError("Say whose file it belongs to.", field="participant")
            person = participant_for(request, said["participant"])
            made = services.add(staff_of(request), person, new, now=clock.now())
        return Response(_again(request, made).data, status=201)


def _hiding(said: dict[str, Any]) -> dict[str, Any]:
    return {"shared": said["shared"], "why_hidden": said["why_hidden"]}


class DocumentDetail(APIView):
    """One document; PATCH by staff says what it is and what it belongs to."""

    permission_classes = (StaffWritesOnly,)

    @extend_schema(operation_id="documents_read", responses=DocumentShown)
    def get(self, request: Request, document_id: UUID) -> Response:
        found = _found(request, document_id)
        if not is_participant(request):
            services.look_at(found, by=staff_of(request), now=clock.now())
        return _shown(request, found)

    @extend_schema(operation_id="documents_describe", request=Described, responses=DocumentShown)
    def patch(self, request: Request, document_id: UUID) -> Response:
        found = _found(request, document_id)
        given = Described(data=request.data)
        given.is_valid(raise_exception=True)
        now_about = f"{found.about_kind}:{found.about_id}" if found.about_kind else ""
        services.describe(
            found,
            given.validated_data.get("description", found.description),
            given.validated_data.get("about", now_about),
            by=staff_of(request),
            now=clock.now(),
        )
        return _again(request, found)


class DocumentPageFile(APIView):
    """One page as it is kept: a JPEG, or a PDF that is only ever a download."""

    permission_classes = (StaffOrParticipant,)
    content_negotiation_class = _AsItIs

    @extend_schema(
        operation_id="documents_page",
        responses={
            (200, "image/jpeg"): OpenApiTypes.BINARY,
            (200, "application/pdf"): OpenApiTypes.BINARY,
        },
    )
    def get(self, request: Request, document_id: UUID, number: int) -> HttpResponse:
        found = _found(request, document_id)
        if found.removed_at is not None:
            raise Http404
        answer = papers.page_of(found, number)
        answer["Cache-Control"] = "no-store"
        if is_participant(request):
            services.opened(found, now=clock.now())
        elif not services.look_at(found, by=staff_of(request), now=clock.now()):
            raise Http404
        return answer


class DocumentSeen(APIView):
    """Staff have looked at it, and the participant sees when; again changes nothing."""

    permission_classes = (StaffOnly,)

    @extend_schema(operation_id="documents_seen", request=None, responses=DocumentShown)
    def post(self, request: Request, document_id: UUID) -> Response:
        found = _found(request, document_id)
        services.mark_seen(found, by=staff_of(request), now=clock.now())
        return _again(request, found)


class DocumentTakeBack(APIView):
    """The participant takes an own one back, while nobody of staff has opened it."""

    permission_classes = (ParticipantOnly,)

    @extend_schema(operation_id="documents_take_back", request=None, responses=DocumentShown)
    def post(self, request: Request, document_id: UUID) -> Response:
        found = _found(request, document_id)
        services.take_back(found, now=clock.now())
        return _again(request, found)


class DocumentRemove(APIView):
    """Staff take it out of everybody's sight, with a reason; the files go after 30 days."""

    permission_classes = (StaffOnly,)

    @extend_schema(operation_id="documents_remove", request=RemovalReason, responses=DocumentShown)
    def post(self, request: Request, document_id: UUID) -> Response:
        found = _found(request, document_id)
        given = RemovalReason(data=request.data)
        given.is_valid(raise_exception=True)
        reason = given.validated_data["reason"]
        services.remove(found, by=staff_of(request), reason=reason, now=clock.now())
        return _again(request, found)
