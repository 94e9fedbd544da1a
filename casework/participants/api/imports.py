"""Many people from one CSV file."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.common.api import StaffOnly, require
from casework.common.imports.api import ImportUpload, UploadFacts, take_file_in
from casework.participants.imports.working import PEOPLE
from casework.participants.models import ParticipantImport
from casework.participants.tasks import work_on_import
from casework.staff.callers import staff_of


class ParticipantImportFacts(UploadFacts):
    """`state` is `checked` after a dry run and `done` after an import."""

    counts = serializers.DictField(
        child=serializers.IntegerField(), help_text="Of `new`, `filled`, `same`, `held`, `bad`."
    )

    class Meta:
        model = ParticipantImport
        fields = UploadFacts.FIELDS


class ParticipantImports(APIView):
    """Many people from one CSV file; sending it again changes nothing.

    Somebody who is here already stays as they are; only what is empty is filled in. Answers 200
    when it is done, 202 when the file is so large that a worker goes on with it: then ask
    `participants/import/{id}/` how far it is.
    """

    permission_classes = (StaffOnly,)
    parser_classes = (MultiPartParser,)

    @extend_schema(
        request={"multipart/form-data": ImportUpload},
        responses={200: ParticipantImportFacts, 202: ParticipantImportFacts},
    )
    def post(self, request: Request) -> Response:
        by = staff_of(request)
        require(by, PEOPLE.permission)
        return take_file_in(request, PEOPLE, ParticipantImportFacts, work_on_import, by=by)


class ParticipantImportDetail(APIView):
    """How far an import of one's own is, and its bad rows."""

    permission_classes = (StaffOnly,)

    @extend_schema(responses=ParticipantImportFacts)
    def get(self, request: Request, import_id: UUID) -> Response:
        rows = ParticipantImport.objects.visible_to(staff_of(request))
        found = get_object_or_404(rows, public_id=import_id)
        return Response(ParticipantImportFacts(found).data)
