"""Over the API: what has changed about hearings, and that the participant has seen it."""

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.common import clock
from casework.common.api import ParticipantOnly, StaffOrParticipant, is_participant
from casework.common.errors import WrongState
from casework.hearings.history import acknowledge
from casework.hearings.models import ChangeKind, ChangeNotice
from casework.participants.callers import person_of
from casework.participants.querysets import scope
from casework.staff.callers import staff_of


class HearingChangeFacts(serializers.ModelSerializer[ChangeNotice]):
    """The latest change of one hearing that its participant is asked to say to have seen."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    hearing = serializers.UUIDField(source="hearing.public_id", read_only=True)
    kind = serializers.ChoiceField(ChangeKind.choices, source="change.kind", read_only=True)
    seen_at = serializers.DateTimeField(
        source="acknowledged_at", read_only=True, allow_null=True,
        help_text="When the participant said to have seen it.",
    )  # fmt: skip

    class Meta:
        model = ChangeNotice
        fields = ["id", "hearing", "kind", "asked_at", "seen_at"]


def _visible(request: Request) -> QuerySet[ChangeNotice]:
    rows = ChangeNotice.objects.select_related("hearing", "change")
    if is_participant(request):
        return rows.filter(hearing__case__participant=person_of(request))
    return rows.filter(scope(staff_of(request), "hearing__case__participant"))


class HearingChangeList(GenericAPIView[ChangeNotice]):
    """The latest change of each hearing that the caller may see, newest first."""

    permission_classes = (StaffOrParticipant,)
    serializer_class = HearingChangeFacts
    queryset = ChangeNotice.objects.none()

    @extend_schema(operation_id="hearing_changes_list", responses=HearingChangeFacts(many=True))
    def get(self, request: Request) -> Response:
        rows = _visible(request).filter(replaced_at__isnull=True)
        page = self.paginate_queryset(rows.order_by("-asked_at", "-pk"))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class HearingChangeSeen(APIView):
    """The participant has seen this change; saying it again changes nothing.

    409 when the hearing has changed once more: then the newer change is the one to look at.
    """

    permission_classes = (ParticipantOnly,)

    @extend_schema(request=None, responses=HearingChangeFacts)
    def post(self, request: Request, notice_id: UUID) -> Response:
        rows = _visible(request)
        notice = get_object_or_404(rows, public_id=notice_id)
        acknowledge(notice, by=person_of(request), now=clock.now())
        told = rows.get(pk=notice.pk)
        if told.acknowledged_at is None:
            raise WrongState(_("This hearing has changed again. Look at the newest date."))
        return Response(HearingChangeFacts(told).data)
