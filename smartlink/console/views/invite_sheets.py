"""Invites for many: a page a person, in their language, for those of a list who are not in yet."""

from datetime import datetime
from uuid import UUID

from django.db.models import Max, Q
from django.http import HttpResponse
from django.views.decorators.cache import never_cache

from casework.common import clock
from casework.common.imports.working import WORKING
from casework.participants.imports.working import PEOPLE
from casework.participants.models import ParticipantImport
from casework.participants.querysets import ParticipantQuerySet
from smartlink.console.gates import StaffRequest, page, staff_page
from smartlink.console.invites import make_card
from smartlink.console.views.file import form_page
from smartlink.console.views.people_imports import PAGES

SHEET = 50
TITLE = "Invites to print"


@form_page
@staff_page("participants.view_invite")
@never_cache
def sheet(request: StaffRequest, import_id: UUID) -> HttpResponse:
    """GET says who would get one; POST makes them, and shows them this once."""
    upload: ParticipantImport = PAGES.upload_or_404(request, import_id)
    now = clock.now()
    people = PEOPLE.people_of(upload, request.user)
    absent = people.filter(credential__isnull=True)
    waiting = _without_invite(absent, now)
    context = {"upload": upload, "working": upload.state in WORKING, "most": SHEET}
    if request.method == "POST":
        chosen = _oldest_first(absent) if request.POST.get("again") else waiting
        shown = chosen.select_related("office")[:SHEET]
        context["cards"] = [make_card(person, by=request.user, now=now) for person in shown]
    total, not_in, left = people.count(), absent.count(), waiting.count()
    context |= {
        "signed_in": total - not_in,
        "invited": not_in - left,
        "waiting": left,
        "first": waiting.prefetch_related("contact_points")[:SHEET],
    }
    return page(request, "console/invite_sheet.html", TITLE, context)


def _without_invite(people: ParticipantQuerySet, now: datetime) -> ParticipantQuerySet:
    """Those who hold no invite that opens."""
    opens = Q(
        invites__used_at__isnull=True,
        invites__replaced_at__isnull=True,
        invites__expires_at__gt=now,
    )
    found: ParticipantQuerySet = people.exclude(pk__in=people.filter(opens).values("pk"))
    return found


def _oldest_first(people: ParticipantQuerySet) -> ParticipantQuerySet:
    """Pressed again and again it comes round to everybody."""
    found: ParticipantQuerySet = people.annotate(last=Max("invites__created_at"))
    return found.order_by("last", "family_name", "pk")
