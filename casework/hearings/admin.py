"""Courts and hearings. A date is entered from the person's file, through its service."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from casework.audit.admin import AuditedAdmin
from casework.common import clock
from casework.common.admin import ViewOnlyAdmin
from casework.common.moments import moment
from casework.hearings.models import Appointment, ChangeNotice, Court, Hearing
from casework.hearings.telling_visits import with_told
from casework.participants.looks import render_person
from casework.participants.querysets import ParticipantQuerySet
from casework.participants.registry import Column, Looking, Panel, file_of_participant


@admin.register(Court)
class CourtAdmin(AuditedAdmin):
    list_display = ["name", "city", "state", "timezone", "on_a_map"]
    search_fields = ["name", "city", "state"]
    search_help_text = _("Name, city or state")
    fields = ["name", "address", "city", "state", "timezone"]

    def visible(self, rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
        return rows

    @admin.display(description=_("Map"))
    def on_a_map(self, court: Court) -> SafeString:
        return format_html(
            '<a href="{}" rel="noopener noreferrer">{}</a>', court.map_link, _("Show")
        )


@admin.register(Hearing)
class HearingAdmin(ViewOnlyAdmin):
    list_display = ["local_time", "person", "kind", "mode", "court", "verified", "attendance"]
    list_filter = ["kind", "mode", "source", "attendance", "outcome"]
    search_fields = ["case__participant__family_name", "=case__participant__a_number"]
    search_help_text = _("Family name or A-number")
    list_fullwidth = True
    ordering = ["-starts_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("case__participant", "court")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Dates are put right in the court's own time, which a form of the admin cannot do."""
        hearing: Any = self.get_object(request, object_id)
        return redirect("console:hearing", hearing.public_id)

    @admin.display(description=_("When (court's time)"), ordering="starts_at")
    def local_time(self, hearing: Hearing) -> str:
        local = timezone.localtime(hearing.starts_at, hearing.court.timezone)
        return f"{local:%a %-d %b %Y, %H:%M %Z}"

    @admin.display(description=_("Participant"))
    def person(self, hearing: Hearing) -> SafeString:
        return render_person(hearing.case.participant)

    @admin.display(description=_("Verified"), ordering="verified_at")
    def verified(self, hearing: Hearing) -> SafeString | str:
        return moment(hearing.verified_at, clock.now()) if hearing.verified_at else str(_("never"))


def hearings(looking: Looking) -> dict[str, Any]:
    """Those to come, then the latest of the past."""
    waiting = ChangeNotice.objects.filter(
        hearing=OuterRef("pk"), replaced_at__isnull=True, acknowledged_at__isnull=True
    )
    rows = Hearing.objects.of(looking.participant).with_dispute(looking.now)
    rows = rows.annotate(unseen=Exists(waiting)).select_related("court").order_by("-starts_at")
    found = list(rows[:12])
    return {
        "to_come": [h for h in reversed(found) if h.starts_at >= looking.now],
        "past": [h for h in found if h.starts_at < looking.now][:4],
    }


def appointments(looking: Looking) -> dict[str, Any]:
    """Planned ones to come, then the latest of the past."""
    rows = with_told(Appointment.objects.of(looking.participant))
    found = list(rows.order_by("-starts_at")[:12])
    planned = [v for v in reversed(found) if v.starts_at >= looking.now and v.status == "planned"]
    return {"to_come": planned, "past": [v for v in found if v not in planned][:4]}


def with_next_hearing(rows: ParticipantQuerySet) -> ParticipantQuerySet:
    coming = Hearing.objects.to_come(clock.now()).filter(case__participant=OuterRef("pk"))
    annotated: ParticipantQuerySet = rows.annotate(
        next_hearing_at=Subquery(coming.values("starts_at")[:1]),
        next_hearing_zone=Subquery(coming.values("court__timezone")[:1]),
    )
    return annotated


def next_hearing(participant: Any) -> str:
    at = participant.next_hearing_at
    if at is None:
        return "–"
    return f"{timezone.localtime(at, participant.next_hearing_zone):%-d %b %Y, %H:%M %Z}"


file_of_participant.annotations.append(with_next_hearing)
file_of_participant.add(
    Column("next_hearing", str(_("Next hearing")), next_hearing, 20),
    Panel("hearings", str(_("Hearings")), "console/panels/hearings.html", hearings, 20),
    Panel(
        "appointments", str(_("Appointments")), "console/panels/appointments.html", appointments, 25
    ),
)
