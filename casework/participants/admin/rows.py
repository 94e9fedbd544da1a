"""Cases and contact points: reached from the person's file."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from casework.audit.admin import AuditedAdmin
from casework.participants.models import Case, ContactPoint
from casework.participants.querysets import scope


class RowOfParticipant(AuditedAdmin):
    """Scoped by the participant; never moved to another."""

    readonly_fields = ["participant"]
    list_select_related = ["participant"]
    search_fields = ["participant__family_name", "participant__a_number"]

    def visible(self, rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
        return rows.filter(scope(user, "participant")).select_related("participant")

    def participant_of(self, obj: Any) -> UUID | None:
        return UUID(str(obj.participant.public_id))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Case)
class CaseAdmin(RowOfParticipant):
    list_display = ["participant", "kind", "docket", "release_basis", "representative"]
    list_filter = ["kind", "docket", "release_basis"]
    fields = [
        "participant", "kind", "docket", "release_basis", "nta_on", "released_on",
        "representative", "closed_on",
    ]  # fmt: skip


@admin.register(ContactPoint)
class ContactPointAdmin(RowOfParticipant):
    list_display = ["participant", "kind", "phone", "email", "preferred", "verified_at"]
    list_filter = ["kind"]
    fields = ["participant", "kind", "phone", "email", "preferred", "verified_at"]
    readonly_fields = ["participant", "verified_at"]
