"""The caseload and a participant's file on one page."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from casework.audit.services import record_look
from casework.common import clock
from casework.common.admin import ViewOnlyAdmin
from casework.common.languages import ENGLISH_NAMES
from casework.participants.admin import filters
from casework.participants.consent import latest_consent
from casework.participants.looks import render_person
from casework.participants.models import Assignment, Participant
from casework.participants.registry import BulkAct, Column, Looking, file_of_participant
from casework.participants.search import search
from casework.staff.models import SavedView
from casework.staff.saved_views import told_of


@admin.register(Participant)
class ParticipantAdmin(ViewOnlyAdmin):
    list_filter_submit = False
    search_fields = ["given_name", "family_name", "a_number"]
    search_help_text = _("Name, A-number or phone")
    ordering = ["family_name", "given_name", "pk"]
    list_fullwidth = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        officer = Assignment.objects.filter(participant=OuterRef("pk"), until_at__isnull=True)
        rows = super().get_queryset(request).select_related("office", "credential")
        rows = rows.annotate(officer_name=Subquery(officer.values("officer__full_name")[:1]))
        for annotate in file_of_participant.annotations:
            rows = annotate(rows)
        return rows

    def whole(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        people: Any = rows
        for annotate in file_of_participant.of_the_file:
            people = annotate(people)
        whole: QuerySet[Any] = people
        return whole

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """What can be done with several people at once: each leads to a preview first."""
        user: Any = request.user
        return {
            act.name: (_action_of(act), act.name, act.title)
            for act in file_of_participant.bulk_acts
            if user.has_perm(act.permission)
        }

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        registered = [_display_of(column) for column in file_of_participant.columns]
        user: Any = request.user
        # Sorting a whole country by its officers reads everybody's for each page.
        officer = "officer_of" if user.is_administrator else "officer"
        return ["person", "language_name", officer, *registered]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        user: Any = request.user
        places = [filters.ByOffice, filters.ByOfficer] if user.is_supervisor else []
        return [
            *file_of_participant.filters,
            filters.BySignIn,
            *places,
            filters.BySupervision,
            filters.ByLanguage,
        ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Best first, unless the officer has chosen a column to sort by."""
        if not search_term.strip():
            return queryset, False
        rows: Any = queryset
        found = search(rows, search_term)
        chosen = "o" in request.GET and queryset.query.order_by
        return (found.order_by(*queryset.query.order_by) if chosen else found), False

    @admin.display(description=_("Participant"), ordering="family_name")
    def person(self, participant: Participant) -> SafeString:
        return render_person(participant)

    @admin.display(description=_("Language"), ordering="language")
    def language_name(self, participant: Participant) -> str:
        return ENGLISH_NAMES[participant.language]

    @admin.display(description=_("Officer"), ordering="officer_name")
    def officer(self, participant: Any) -> str:
        return participant.officer_name or str(_("nobody yet"))

    @admin.display(description=_("Officer"))
    def officer_of(self, participant: Any) -> str:
        return self.officer(participant)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        shown = {"title": _("Caseload"), "subtitle": None, **self._views(request)}
        answer: HttpResponse = super().changelist_view(request, {**shown, **(extra_context or {})})
        return answer

    def known(self, request: HttpRequest) -> set[str]:
        """The names in the address that this list understands from this reader."""
        return {"q", "o", *(one.parameter_name for one in self.get_list_filter(request))}

    def _views(self, request: HttpRequest) -> dict[str, Any]:
        """Saved views as chips, each cut to what this reader's list knows; `query`: this one."""
        user: Any = request.user
        known = self.known(request)
        query = told_of(request.META.get("QUERY_STRING", ""), known)
        views = [
            {
                "name": one.name,
                "query": told_of(one.query, known),
                "open": told_of(one.query, known) == query,
                "shared": one.owner_id != user.pk,
            }
            for one in SavedView.objects.visible_to(user)
        ]
        return {"views": views, "query": query, "view_open": any(one["open"] for one in views)}

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The file: read here, changed by pages of their own that call services."""
        participant: Any = self.get_object(request, object_id)
        user: Any = request.user
        record_look(
            "opened the file",
            ("participant", participant.public_id),
            by=user.actor,
            now=clock.now(),
            participant=participant.public_id,
        )
        return TemplateResponse(
            request, "console/participant.html", self._file(request, participant)
        )

    def _file(self, request: HttpRequest, participant: Any) -> dict[str, Any]:
        user: Any = request.user
        now = clock.now()
        looking = Looking(participant, user, now)
        # Who has signed in has consented and needs no invite: one of the two is asked for.
        signed_in = hasattr(participant, "credential")
        invite = None if signed_in else participant.invites.first()
        panels: list[dict[str, Any]] = [
            {
                "panel": panel,
                "html": render_to_string(
                    panel.template,
                    {"participant": participant, "now": now, **panel.context(looking)},
                    request,
                ),
            }
            for panel in file_of_participant.panels
        ]
        return {
            **self.admin_site.each_context(request),
            "title": participant.full_name,
            "participant": participant,
            "picture": file_of_participant.picture(participant),
            "now": now,
            "signed_in": signed_in,
            "invite": invite,
            "invite_open": invite is not None and invite.opens_at(now),
            "consent": latest_consent(participant) if signed_in else None,
            "buttons": [
                {"button": button, "url": reverse(button.view, args=[participant.public_id])}
                for button in file_of_participant.buttons
                if user.has_perm(button.permission)
            ],
            "top_panels": [one for one in panels if one["panel"].top and one["html"].strip()],
            "main_panels": [
                one for one in panels if not one["panel"].side and not one["panel"].top
            ],
            "side_panels": [one for one in panels if one["panel"].side],
        }


def _action_of(act: BulkAct) -> Any:
    def perform(admin: Any, request: HttpRequest, selected: QuerySet[Any]) -> HttpResponse | None:
        rows: Any = selected
        return act.perform(request, rows)

    return perform


def _display_of(column: Column) -> Any:
    @admin.display(description=column.title)
    def shown(participant: Participant) -> str:
        return column.render(participant)

    shown.__name__ = column.name
    return shown
