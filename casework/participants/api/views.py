"""Staff open files; participants sign in."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.audit.services import record_look
from casework.common import clock
from casework.common.api import OpenToAll, ParticipantOnly, StaffOnly, require
from casework.participants import corrections, services, sign_in
from casework.participants.api import shapes
from casework.participants.callers import participant_for, person_of
from casework.participants.models import Participant
from casework.participants.querysets import ParticipantQuerySet
from casework.participants.search import search
from casework.staff.callers import staff_of


class ParticipantList(GenericAPIView[Participant]):
    """The caseload of the caller."""

    permission_classes = (StaffOnly,)
    serializer_class = shapes.ParticipantFile
    queryset = Participant.objects.none()

    def get_queryset(self) -> ParticipantQuerySet:
        given = shapes.ParticipantFilters(data=self.request.query_params.dict())
        given.is_valid(raise_exception=True)
        rows = Participant.objects.visible_to(staff_of(self.request))
        return shapes.with_file(_filtered(rows, given.validated_data))

    @extend_schema(
        parameters=[shapes.ParticipantFilters],
        operation_id="participants_list",
        responses=shapes.ParticipantFile(many=True),
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        request=shapes.Enrolment,
        responses={201: shapes.ParticipantFile},
        operation_id="participants_enrol",
    )
    def post(self, request: Request) -> Response:
        require(staff_of(request), "participants.add_participant")
        given = shapes.Enrolment(data=request.data)
        given.is_valid(raise_exception=True)
        facts: dict[str, Any] = dict(given.validated_data)
        facts["phone"] = str(facts["phone"])
        new = services.NewParticipant(**facts)
        person = services.enrol(new, by=staff_of(request), now=clock.now())
        return Response(_file(request, person.public_id), status=201)


def _filtered(rows: ParticipantQuerySet, by: dict[str, Any]) -> ParticipantQuerySet:
    if by.get("search", "").strip():
        rows = search(rows, by["search"])
    if "language" in by:
        rows = rows.filter(language=by["language"])
    if "office" in by:
        rows = rows.filter(office__public_id=by["office"])
    if "officer" in by:
        rows = rows.filter(
            assignments__until_at__isnull=True, assignments__officer__public_id=by["officer"]
        )
    if by["closed"] is not None:
        rows = rows.filter(closed_at__isnull=not by["closed"])
    return rows


def _file(request: Request, participant_id: UUID) -> Any:
    """The file as the caller sees it (an enrolment may have gone to another officer)."""
    rows = Participant.objects.filter(public_id=participant_id)
    return shapes.ParticipantFile(shapes.with_file(rows).get()).data


class ParticipantDetail(APIView):
    """One participant's file."""

    permission_classes = (StaffOnly,)

    @extend_schema(responses=shapes.ParticipantFile, operation_id="participants_read")
    def get(self, request: Request, participant_id: UUID) -> Response:
        person = participant_for(request, participant_id)
        record_look(
            "opened the file",
            ("participant", person.public_id),
            by=staff_of(request).actor,
            now=clock.now(),
            participant=person.public_id,
        )
        return Response(_file(request, person.public_id))

    @extend_schema(request=shapes.Correction, responses=shapes.ParticipantFile)
    def patch(self, request: Request, participant_id: UUID) -> Response:
        require(staff_of(request), "participants.change_participant")
        person = participant_for(request, participant_id)
        given = shapes.Correction(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changes: dict[str, Any] = dict(given.validated_data)
        corrections.correct(person, changes, by=staff_of(request), now=clock.now())
        return Response(_file(request, person.public_id))


class ParticipantInvite(APIView):
    """A new one-time invite; earlier ones stop working."""

    permission_classes = (StaffOnly,)

    @extend_schema(request=None, responses={201: shapes.InviteMade})
    def post(self, request: Request, participant_id: UUID) -> Response:
        person = participant_for(request, participant_id)
        now = clock.now()
        code = sign_in.invite(person, by=staff_of(request), now=now)
        made = {
            "code": code,
            "url": f"{settings.PUBLIC_URL}/invite/{code}/",
            "expires_at": now + sign_in.INVITE_LIFE,
        }
        return Response(shapes.InviteMade(made).data, status=201)


class PortalSignIn(APIView):
    """A participant's bearer token: with the invite the first time, then with login and PIN."""

    authentication_classes = ()
    permission_classes = (OpenToAll,)

    @extend_schema(request=shapes.PortalSignIn, responses=shapes.PortalSignedIn, auth=[])
    def post(self, request: Request) -> Response:
        given = shapes.PortalSignIn(data=request.data)
        given.is_valid(raise_exception=True)
        facts, now = given.validated_data, clock.now()
        device = request.headers.get("User-Agent", "")
        if "invite" in facts:
            entered = sign_in.accept_invite(
                facts["invite"], facts["pin"], consent=facts["consent"], now=now, device=device
            )
        elif "login" in facts:
            entered = sign_in.sign_in(facts["login"], facts["pin"], now=now, device=device)
        else:
            raise serializers.ValidationError(
                {"login": [_("Send the invite the first time, later the login.")]}
            )
        return Response(shapes.PortalSignedIn(entered).data)


class PortalSignOut(APIView):
    """End the participant's token."""

    permission_classes = (ParticipantOnly,)

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        sign_in.sign_out(str(request.auth), now=clock.now())
        return Response(status=204)


class PortalMe(APIView):
    """Who the participant's token speaks for."""

    permission_classes = (ParticipantOnly,)

    @extend_schema(responses=shapes.ParticipantBrief)
    def get(self, request: Request) -> Response:
        return Response(shapes.ParticipantBrief(person_of(request)).data)
