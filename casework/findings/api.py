"""Findings over the API: read by both sides; proposed and decided by staff, answered by whom
they are about."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.audit.services import record_look
from casework.common import clock
from casework.common.api import (
    ParticipantOnly,
    StaffOnly,
    StaffOrParticipant,
    StaffWritesOnly,
    is_participant,
    require,
)
from casework.common.nudges import nudge
from casework.findings import registry, services
from casework.findings.models import KINDS, STATES, Finding
from casework.findings.querysets import MAY_DECIDE, FindingQuerySet
from casework.findings.rules import LONGEST_ANSWER, LONGEST_REASON
from casework.notices.tasks import send_notices
from casework.participants.callers import person_of
from casework.staff.callers import staff_of


class EvidenceLine(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    text = serializers.CharField()


class FindingFacts(serializers.ModelSerializer[Finding]):
    """One that was overturned holds nothing but its state, and only its participant sees it."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    participant = serializers.UUIDField(source="participant.public_id", read_only=True)
    kind = serializers.ChoiceField(KINDS, read_only=True, allow_blank=True)
    state = serializers.ChoiceField(STATES, read_only=True)
    about = serializers.CharField(
        source="subject_type", read_only=True, help_text="`check_in` or `hearing`."
    )
    subject = serializers.UUIDField(source="subject_id", read_only=True, allow_null=True)
    evidence = serializers.SerializerMethodField()
    proposed_by = serializers.SerializerMethodField()
    decided_by = serializers.SerializerMethodField()

    class Meta:
        model = Finding
        fields = [
            "id", "participant", "kind", "state", "about", "subject", "reason", "evidence",
            "proposed_by", "proposed_at", "told_at", "answer_by", "answer", "answered_at",
            "decided_by", "decided_at", "decision_reason", "withdrawn_at",
        ]  # fmt: skip

    @extend_schema_field(EvidenceLine(many=True))
    def get_evidence(self, finding: Finding) -> list[dict[str, str]]:
        if finding.is_out_of_sight:
            return []
        zone = timezone.get_current_timezone()
        lines = registry.about(finding.subject_type).lines(finding.evidence, zone)
        return [{"label": line.label, "text": line.text} for line in lines]

    @extend_schema_field(serializers.CharField())
    def get_proposed_by(self, finding: Finding) -> str:
        return finding.proposed_by.full_name

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_decided_by(self, finding: Finding) -> str | None:
        return finding.decided_by.full_name if finding.decided_by is not None else None

    def to_representation(self, instance: Finding) -> dict[str, Any]:
        """While a legal hold delays the erasing, nothing of it is given out either."""
        shown: dict[str, Any] = super().to_representation(instance)
        if instance.is_out_of_sight:
            empty = {"kind": "", "about": "", "subject": None, "reason": "", "answer": ""}
            shown |= empty
        return shown


class FindingTerms(serializers.Serializer[Any]):
    """`about` is `check_in` or `hearing`, `subject` its id."""

    about = serializers.CharField(max_length=12)
    subject = serializers.UUIDField()
    kind = serializers.ChoiceField(KINDS)
    reason = serializers.CharField(max_length=LONGEST_REASON)


class FindingFilters(serializers.Serializer[Any]):
    state = serializers.ChoiceField(STATES, required=False)
    participant = serializers.UUIDField(required=False)


class AnswerTerms(serializers.Serializer[Any]):
    answer = serializers.CharField(max_length=LONGEST_ANSWER)


class DecisionTerms(serializers.Serializer[Any]):
    decision = serializers.ChoiceField([("upheld", "upheld"), ("overturned", "overturned")])
    reason = serializers.CharField(max_length=LONGEST_REASON)


