"""Reported changes and requests for help over the API: both sides of each."""

from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.common import clock
from casework.common.api import (
    ParticipantOnly,
    ParticipantWritesOnly,
    StaffOnly,
    StaffOrParticipant,
    is_participant,
)
from casework.participants.callers import person_of
from casework.requests import asking, changes
from casework.requests.models import ChangeReport, HelpRequest
from casework.requests.models.change import KINDS as CHANGES
from casework.requests.models.change import STATES as CHANGE_STATES
from casework.requests.models.help import KINDS as NEEDS
from casework.requests.models.help import STATES as HELP_STATES
from casework.requests.rules import FIELDS, LONGEST_WORDS, ChangeKind, HelpKind
from casework.staff.callers import staff_of

_FIELDS = sorted({name for names in FIELDS.values() for name in names})


class ChangeFacts(serializers.Serializer[Any]):
    """A change that a participant reported, and what became of it."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    participant = serializers.UUIDField(source="participant.public_id", read_only=True)
    kind = serializers.ChoiceField(CHANGES, read_only=True)
    state = serializers.ChoiceField(CHANGE_STATES, read_only=True)
    value = serializers.SerializerMethodField(help_text="The fields of this kind.")
    from_on = serializers.DateField(read_only=True, allow_null=True)
    words = serializers.CharField(read_only=True)
    reason = serializers.CharField(read_only=True, help_text="Why it was not confirmed.")
    reported_at = serializers.DateTimeField(read_only=True)
    settled_at = serializers.DateTimeField(read_only=True, allow_null=True)

    @extend_schema_field(serializers.DictField(child=serializers.CharField(allow_blank=True)))
    def get_value(self, change: Any) -> dict[str, str]:
        value: dict[str, str] = change.value
        return value


class NewChangeFacts(serializers.Serializer[Any]):
    """`value`: `street unit city region postal_code`, `phone`, or `employer workplace hours`."""

    kind = serializers.ChoiceField(CHANGES)
    value = serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=200))
    from_on = serializers.DateField(required=False, allow_null=True, default=None)
    words = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST_WORDS, default=""
    )

    def validate_value(self, value: dict[str, str]) -> dict[str, str]:
        if not set(value) <= set(_FIELDS):
            raise serializers.ValidationError("There is no such field.")
        return value


class Corrected(serializers.Serializer[Any]):
    """Left out: as it was reported. Given: this is what goes into the record."""

    value = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=200), required=False
    )


class Reason(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=LONGEST_WORDS)


class HelpFacts(serializers.Serializer[Any]):
    """A wish for help or a call, and the answer."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    participant = serializers.UUIDField(source="participant.public_id", read_only=True)
    kind = serializers.ChoiceField(NEEDS)
    state = serializers.ChoiceField(HELP_STATES, read_only=True)
    words = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST_WORDS, default=""
    )
    best_time = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")
    note = serializers.CharField(read_only=True, help_text="What the office answered.")
    asked_at = serializers.DateTimeField(read_only=True)
    acknowledged_at = serializers.DateTimeField(read_only=True, allow_null=True)
    settled_at = serializers.DateTimeField(read_only=True, allow_null=True)


class Answer(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=LONGEST_WORDS)


def _visible(request: Request, model: type[Model]) -> QuerySet[Any]:
    rows: Any = model._default_manager.select_related("participant")  # noqa: SLF001
    if is_participant(request):
        mine: QuerySet[Any] = rows.filter(participant=person_of(request))
        return mine
    scoped: QuerySet[Any] = rows.all().visible_to(staff_of(request))
    return scoped


def _change(request: Request, change_id: UUID) -> Any:
    return get_object_or_404(_visible(request, ChangeReport), public_id=change_id)


def _help(request: Request, help_id: UUID) -> Any:
    return get_object_or_404(_visible(request, HelpRequest), public_id=help_id)


