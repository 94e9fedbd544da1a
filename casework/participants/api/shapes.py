"""What participants look like in JSON."""

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema_field
from phonenumber_field.serializerfields import PhoneNumberField
from rest_framework import serializers
from timezone_field.rest_framework import TimeZoneSerializerField

from casework.common.languages import LANGUAGES
from casework.participants.models import Assignment, Case, Participant, Sex, SupervisionTerm
from casework.participants.querysets import ParticipantQuerySet
from casework.staff.api import OfficeBrief, UserBrief
from casework.staff.models import Office, User


def with_file(rows: ParticipantQuerySet) -> ParticipantQuerySet:
    """The rows with everything that `ParticipantFile` shows, in a fixed number of queries."""
    current = Assignment.objects.filter(until_at__isnull=True).select_related("officer")
    return rows.select_related("office", "credential").prefetch_related(
        "contact_points",
        "cases",
        Prefetch("assignments", queryset=current, to_attr="current"),
        Prefetch(
            "terms",
            queryset=SupervisionTerm.objects.filter(until_at__isnull=True),
            to_attr="current_terms",
        ),
    )


class SupervisionFacts(serializers.ModelSerializer[SupervisionTerm]):
    """The supervision term in force; level 1 is the lightest."""

    class Meta:
        model = SupervisionTerm
        fields = ["technology", "level", "from_at", "reason"]


class CaseFacts(serializers.ModelSerializer[Case]):
    class Meta:
        model = Case
        fields = ["kind", "docket", "release_basis", "nta_on", "released_on", "representative"]


class ParticipantBrief(serializers.ModelSerializer[Participant]):
    """What a participant's own phone needs of them."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    timezone = TimeZoneSerializerField()

    class Meta:
        model = Participant
        fields = ["id", "given_name", "family_name", "language", "timezone"]


class ParticipantFile(serializers.ModelSerializer[Participant]):
    """A participant as staff see them. Rows come through `with_file`."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    timezone = TimeZoneSerializerField()
    office = OfficeBrief()
    officer = serializers.SerializerMethodField()
    phone = serializers.SerializerMethodField()
    email = serializers.SerializerMethodField()
    case = serializers.SerializerMethodField()
    supervision = serializers.SerializerMethodField()
    signs_in = serializers.SerializerMethodField(help_text="Has set a PIN.")

    class Meta:
        model = Participant
        fields = [
            "id", "given_name", "family_name", "a_number", "language", "timezone",
            "date_of_birth", "sex", "office", "officer", "phone", "email", "case", "supervision",
            "signs_in", "created_at", "closed_at",
        ]  # fmt: skip

    @extend_schema_field(UserBrief(allow_null=True))
    def get_officer(self, row: Any) -> Any:
        return UserBrief(row.current[0].officer).data if row.current else None

    def get_phone(self, row: Participant) -> str:
        return next((str(p.phone) for p in row.contact_points.all() if p.kind == "phone"), "")

    def get_email(self, row: Participant) -> str:
        return next((p.email for p in row.contact_points.all() if p.kind == "email"), "")

    @extend_schema_field(CaseFacts(allow_null=True))
    def get_case(self, row: Participant) -> Any:
        cases = list(row.cases.all())
        return CaseFacts(cases[0]).data if cases else None

    @extend_schema_field(SupervisionFacts(allow_null=True))
    def get_supervision(self, row: Any) -> Any:
        return SupervisionFacts(row.current_terms[0]).data if row.current_terms else None

    def get_signs_in(self, row: Participant) -> bool:
        return hasattr(row, "credential")


class ZoneField(TimeZoneSerializerField):  # type: ignore[misc]
    """A zone by its name. The library takes whatever file of this machine it finds by one."""

    def to_internal_value(self, data: Any) -> Any:
        known = isinstance(data, str) and data in self.tz_backend.base_tzstrs
        if not known or data == "localtime":
            self.fail("invalid")
        return super().to_internal_value(data)


class _FileTerms(serializers.Serializer[Any]):
    """What enrolment and correction have in common."""

    given_name = serializers.CharField(max_length=120)
    family_name = serializers.CharField(max_length=120)
    a_number = serializers.CharField(max_length=20, help_text='"A012-345-678" is fine.')
    timezone = ZoneField(required=False, help_text="Default: the office's.")
    date_of_birth = serializers.DateField(required=False, allow_null=True)
    office = serializers.SlugRelatedField(
        slug_field="public_id", queryset=Office.objects.all(), required=False
    )
    officer = serializers.SlugRelatedField(
        slug_field="public_id", queryset=User.objects.filter(is_active=True), required=False
    )
    case = CaseFacts(required=False)


class Enrolment(_FileTerms):
    """What enrolling takes. Office and officer default to the caller's own."""

    language = serializers.ChoiceField(LANGUAGES, default="en")
    sex = serializers.ChoiceField(Sex.choices, required=False, allow_blank=True, default="")
    phone = PhoneNumberField(required=False, allow_blank=True, default="")
    email = serializers.EmailField(required=False, allow_blank=True, default="")


class Correction(_FileTerms):
    """What may be put right in a file; what is not named stays as it is.

    A supervisor may also move the person to another office or officer. An empty phone or e-mail
    is taken out.
    """

    language = serializers.ChoiceField(LANGUAGES)
    sex = serializers.ChoiceField(Sex.choices, allow_blank=True)
    phone = PhoneNumberField(allow_blank=True)
    email = serializers.EmailField(allow_blank=True)


class ParticipantFilters(serializers.Serializer[Any]):
    search = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="Words of a name, an A-number or a telephone number; best first.",
    )
    language = serializers.ChoiceField(LANGUAGES, required=False)
    office = serializers.UUIDField(required=False)
    officer = serializers.UUIDField(required=False, help_text="Who has the case now.")
    closed = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Has supervision ended?"
    )


class InviteMade(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Shown only now.")
    url = serializers.URLField()
    expires_at = serializers.DateTimeField()


class PortalSignIn(serializers.Serializer[Any]):
    """The first time `invite`, `pin` and `consent`; later `login` and `pin`."""

    invite = serializers.CharField(required=False, max_length=64)
    login = serializers.CharField(required=False, max_length=32)
    pin = serializers.CharField(max_length=16)
    consent = serializers.BooleanField(default=False)


class PortalSignedIn(serializers.Serializer[Any]):
    token = serializers.CharField()
    login = serializers.CharField(help_text="To remember: signs in together with the PIN.")
    participant = ParticipantBrief()
