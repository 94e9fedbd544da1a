"""The list of check-ins and one check-in's page."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from casework.common import clock
from casework.common.admin import ViewOnlyAdmin
from casework.participants.looks import render_person
from checkins import looks
from checkins.admin.participant_file import of_row, with_face
from checkins.models import CheckIn
from checkins.states import State


class ByState(SimpleListFilter):
    title = _("State")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(s.value, looks.state_name(s)) for s in State if s is not State.PLANNED]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if self.value() is None else queryset.filter(state=self.value())


@admin.register(CheckIn)
class CheckInAdmin(ViewOnlyAdmin):
    list_display = ["person", "state_badge", "origin", "issued", "deadline"]
    list_filter = [ByState, "origin"]
    search_fields = [
        "participant__given_name", "participant__family_name", "=participant__a_number"
    ]  # fmt: skip
    search_help_text = _("Name or A-number")
    ordering = ["-issued_at", "-pk"]
    list_fullwidth = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_face(super().get_queryset(request).select_related("participant"))

    @admin.display(description=_("Participant"))
    def person(self, check_in: CheckIn) -> SafeString:
        return render_person(of_row(check_in))

    @admin.display(description=_("State"))
    def state_badge(self, check_in: CheckIn) -> SafeString:
        return looks.badge(check_in.state)

    @admin.display(description=_("Requested"), ordering="issued_at")
    def issued(self, check_in: CheckIn) -> SafeString | str:
        return looks.moment(check_in.issued_at, clock.now()) if check_in.issued_at else ""

    @admin.display(description=_("Deadline"), ordering="deadline_at")
    def deadline(self, check_in: CheckIn) -> SafeString | str:
        return looks.moment(check_in.deadline_at, clock.now()) if check_in.deadline_at else ""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        shown = {"title": _("Check-ins"), "subtitle": None}
        answer: HttpResponse = super().changelist_view(request, {**shown, **(extra_context or {})})
        return answer

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page of one check-in joins more than this app knows; strangers learn nothing."""
        check_in: Any = self.get_object(request, object_id)
        return redirect("console:check_in", check_in.public_id)
