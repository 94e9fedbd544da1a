"""Reports over the API: POST asks for one, GET tells how far it is and where its file is."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.common import clock
from casework.common.api import StaffOnly, require
from casework.common.errors import RuleError
from casework.common.languages import LANGUAGES
from casework.common.nudges import nudge
from casework.staff.callers import staff_of
from smartlink.reports import asking, services, tasks
from smartlink.reports.models import Report, ReportFile, State
from smartlink.reports.writers import WRITERS

NEEDS = "reports.make_report"


class ReportWanted(serializers.Serializer[Any]):
    """Without `format` every format is made."""

    kind = serializers.ChoiceField(asking.KIND_CHOICES, default="compliance")
    date_from = serializers.DateField(source="first")
    date_to = serializers.DateField(source="last")
    format = serializers.ChoiceField([(name, name) for name in WRITERS], required=False)
    group = serializers.ChoiceField(list(asking.GROUPINGS.items()), default="office")
    office = serializers.UUIDField(required=False)
    officer = serializers.UUIDField(required=False)
    participant = serializers.UUIDField(required=False)
    region = serializers.CharField(required=False, max_length=120)
    language = serializers.ChoiceField(LANGUAGES, required=False)
    origin = serializers.ChoiceField(list(asking.ORIGINS.items()), required=False)
    technology = serializers.ChoiceField(list(asking.TECHNOLOGIES.items()), required=False)


class FileShown(serializers.ModelSerializer[ReportFile]):
    """`url` gives the file to whoever has it for five minutes; none once it is deleted."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = ReportFile
        fields = ("format", "sha256", "size", "url")

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_url(self, file: ReportFile) -> str | None:
        if file.deleted_at is not None:
            return None
        return services.link_to(file, by=self.context["user"], now=clock.now())


class ReportShown(serializers.ModelSerializer[Report]):
    """`progress` is in percent; `file` is the first of `files`, and none before it is ready."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.ChoiceField(asking.KIND_CHOICES)
    state = serializers.ChoiceField(State.choices)
    date_from = serializers.DateField(source="parameters.from")
    date_to = serializers.DateField(source="parameters.to")
    as_of = serializers.DateTimeField(source="asked_at")
    file = serializers.SerializerMethodField()
    files = serializers.SerializerMethodField()

    class Meta:
        model = Report
        fields = (
            "id", "kind", "date_from", "date_to", "as_of", "state", "progress",
            "definitions_version", "asked_at", "finished_at", "expires_at", "file", "files",
        )  # fmt: skip

    def _files(self, report: Report) -> list[dict[str, Any]]:
        if report.state != State.READY:
            return []
        return [dict(FileShown(file, context=self.context).data) for file in report.files.all()]

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_file(self, report: Report) -> str | None:
        return next((one["url"] for one in self._files(report)), None)

    @extend_schema_field(FileShown(many=True))
    def get_files(self, report: Report) -> list[dict[str, Any]]:
        return self._files(report)


def _shown(request: Request, report: Report) -> dict[str, Any]:
    return dict(ReportShown(report, context={"user": staff_of(request)}).data)


def _visible(request: Request) -> Any:
    require(staff_of(request), NEEDS)
    return Report.objects.visible_to(staff_of(request)).prefetch_related("files")


class ReportList(GenericAPIView[Report]):
    """Reports about the caller's offices, newest first."""

    permission_classes = (StaffOnly,)
    serializer_class = ReportShown
    queryset = Report.objects.none()

    @extend_schema(operation_id="reports_list", responses=ReportShown(many=True))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(_visible(request))
        shown = ReportShown(page, many=True, context={"user": staff_of(request)})
        return self.get_paginated_response(shown.data)

    @extend_schema(request=ReportWanted, responses={202: ReportShown}, operation_id="reports_make")
    def post(self, request: Request) -> Response:
        """Ask for a report. It is made in the background: read `Location` until it is ready."""
        user = staff_of(request)
        require(user, NEEDS)
        given = ReportWanted(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        form = said.pop("format", None)
        try:
            report = services.ask(
                asking.Wish(**said), [form] if form else list(WRITERS), by=user, now=clock.now()
            )
        except RuleError as error:
            if error.code == "not_found":
                raise Http404 from error
            raise
        nudge(tasks.make_report, report.pk)
        where = reverse("api-report", args=[report.public_id])
        return Response(_shown(request, report), status=202, headers={"Location": where})


class ReportDetail(APIView):
    permission_classes = (StaffOnly,)

    @extend_schema(responses=ReportShown, operation_id="reports_read")
    def get(self, request: Request, report_id: UUID) -> Response:
        """How far a report is; its files once it is ready."""
        report = get_object_or_404(_visible(request), public_id=report_id)
        return Response(_shown(request, report))


class ReportCancel(APIView):
    permission_classes = (StaffOnly,)

    @extend_schema(request=None, responses=ReportShown, operation_id="reports_cancel")
    def post(self, request: Request, report_id: UUID) -> Response:
        """Give up on a report that is not made yet."""
        report = get_object_or_404(_visible(request), public_id=report_id)
        services.cancel(report, by=staff_of(request), now=clock.now())
        return Response(_shown(request, report))
