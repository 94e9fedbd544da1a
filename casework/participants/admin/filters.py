"""Ways to narrow the caseload down."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from casework.common.languages import LANGUAGES, for_staff
from casework.staff.models import Office, Role, User

Choices = list[tuple[str, Any]]


class BySignIn(SimpleListFilter):
    title = _("Sign-in")
    parameter_name = "signed_in"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("never", _("Not signed in yet")), ("yes", _("Has signed in"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(credential__isnull=self.value() == "never")


class BySupervision(SimpleListFilter):
    """Those whose supervision has ended are shown only when asked for."""

    title = _("Supervision")
    parameter_name = "supervision"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("ended", _("Ended"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(closed_at__isnull=self.value() != "ended")

    def choices(self, changelist: Any) -> Any:
        first, *rest = super().choices(changelist)
        return [{**first, "display": _("Going on")}, *rest]


class ByLanguage(SimpleListFilter):
    title = _("Language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(tag, for_staff(tag)) for tag, _own in LANGUAGES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if self.value() is None else queryset.filter(language=self.value())


class ByOffice(SimpleListFilter):
    title = _("Office")
    parameter_name = "office"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        user: Any = request.user
        offices = Office.objects.all() if user.is_administrator else user.offices.all()
        return [(str(office.public_id), office.name) for office in offices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in {key for key, _name in self.lookup_choices}:
            return queryset
        return queryset.filter(office__public_id=self.value())


class ByOfficer(SimpleListFilter):
    title = _("Officer")
    parameter_name = "officer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        user: Any = request.user
        officers = User.objects.filter(role=Role.OFFICER, is_active=True)
        if not user.is_administrator:
            officers = officers.filter(offices__in=user.offices.all()).distinct()
        named = [(str(one.public_id), one.full_name) for one in officers[:100]]
        return [("nobody", _("Nobody yet")), *named]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "nobody":
            return queryset.filter(officer_name__isnull=True)
        if self.value() not in {key for key, _name in self.lookup_choices}:
            return queryset
        return queryset.filter(
            assignments__officer__public_id=self.value(), assignments__until_at__isnull=True
        )
