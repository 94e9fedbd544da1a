"""What a participant tells with a check-in, and the officer who sees to it."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.common import clock
from casework.common.api import ParticipantWritesOnly, StaffOnly
from casework.staff.callers import staff_of
from checkins import telling
from checkins.api.finding import check_in_for
from checkins.models import CheckIn, Told
from checkins.rules import LONGEST_TOLD


class Answers(serializers.Serializer[Any]):
    """The questions answered with yes, each with the person's own words (maybe none)."""

    answers = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=LONGEST_TOLD),
        help_text='{"address": "12 Elm Street"}; {} when there is nothing to tell.',
    )


class QuestionsShown(serializers.Serializer[Any]):
    """What is asked with this check-in, and what was told; null as long as nothing was."""

    asked = serializers.SerializerMethodField()
    answers = serializers.SerializerMethodField()
    told_at = serializers.DateTimeField(source="told.told_at", default=None, allow_null=True)
    handled_at = serializers.DateTimeField(source="told.handled_at", default=None, allow_null=True)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_asked(self, check_in: CheckIn) -> list[str]:
        return telling.questions_of(check_in)

    @extend_schema_field(
        serializers.DictField(child=serializers.CharField(allow_blank=True), allow_null=True)
    )
    def get_answers(self, check_in: CheckIn) -> dict[str, str] | None:
        told: Told | None = getattr(check_in, "told", None)
        return None if told is None else told.answers


def _shown(check_in: CheckIn) -> Response:
    row = CheckIn.objects.select_related("plan", "told").get(pk=check_in.pk)
    return Response(QuestionsShown(row).data)


class CheckInQuestions(APIView):
    """The short questionnaire that rides on a check-in; optional, and apart from the photo."""

    permission_classes = (ParticipantWritesOnly,)

    @extend_schema(responses=QuestionsShown)
    def get(self, request: Request, check_in_id: UUID) -> Response:
        return _shown(check_in_for(request, check_in_id))

    @extend_schema(request=Answers, responses=QuestionsShown)
    def put(self, request: Request, check_in_id: UUID) -> Response:
        """Answer; again to put it right, until two days after the deadline."""
        check_in = check_in_for(request, check_in_id)
        given = Answers(data=request.data)
        given.is_valid(raise_exception=True)
        telling.tell(check_in, given.validated_data["answers"], now=clock.now())
        return _shown(check_in)


class Note(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class CheckInQuestionsHandled(APIView):
    """An officer has seen to what was told."""

    permission_classes = (StaffOnly,)

    @extend_schema(request=Note, responses=QuestionsShown)
    def post(self, request: Request, check_in_id: UUID) -> Response:
        check_in = check_in_for(request, check_in_id)
        given = Note(data=request.data)
        given.is_valid(raise_exception=True)
        rows = Told.objects.visible_to(staff_of(request)).filter(check_in=check_in)
        told = get_object_or_404(rows.select_related("check_in__participant"))
        telling.handle(
            told, by=staff_of(request), note=given.validated_data["note"], now=clock.now()
        )
        return _shown(check_in)
