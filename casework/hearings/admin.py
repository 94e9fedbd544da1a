"""Courts and hearings. A date is entered from the person's file, through its service."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.audit.admin import AuditedAdmin
from casework.hearings.models import Court, Hearing


@admin.register(Court)
class CourtAdmin(AuditedAdmin):
    list_display = ["name", "city", "state", "timezone"]
    search_fields = ["name", "city"]
    fields = ["name", "address", "city", "state", "timezone"]

    def visible(self, rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
        return rows


@admin.register(Hearing)
class HearingAdmin(AuditedAdmin):
    list_display = ["local_time", "person", "kind", "mode", "court", "verified_at"]
    list_filter = ["kind", "mode"]
    search_fields = ["case__participant__family_name", "case__participant__a_number"]
    ordering = ["-starts_at"]
    readonly_fields = ["person", "source"]
    fields = [
        "person",
        "court",
        "kind",
        "mode",
        "starts_at",
        "judge",
        "room",
        "video_url",
        "source",
        "verified_at",
        "cancelled_at",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("case__participant", "court")

    def participant_of(self, obj: Hearing) -> UUID | None:
        return obj.case.participant.public_id

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("When (court's time)"), ordering="starts_at")
    def local_time(self, hearing: Hearing) -> str:
        local = timezone.localtime(hearing.starts_at, hearing.court.timezone)
        return f"{local:%a %-d %b %Y, %H:%M %Z}"

    @admin.display(description=_("Participant"))
    def person(self, hearing: Hearing) -> str:
        return hearing.case.participant.full_name
