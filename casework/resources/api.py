"""The directory of local help over the API, to read."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from casework.common.api import StaffOrParticipant, is_participant, require
from casework.common.languages import LANGUAGES
from casework.participants.callers import person_of
from casework.resources.models import Resource, ResourceKind, ResourceQuerySet
from casework.staff.callers import staff_of


class ResourceShown(serializers.ModelSerializer[Resource]):
    """`notes` are by language; without the wanted one read `en`. No offices: for everybody."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    offices = serializers.SerializerMethodField()
    notes = serializers.DictField(child=serializers.CharField(), read_only=True)
    hours = serializers.CharField(
        read_only=True, help_text='Local time, 24 hours: "Mon-Fri 09:00-17:00; Sat 10:00-13:00".'
    )

    class Meta:
        model = Resource
        fields = [
            "id", "name", "kinds", "offices", "zip_prefixes", "address", "city", "phone", "website",
            "languages", "other_languages", "hours", "cost", "notes", "is_active", "verified_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_offices(self, resource: Resource) -> list[str]:
        return [office.name for office in resource.offices.all()]


class ResourceFilters(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(ResourceKind.choices, required=False)
    language = serializers.ChoiceField(LANGUAGES, required=False, help_text="Spoken there.")
    postal_code = serializers.RegexField(
        r"\d{5}(-\d{4})?", required=False, help_text="Where the participant lives (participants)."
    )


class ResourceList(GenericAPIView[Resource]):
    """Places that help: a participant's own area, staff's own offices, and what is for everybody.

    Nearest first for participants; those that are closed only for staff.
    """

    permission_classes = (StaffOrParticipant,)
    serializer_class = ResourceShown
    queryset = Resource.objects.none()

    @extend_schema(
        operation_id="resources_list",
        parameters=[ResourceFilters],
        responses=ResourceShown(many=True),
    )
    def get(self, request: Request) -> Response:
        given = ResourceFilters(data=request.query_params.dict())
        given.is_valid(raise_exception=True)
        rows = _visible(request, given.validated_data.get("postal_code", ""))
        if "kind" in given.validated_data:
            rows = rows.of_kind(given.validated_data["kind"])
        if "language" in given.validated_data:
            rows = rows.filter(languages__contains=[given.validated_data["language"]])
        page = self.paginate_queryset(rows.prefetch_related("offices"))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


def _visible(request: Request, postal_code: str) -> ResourceQuerySet:
    if is_participant(request):
        person = person_of(request)
        return Resource.objects.near(person.office, postal_code).for_reader(person.language)
    user = staff_of(request)
    require(user, "resources.view_resource")
    return Resource.objects.visible_to(user)
