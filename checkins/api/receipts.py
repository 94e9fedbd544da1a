"""Checking a receipt: open to all, since its holder may be a lawyer, a court or a relative."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.common.api import OpenToAll
from checkins.receipts import Checked, check
from checkins.receipts.signing import LONGEST
from checkins.wording import outcome_text


class ReceiptQuestion(serializers.Serializer[Any]):
    receipt = serializers.CharField(
        max_length=LONGEST, help_text="The code, or the whole signed text (compact JWS)."
    )


class ReceiptAnswer(serializers.Serializer[Any]):
    """Whether we gave this receipt, and what we know now. Nothing here says who."""

    genuine = serializers.BooleanField()
    claims = serializers.DictField(allow_null=True, help_text="What the signed text says.")
    state = serializers.CharField(
        allow_null=True, help_text="Of the check-in, now. Null when it is no longer on record."
    )
    state_text = serializers.CharField(allow_null=True, help_text="In the reader's language.")


class ReceiptVerify(APIView):
    """Whether a receipt is genuine, for which check-in it is, and what came of that."""

    authentication_classes = ()
    permission_classes = (OpenToAll,)

    @extend_schema(request=ReceiptQuestion, responses=ReceiptAnswer, auth=[])
    def post(self, request: Request) -> Response:
        given = ReceiptQuestion(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(ReceiptAnswer(_answer(check(given.validated_data["receipt"]))).data)


def _answer(found: Checked | None) -> dict[str, Any]:
    if found is None:
        return {"genuine": False, "claims": None, "state": None, "state_text": None}
    state = found.state or None
    text = outcome_text(state) if state is not None else None
    return {"genuine": True, "claims": found.claims, "state": state, "state_text": text}