class DecisionFacts(serializers.Serializer[Any]):
    """What is overturned is out of sight at once: its state is all that is said."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(STATES)


class WithdrawTerms(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=LONGEST_REASON)


class MoreTimeTerms(serializers.Serializer[Any]):
    answer_by = serializers.DateTimeField()
    reason = serializers.CharField(max_length=LONGEST_REASON)


def _visible(request: Request) -> FindingQuerySet:
    if is_participant(request):
        rows = Finding.objects.of(person_of(request))
    else:
        rows = Finding.objects.visible_to(staff_of(request))
    return rows.select_related("participant", "proposed_by", "decided_by")


def _one(request: Request, finding_id: UUID) -> Finding:
    found: Finding = get_object_or_404(_visible(request), public_id=finding_id)
    return found


def _given(terms: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    given = terms(data=data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


class FindingList(GenericAPIView[Finding]):
    """The findings that the caller may see, newest first. To list them is not being told."""

    permission_classes = (StaffWritesOnly,)
    serializer_class = FindingFacts
    queryset = Finding.objects.none()

    @extend_schema(
        parameters=[FindingFilters], operation_id="findings_list", responses=FindingFacts(many=True)
    )
    def get(self, request: Request) -> Response:
        asked = _given(FindingFilters, request.query_params.dict())
        rows = _visible(request)
        if "state" in asked:
            rows = rows.filter(state=asked["state"])
        if "participant" in asked:
            rows = rows.filter(participant__public_id=asked["participant"])
        page = self.paginate_queryset(rows.order_by("-proposed_at", "-pk"))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(request=FindingTerms, responses={201: FindingFacts})
    def post(self, request: Request) -> Response:
        by = staff_of(request)
        require(by, services.MAY_PROPOSE)
        terms, now = _given(FindingTerms, request.data), clock.now()
        if terms["about"] not in registry.names():
            raise serializers.ValidationError({"about": "Either check_in or hearing."})
        if services.subject_for(by, terms["about"], terms["subject"], now) is None:
            raise Http404
        new = services.Proposal(terms["about"], terms["subject"], terms["kind"], terms["reason"])
        made = services.propose(new, by=by, now=now)
        nudge(send_notices)
        return Response(FindingFacts(made).data, status=201)


class FindingDetail(APIView):
    """One finding. When its participant reads it, it is told, and the time to answer begins."""

    permission_classes = (StaffOrParticipant,)

    @extend_schema(responses=FindingFacts, operation_id="findings_read")
    def get(self, request: Request, finding_id: UUID) -> Response:
        found, now = _one(request, finding_id), clock.now()
        if is_participant(request):
            services.mark_told(found, now=now, by=person_of(request).actor)
        else:
            record_look(
                "looked at a finding",
                ("finding", found.public_id),
                by=staff_of(request).actor,
                now=now,
                participant=found.participant.public_id,
            )
        return Response(FindingFacts(found).data)


class FindingAnswer(APIView):
    """The participant's own words. Sent again, they replace the earlier ones until a decision."""

    permission_classes = (ParticipantOnly,)

    @extend_schema(request=AnswerTerms, responses=FindingFacts)
    def post(self, request: Request, finding_id: UUID) -> Response:
        found = _one(request, finding_id)
        text = _given(AnswerTerms, request.data)["answer"]
        services.answer(found, text, by=person_of(request), now=clock.now())
        return Response(FindingFacts(found).data)


class FindingDecision(APIView):
    """A second person's decision. 409 while the participant has time to answer.

    What is overturned is erased and out of sight from then on.
    """

    permission_classes = (StaffOnly,)

    @extend_schema(request=DecisionTerms, responses=DecisionFacts)
    def post(self, request: Request, finding_id: UUID) -> Response:
        by = staff_of(request)
        require(by, MAY_DECIDE)
        found, terms = _one(request, finding_id), _given(DecisionTerms, request.data)
        uphold = terms["decision"] == "upheld"
        services.decide(found, uphold=uphold, reason=terms["reason"], by=by, now=clock.now())
        nudge(send_notices)
        return Response({"id": found.public_id, "state": found.state})


class FindingWithdrawal(APIView):
    """Taken back by whoever proposed it, before it is decided."""

    permission_classes = (StaffOnly,)

    @extend_schema(request=WithdrawTerms, responses=FindingFacts)
    def post(self, request: Request, finding_id: UUID) -> Response:
        by = staff_of(request)
        require(by, services.MAY_PROPOSE)
        found, terms = _one(request, finding_id), _given(WithdrawTerms, request.data)
        services.withdraw(found, reason=terms["reason"], by=by, now=clock.now())
        nudge(send_notices)
        return Response(FindingFacts(found).data)


class FindingMoreTime(APIView):
    """A later end of the time to answer, never an earlier one."""

    permission_classes = (StaffOnly,)

    @extend_schema(request=MoreTimeTerms, responses=FindingFacts)
    def post(self, request: Request, finding_id: UUID) -> Response:
        by = staff_of(request)
        require(by, services.MAY_PROPOSE)
        found, terms = _one(request, finding_id), _given(MoreTimeTerms, request.data)
        services.give_time(
            found, terms["answer_by"], reason=terms["reason"], by=by, now=clock.now()
        )
        return Response(FindingFacts(found).data)
