"""Imports over the API: what they look like, and taking a file in."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from casework.common import clock
from casework.common.imports.models import UploadModel
from casework.common.imports.reading import MOST_BYTES
from casework.common.imports.working import Import
from casework.common.nudges import nudge


class ImportUpload(serializers.Serializer[Any]):
    file = serializers.FileField(help_text="CSV; see the officers' guide for its columns.")
    dry_run = serializers.BooleanField(default=False, help_text="Say what it would do.")


class BadRow(serializers.Serializer[Any]):
    line = serializers.IntegerField(help_text="Where the row begins in the file.")
    column = serializers.CharField(help_text="Empty for the row as a whole.")
    message = serializers.CharField()


class UploadFacts(serializers.ModelSerializer[Any]):
    """`state` is `checked` after a dry run and `done` after an import."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    bad_rows = serializers.SerializerMethodField()

    FIELDS = ("id", "state", "rows", "rows_done", "counts", "bad_rows")

    @extend_schema_field(BadRow(many=True))
    def get_bad_rows(self, upload: UploadModel) -> list[dict[str, Any]]:
        names = ("line", "column", "message")
        return [dict(zip(names, row, strict=True)) for row in upload.bad_rows]


def take_file_in(
    request: Request, kind: Import[Any, Any, Any], facts: type[UploadFacts], task: Any, *, by: Any
) -> Response:
    """200 with what was done, or 202 where the file is so large that `task` goes on with it."""
    given = ImportUpload(data=request.data)
    given.is_valid(raise_exception=True)
    now = clock.now()
    upload = kind.take_in(
        given.validated_data["file"].read(MOST_BYTES + 1),
        by=by,
        now=now,
        check_only=given.validated_data["dry_run"],
    )
    if kind.at_once(upload):
        return Response(facts(kind.work(upload.pk, now=now)).data)
    nudge(task, upload.pk)
    return Response(facts(upload).data, status=202)
