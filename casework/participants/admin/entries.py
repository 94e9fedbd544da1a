"""The audit trail, read by supervisors: of the files they may open, and their own acts."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from casework.audit.models import Entry
from casework.common.admin import ViewOnlyAdmin
from casework.common.moments import exact
from casework.participants.models import Participant
from casework.staff.models import User


@admin.register(Entry)
class EntryAdmin(ViewOnlyAdmin):
    """It stands here because whose files one may open is known here, not in the audit app."""

    list_display = ["when", "who", "verb", "object_type", "object_id"]
    search_help_text = _("What was done, or a request's id")
    list_fullwidth = True
    list_filter = ["actor_kind"]
    search_fields = ["verb", "=request_id"]
    fields = [
        "at", "who", "verb", "object_type", "object_id", "participant_id", "facts", "request_id"
    ]  # fmt: skip

    def visible(self, rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
        # The name comes with the row: a list must not ask for each of its people.
        name = User.objects.filter(public_id=OuterRef("actor_id")).values("full_name")[:1]
        rows = rows.annotate(actor_name=Subquery(name))
        if user.is_administrator:
            return rows
        files = Participant.objects.visible_to(user).values("public_id")
        return rows.filter(Q(participant_id__in=files) | Q(actor_id=user.public_id))

    @admin.display(description=_("When"), ordering="at")
    def when(self, entry: Entry) -> str:
        return exact(entry.at)

    @admin.display(description=_("Who"))
    def who(self, entry: Any) -> str:
        return str(entry.actor_name or entry.actor_kind)
