"""What belongs to one participant: reference photos, plan, check-ins."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.common import clock
from casework.common.api import StaffOnly, require
from casework.common.errors import RuleError
from casework.common.nudges import nudge
from casework.notices.tasks import send_notices
from casework.participants.callers import participant_for
from casework.staff.callers import staff_of
from checkins import lifecycle, references, submissions
from checkins.api import shapes
from checkins.models import CheckIn, Plan, ReferencePhoto
from checkins.phone.pin_alone import set_pin_alone
from checkins.plans import PlanTerms, plan_of, problems_of, set_plan, terms_of
from checkins.querysets import CheckInQuerySet, ReferencePhotoQuerySet


class ReferencePhotos(GenericAPIView[ReferencePhoto]):
    """The photos that attempts are compared with. A worker checks a new one within seconds."""

    permission_classes = (StaffOnly,)
    serializer_class = shapes.ReferencePhotoShown
    queryset = ReferencePhoto.objects.none()

    def get_queryset(self) -> ReferencePhotoQuerySet:
        person = participant_for(self.request, self.kwargs["participant_id"])
        return ReferencePhoto.objects.filter(participant=person).current().with_source()

    @extend_schema(
        operation_id="reference_photos_list", responses=shapes.ReferencePhotoShown(many=True)
    )
    def get(self, request: Request, participant_id: UUID) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        request={"multipart/form-data": shapes.PhotoUpload},
        responses={201: shapes.ReferencePhotoShown},
    )
    def post(self, request: Request, participant_id: UUID) -> Response:
        require(staff_of(request), "checkins.add_referencephoto")
        person = participant_for(request, participant_id)
        given = shapes.PhotoUpload(data=request.data)
        given.is_valid(raise_exception=True)
        photo = submissions.submit_reference_photo(
            person, given.validated_data["photo"], by=staff_of(request), now=clock.now()
        )
        return Response(shapes.ReferencePhotoShown(photo).data, status=201)


class RetireFilters(serializers.Serializer[Any]):
    reason = serializers.CharField(
        max_length=1000, required=False, allow_blank=True, default="", help_text="Why."
    )


class ReferencePhotoDetail(APIView):
    """One reference photo."""

    permission_classes = (StaffOnly,)

    def _photo(self, request: Request, participant_id: UUID, photo_id: UUID) -> ReferencePhoto:
        person = participant_for(request, participant_id)
        photos = ReferencePhoto.objects.filter(participant=person).with_source()
        found: ReferencePhoto = get_object_or_404(photos, public_id=photo_id)
        return found

    @extend_schema(responses=shapes.ReferencePhotoShown, operation_id="reference_photos_read")
    def get(self, request: Request, participant_id: UUID, photo_id: UUID) -> Response:
        photo = self._photo(request, participant_id, photo_id)
        return Response(shapes.ReferencePhotoShown(photo).data)

    @extend_schema(parameters=[RetireFilters], responses={204: None})
    def delete(self, request: Request, participant_id: UUID, photo_id: UUID) -> Response:
        """Take it out of use. One that came from a check-in needs a `reason`."""
        require(staff_of(request), "checkins.add_referencephoto")
        photo = self._photo(request, participant_id, photo_id)
        given = RetireFilters(data=request.query_params.dict())
        given.is_valid(raise_exception=True)
        references.retire_reference_photo(
            photo,
            by=staff_of(request),
            now=clock.now(),
            reason=given.validated_data["reason"],
        )
        return Response(status=204)


class ReferencePhotoConfirm(APIView):
    """A supervisor vouches for a photo from a check-in that is unlike the enrolment photos."""

    permission_classes = (StaffOnly,)

    @extend_schema(request=shapes.WhyShape, responses=shapes.ReferencePhotoShown)
    def post(self, request: Request, participant_id: UUID, photo_id: UUID) -> Response:
        """Never who added it. It is compared with as soon as a worker has made its template."""
        require(staff_of(request), "checkins.confirm_review")
        person = participant_for(request, participant_id)
        photos = ReferencePhoto.objects.filter(participant=person).with_source()
        given = shapes.WhyShape(data=request.data)
        given.is_valid(raise_exception=True)
        photo = submissions.confirm_reference_photo(
            get_object_or_404(photos, public_id=photo_id),
            by=staff_of(request),
            reason=given.validated_data["reason"],
            now=clock.now(),
        )
        return Response(shapes.ReferencePhotoShown(photo).data)


class ParticipantPlan(APIView):
    """How often, when and how this participant checks in."""

    permission_classes = (StaffOnly,)

    @extend_schema(responses=shapes.PlanTermsShape)
    def get(self, request: Request, participant_id: UUID) -> Response:
        plan = plan_of(participant_for(request, participant_id), now=clock.now())
        return Response(shapes.PlanTermsShape(plan).data)

    @extend_schema(request=shapes.PlanTermsShape, responses=shapes.PlanTermsShape)
    def put(self, request: Request, participant_id: UUID) -> Response:
        """Replace the plan; what is not named falls back to the default."""
        return self._set(request, participant_id, base=None)

    @extend_schema(request=shapes.PlanTermsShape, responses=shapes.PlanTermsShape)
    def patch(self, request: Request, participant_id: UUID) -> Response:
        """Change what is named and leave the rest."""
        person = participant_for(request, participant_id)
        return self._set(request, participant_id, base=plan_of(person, now=clock.now()))

    def _set(self, request: Request, participant_id: UUID, base: Plan | None) -> Response:
        require(staff_of(request), "checkins.change_plan")
        person = participant_for(request, participant_id)
        given = shapes.PlanTermsShape(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        kept = vars(terms_of(base)) if base else {}
        terms, by = PlanTerms(**kept | given.validated_data), staff_of(request)
        _refuse_all(problems_of(plan_of(person, now=clock.now()), terms, by=by))
        plan = set_plan(person, terms, by=by, now=clock.now())
        return Response(shapes.PlanTermsShape(plan).data)


class ParticipantPinAlone(APIView):
    """Whether the PIN is enough when this participant checks in by telephone."""

    permission_classes = (StaffOnly,)

    @extend_schema(responses=shapes.PinAloneShape)
    def get(self, request: Request, participant_id: UUID) -> Response:
        plan = plan_of(participant_for(request, participant_id), now=clock.now())
        return Response(shapes.PinAloneShape(plan).data)

    @extend_schema(request=shapes.PinAloneShape, responses=shapes.PinAloneShape)
    def put(self, request: Request, participant_id: UUID) -> Response:
        """Allow it, with a reason, or end it. Supervisors only."""
        person = participant_for(request, participant_id)
        given = shapes.PinAloneShape(data=request.data)
        given.is_valid(raise_exception=True)
        plan = set_pin_alone(
            person,
            alone=given.validated_data["phone_pin_alone"],
            reason=given.validated_data["phone_pin_reason"],
            by=staff_of(request),
            now=clock.now(),
        )
        return Response(shapes.PinAloneShape(plan).data)


def _refuse_all(problems: list[RuleError]) -> None:
    """Several refusals in one answer; a single one is raised as it is, with its own status."""
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise serializers.ValidationError(
            {one.field or "non_field_errors": [str(one)] for one in problems}
        )


class ParticipantCheckIns(GenericAPIView[CheckIn]):
    """This participant's check-ins; POST asks for an extra one now."""

    permission_classes = (StaffOnly,)
    serializer_class = shapes.CheckInForStaff
    queryset = CheckIn.objects.none()

    def get_queryset(self) -> CheckInQuerySet:
        person = participant_for(self.request, self.kwargs["participant_id"])
        return shapes.with_everything(
            CheckIn.objects.visible_to(staff_of(self.request)).filter(participant=person)
        )

    @extend_schema(
        operation_id="participant_check_ins_list", responses=shapes.CheckInForStaff(many=True)
    )
    def get(self, request: Request, participant_id: UUID) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(request=shapes.WhyShape, responses={201: shapes.CheckInForStaff})
    def post(self, request: Request, participant_id: UUID) -> Response:
        person = participant_for(request, participant_id)
        given = shapes.WhyShape(data=request.data)
        given.is_valid(raise_exception=True)
        check_in = lifecycle.request_check_in(
            person, by=staff_of(request), reason=given.validated_data["reason"], now=clock.now()
        )
        nudge(send_notices)
        return Response(shapes.CheckInForStaff(check_in).data, status=201)
