"""Hearings over the API."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from timezone_field.rest_framework import TimeZoneSerializerField

from casework.common import clock
from casework.common.api import StaffOnly, StaffWritesOnly, is_participant, require
from casework.common.imports.api import ImportUpload, UploadFacts, take_file_in
from casework.hearings import results, services
from casework.hearings.imports.working import HEARINGS
from casework.hearings.models import Court, Hearing, HearingImport, HearingSource
from casework.hearings.querysets import HearingQuerySet
from casework.hearings.tasks import work_on_import
from casework.participants.callers import participant_for, person_of
from casework.staff.callers import staff_of
from casework.staff.models import User

RESULT = ("attendance", "outcome", "adjournment")


class CourtFacts(serializers.ModelSerializer[Court]):
    id = serializers.UUIDField(source="public_id", read_only=True)
    timezone = TimeZoneSerializerField()

    class Meta:
        model = Court
        fields = ["id", "name", "address", "city", "state", "timezone"]


class HearingFacts(serializers.ModelSerializer[Hearing]):
    id = serializers.UUIDField(source="public_id", read_only=True)
    participant = serializers.UUIDField(source="case.participant.public_id", read_only=True)
    court = CourtFacts(read_only=True)

    class Meta:
        model = Hearing
        fields = [
            "id", "participant", "court", "kind", "mode", "starts_at", "judge", "room",
            "video_url", "source", "verified_at", "cancelled_at", "attendance", "attendance_at",
            "outcome", "adjournment",
        ]  # fmt: skip


class HearingTerms(serializers.ModelSerializer[Hearing]):
    """What entering a hearing takes: the participant and the court by id."""

    participant = serializers.UUIDField()
    court = serializers.SlugRelatedField(slug_field="public_id", queryset=Court.objects.all())
    source = serializers.ChoiceField(  # type: ignore[assignment]
        HearingSource.choices, default=HearingSource.API, help_text="Where the date comes from."
    )

    class Meta:
        model = Hearing
        fields = [
            "participant", "court", "kind", "mode", "starts_at", "judge", "room", "video_url",
            "source",
        ]  # fmt: skip


class HearingChanges(HearingTerms):
    """What is not named stays as it is."""

    cancelled = serializers.BooleanField(help_text="Taken back by the court, or on again.")
    source = serializers.ChoiceField(HearingSource.choices)
    adjournment = serializers.CharField(
        max_length=2, allow_blank=True, help_text="EOIR's code; with the outcome `continued`."
    )

    class Meta(HearingTerms.Meta):
        fields = [
            *HearingTerms.Meta.fields[1:], "cancelled", "attendance", "outcome", "adjournment",
        ]  # fmt: skip


class HearingFilters(serializers.Serializer[Any]):
    to_come = serializers.BooleanField(default=False, help_text="Leave out the past.")
    participant = serializers.UUIDField(required=False)


def _visible(request: Request) -> HearingQuerySet:
    if is_participant(request):
        rows = Hearing.objects.of(person_of(request))
    else:
        rows = Hearing.objects.visible_to(staff_of(request))
    return rows.select_related("court", "case__participant")


class HearingList(GenericAPIView[Hearing]):
    """The hearings that the caller may see, soonest first."""

    permission_classes = (StaffWritesOnly,)
    serializer_class = HearingFacts
    queryset = Hearing.objects.none()

    def get_queryset(self) -> HearingQuerySet:
        given = HearingFilters(data=self.request.query_params.dict())
        given.is_valid(raise_exception=True)
        rows = _visible(self.request)
        if given.validated_data["to_come"]:
            rows = rows.to_come(clock.now())
        if "participant" in given.validated_data:
            rows = rows.filter(case__participant__public_id=given.validated_data["participant"])
        return rows.order_by("starts_at", "pk")

    @extend_schema(
        parameters=[HearingFilters], operation_id="hearings_list", responses=HearingFacts(many=True)
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(request=HearingTerms, responses={201: HearingFacts})
    def post(self, request: Request) -> Response:
        require(staff_of(request), "hearings.add_hearing")
        given = HearingTerms(data=request.data)
        given.is_valid(raise_exception=True)
        terms: dict[str, Any] = dict(given.validated_data)
        person = participant_for(request, terms.pop("participant"))
        hearing = services.enter(person, terms, by=staff_of(request), now=clock.now())
        return Response(HearingFacts(hearing).data, status=201)


class HearingDetail(APIView):
    """One hearing."""

    permission_classes = (StaffWritesOnly,)

    @extend_schema(responses=HearingFacts, operation_id="hearings_read")
    def get(self, request: Request, hearing_id: UUID) -> Response:
        return Response(
            HearingFacts(get_object_or_404(_visible(request), public_id=hearing_id)).data
        )

    @extend_schema(request=HearingChanges, responses=HearingFacts)
    def patch(self, request: Request, hearing_id: UUID) -> Response:
        require(staff_of(request), "hearings.change_hearing")
        hearing = get_object_or_404(_visible(request), public_id=hearing_id)
        given = HearingChanges(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        terms: dict[str, Any] = dict(given.validated_data)
        changed = _change(hearing, terms, by=staff_of(request), now=clock.now())
        return Response(HearingFacts(changed).data)


@transaction.atomic
def _change(hearing: Hearing, terms: dict[str, Any], *, by: User, now: datetime) -> Hearing:
    """What came of it goes to the one service, the rest to the other; both or none."""
    known = {name: getattr(hearing, name) for name in RESULT}
    said = {name: terms.pop(name) for name in RESULT if name in terms}
    changed = services.change(hearing, terms, by=by, now=now)
    if said:
        changed = results.record_result(hearing, results.Result(**known | said), by=by, now=now)
    return changed


class ImportFacts(UploadFacts):
    """`state` is `checked` after a dry run and `done` after an import."""

    counts = serializers.DictField(
        child=serializers.IntegerField(), help_text="Of `new`, `changed`, `same`, `held`, `bad`."
    )

    class Meta:
        model = HearingImport
        fields = UploadFacts.FIELDS


class HearingImports(APIView):
    """Many hearings from one CSV file; sending it again changes nothing.

    Answers 200 when it is done, 202 when the file is so large that a worker goes on with it:
    then ask `hearings/import/{id}/` how far it is.
    """

    permission_classes = (StaffOnly,)
    parser_classes = (MultiPartParser,)

    @extend_schema(
        request={"multipart/form-data": ImportUpload},
        responses={200: ImportFacts, 202: ImportFacts},
    )
    def post(self, request: Request) -> Response:
        by = staff_of(request)
        require(by, "hearings.add_hearing")
        return take_file_in(request, HEARINGS, ImportFacts, work_on_import, by=by)


class HearingImportDetail(APIView):
    """How far an import of one's own is, and its bad rows."""

    permission_classes = (StaffOnly,)

    @extend_schema(responses=ImportFacts)
    def get(self, request: Request, import_id: UUID) -> Response:
        rows = HearingImport.objects.visible_to(staff_of(request))
        return Response(ImportFacts(get_object_or_404(rows, public_id=import_id)).data)


class CourtList(GenericAPIView[Court]):
    """The courts, for the `court` of a hearing."""

    permission_classes = (StaffOnly,)
    serializer_class = CourtFacts
    queryset = Court.objects.order_by("name", "pk")

    @extend_schema(operation_id="courts_list", responses=CourtFacts(many=True))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