class ChangeList(GenericAPIView[ChangeReport]):
    """Reported changes that the caller may see, newest first; a participant reports one."""

    permission_classes = (ParticipantWritesOnly,)
    serializer_class = ChangeFacts
    queryset = ChangeReport.objects.none()

    @extend_schema(operation_id="changes_list", responses=ChangeFacts(many=True))
    def get(self, request: Request) -> Response:
        rows = _visible(request, ChangeReport).order_by("-reported_at", "-pk")
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(ChangeFacts(page, many=True).data)

    @extend_schema(
        operation_id="changes_report", request=NewChangeFacts, responses={201: ChangeFacts}
    )
    def post(self, request: Request) -> Response:
        given = NewChangeFacts(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data
        new = changes.NewChange(
            ChangeKind(facts["kind"]), facts["value"], facts["from_on"], facts["words"]
        )
        made = changes.report(person_of(request), new, now=clock.now())
        return Response(ChangeFacts(made).data, status=201)


class ChangeDetail(APIView):
    """One reported change."""

    permission_classes = (StaffOrParticipant,)

    @extend_schema(operation_id="changes_read", responses=ChangeFacts)
    def get(self, request: Request, change_id: UUID) -> Response:
        return Response(ChangeFacts(_change(request, change_id)).data)


class ChangeWithdraw(APIView):
    """The person takes it back, while nobody has settled it."""

    permission_classes = (ParticipantOnly,)

    @extend_schema(request=None, responses=ChangeFacts)
    def post(self, request: Request, change_id: UUID) -> Response:
        change = _change(request, change_id)
        changes.withdraw(change, now=clock.now())
        return Response(ChangeFacts(change).data)


class ChangeConfirm(APIView):
    """Write it into the record; a new number waits there until the person has verified it."""

    permission_classes = (StaffOnly,)

    @extend_schema(request=Corrected, responses=ChangeFacts)
    def post(self, request: Request, change_id: UUID) -> Response:
        change = _change(request, change_id)
        given = Corrected(data=request.data)
        given.is_valid(raise_exception=True)
        value = given.validated_data.get("value")
        changes.confirm(change, by=staff_of(request), now=clock.now(), value=value)
        return Response(ChangeFacts(change).data)


class ChangeRefuse(APIView):
    """Not confirmed, with a reason that the person reads."""

    permission_classes = (StaffOnly,)

    @extend_schema(request=Reason, responses=ChangeFacts)
    def post(self, request: Request, change_id: UUID) -> Response:
        change = _change(request, change_id)
        given = Reason(data=request.data)
        given.is_valid(raise_exception=True)
        reason = given.validated_data["reason"]
        changes.refuse(change, by=staff_of(request), reason=reason, now=clock.now())
        return Response(ChangeFacts(change).data)


class HelpList(GenericAPIView[HelpRequest]):
    """Requests for help that the caller may see, newest first; a participant asks."""

    permission_classes = (ParticipantWritesOnly,)
    serializer_class = HelpFacts
    queryset = HelpRequest.objects.none()

    @extend_schema(operation_id="help_list", responses=HelpFacts(many=True))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(_visible(request, HelpRequest).order_by("-asked_at", "-pk"))
        return self.get_paginated_response(HelpFacts(page, many=True).data)

    @extend_schema(operation_id="help_ask", request=HelpFacts, responses={201: HelpFacts})
    def post(self, request: Request) -> Response:
        given = HelpFacts(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data
        new = asking.NewRequest(HelpKind(facts["kind"]), facts["words"], facts["best_time"])
        made = asking.ask(person_of(request), new, now=clock.now())
        return Response(HelpFacts(made).data, status=201)


class HelpWithdraw(APIView):
    """The person no longer needs it."""

    permission_classes = (ParticipantOnly,)

    @extend_schema(request=None, responses=HelpFacts)
    def post(self, request: Request, help_id: UUID) -> Response:
        wish = _help(request, help_id)
        asking.withdraw(wish, now=clock.now())
        return Response(HelpFacts(wish).data)


class HelpAcknowledge(APIView):
    """Somebody has read it; the person is told so."""

    permission_classes = (StaffOnly,)

    @extend_schema(request=None, responses=HelpFacts)
    def post(self, request: Request, help_id: UUID) -> Response:
        wish = _help(request, help_id)
        asking.acknowledge(wish, by=staff_of(request), now=clock.now())
        return Response(HelpFacts(wish).data)


class HelpClose(APIView):
    """Answered, in a sentence that the person reads."""

    permission_classes = (StaffOnly,)

    @extend_schema(request=Answer, responses=HelpFacts)
    def post(self, request: Request, help_id: UUID) -> Response:
        wish = _help(request, help_id)
        given = Answer(data=request.data)
        given.is_valid(raise_exception=True)
        note = given.validated_data["note"]
        asking.close(wish, by=staff_of(request), note=note, now=clock.now())
        return Response(HelpFacts(wish).data)
