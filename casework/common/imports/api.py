"""What imports look like in JSON."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework.common.imports.models import UploadModel


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
