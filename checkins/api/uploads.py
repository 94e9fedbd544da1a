"""A photo in pieces, for a line that breaks (tus and the IETF's resumable uploads in spirit)."""

from typing import IO, Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.common import clock
from casework.common.api import ParticipantOnly
from checkins import uploads
from checkins.api import shapes
from checkins.api.check_ins import received, take
from checkins.api.finding import check_in_for
from checkins.lifecycle import ConsentWithdrawn
from checkins.models import Attempt, CheckIn
from checkins.submissions import PhotoNotTaken

_HEADERS = [
    OpenApiParameter(
        "Upload-Offset", int, OpenApiParameter.HEADER, required=True,
        description="Where these bytes begin. Any other than the next one is 409, with the right "
        "one in `Upload-Offset`.",
    ),
    OpenApiParameter(
        "Upload-Length", int, OpenApiParameter.HEADER, required=True,
        description="Bytes of the whole body.",
    ),
    OpenApiParameter(
        "Upload-Content-Type", str, OpenApiParameter.HEADER, required=True,
        description="Of the whole body: `multipart/form-data; boundary=…`.",
    ),
    OpenApiParameter(
        "Repr-Digest", str, OpenApiParameter.HEADER, required=True,
        description="Of the whole body (RFC 9530): `sha-256=:…:`.",
    ),
]  # fmt: skip


class PieceParser(BaseParser):
    """Bytes, and those that came before the line broke are no mistake."""

    media_type = uploads.CONTENT_TYPE

    def parse(self, stream: IO[Any], media_type: Any = None, parser_context: Any = None) -> Any:
        return uploads.what_came(stream.read)


class HowFar(serializers.Serializer[Any]):
    offset = serializers.IntegerField(help_text="The next byte that is wanted.")
    complete = serializers.BooleanField(help_text="Whether it has become an attempt.")


class AttemptInPieces(APIView):
    """An attempt's upload, named by a UUID of the sender's, which is its idempotency key too.

    A day after its first byte what has come of it is gone.
    """

    permission_classes = (ParticipantOnly,)
    parser_classes = (PieceParser,)

    @extend_schema(responses=HowFar, operation_id="attempt_uploads_read")
    def get(self, request: Request, check_in_id: UUID, upload_key: UUID) -> Response:
        """How far it came (0 when nothing is here); in `Upload-Offset` too."""
        check_in = check_in_for(request, check_in_id)
        if uploads.attempt_of(check_in, upload_key) is not None:
            return Response({"offset": 0, "complete": True}, headers={"Upload-Complete": "?1"})
        offset = uploads.received(check_in, upload_key, now=clock.now())
        return Response({"offset": offset, "complete": False}, headers=_progress(offset))

    @extend_schema(
        request={uploads.CONTENT_TYPE: OpenApiTypes.BINARY},
        responses={202: shapes.AttemptShown, 204: OpenApiResponse(description="More is wanted.")},
        parameters=_HEADERS,
        operation_id="attempt_uploads_append",
    )
    def patch(self, request: Request, check_in_id: UUID, upload_key: UUID) -> Response:
        """The next bytes. The last ones answer the check-in, as `POST attempts/` with all of it.

        The body put together is that of `POST attempts/`. What comes of a request that is cut is
        kept: ask how far it came, and send on from there.
        """
        check_in = check_in_for(request, check_in_id)
        content: Any = request.data  # nothing at all, where no body came
        piece = uploads.declared(request.headers, content or b"")
        now = clock.now()
        came = uploads.take_piece(check_in, upload_key, piece, now=now)
        if isinstance(came, Attempt):
            return received(check_in, came)
        if came is None:
            return Response(
                status=204, headers=_progress(uploads.received(check_in, upload_key, now=now))
            )
        return self._whole(request, check_in, upload_key, piece, came)

    @extend_schema(responses={204: None}, operation_id="attempt_uploads_forget")
    def delete(self, request: Request, check_in_id: UUID, upload_key: UUID) -> Response:
        """Throw away what has come of it. An attempt stays."""
        uploads.forget(check_in_for(request, check_in_id), upload_key)
        return Response(status=204)

    def _whole(
        self, request: Request, check_in: CheckIn, key: UUID, piece: uploads.Piece, body: bytes
    ) -> Response:
        fields, files = uploads.content_of(check_in, key, piece, body)
        data: Any = fields.copy()
        data.update(files)
        try:
            attempt = take(request, check_in, data, str(key))
        except (PhotoNotTaken, ConsentWithdrawn, serializers.ValidationError):
            uploads.forget(check_in, key)
            raise
        uploads.forget(check_in, key)
        return received(check_in, attempt)


def _progress(offset: int) -> dict[str, str]:
    return {"Upload-Offset": str(offset), "Upload-Complete": "?0"}
