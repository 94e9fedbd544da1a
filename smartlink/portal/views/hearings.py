"""A participant's dates: hearings and appointments, what has changed, and the own calendar."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from casework.common import clock
from casework.hearings import feeds, history, ical, telling_visits
from casework.hearings.models import Appointment, ChangeNotice, Hearing
from casework.participants.models import Participant
from smartlink.portal.gates import for_anyone, for_participant

PAST = 10
VISITS = 10


@require_safe
@for_participant
def hearings(request: HttpRequest, participant: Participant) -> HttpResponse:
    """All dates to come, then the latest of the past."""
    return _page(request, participant)


@require_POST
@for_participant
def seen(request: HttpRequest, participant: Participant, notice_id: UUID) -> HttpResponse:
    """“I have seen this”: recorded with the time; a second press changes nothing."""
    rows = ChangeNotice.objects.filter(hearing__case__participant=participant)
    notice = get_object_or_404(rows.select_related("hearing", "change"), public_id=notice_id)
    history.acknowledge(notice, by=participant, now=clock.now())
    return HttpResponseRedirect(reverse("portal:home"))


@require_POST
@for_participant
def visit_seen(
    request: HttpRequest, participant: Participant, appointment_id: UUID
) -> HttpResponse:
    """The same of an appointment. What has changed since the page was read stays to be seen."""
    visit = get_object_or_404(Appointment.objects.of(participant), public_id=appointment_id)
    version = request.POST.get("version", "")
    telling_visits.acknowledge(visit, version, by=participant, now=clock.now())
    return HttpResponseRedirect(reverse("portal:home"))


@require_safe
@for_participant
def one_as_calendar(
    request: HttpRequest, participant: Participant, hearing_id: UUID
) -> HttpResponse:
    """One hearing as a file that a phone adds to its calendar."""
    rows = feeds.with_sequence(Hearing.objects.of(participant))
    hearing = get_object_or_404(rows, public_id=hearing_id)
    answer = HttpResponse(ical.calendar([ical.own_hearing(hearing)]), content_type="text/calendar")
    answer["Content-Disposition"] = 'attachment; filename="hearing.ics"'
    return answer


@require_POST
@for_participant
def link(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Make the secret link, which is shown on this page only, or turn it off."""
    now = clock.now()
    if request.POST.get("act") == "off":
        feeds.revoke(participant, now=now)
        return HttpResponseRedirect(reverse("portal:hearings") + "#calendar")
    key = feeds.make(participant, now=now)
    return _page(request, participant, {"link": feed_address(key)})


@require_safe
@for_anyone
def feed(request: HttpRequest, _participant: Participant | None, key: str) -> HttpResponse:
    """The calendar behind a secret link. Whoever asks, it speaks its owner's language."""
    content = feeds.read(key, now=clock.now())
    if content is None:
        raise Http404
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    known = [given.strip() for given in request.headers.get("If-None-Match", "").split(",")]
    if tag in known or f"W/{tag}" in known:
        answer = HttpResponse(status=304)
    else:
        answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
        answer["Content-Disposition"] = 'inline; filename="smartlink.ics"'
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, max-age=0, must-revalidate"
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def feed_address(key: str) -> str:
    """As a calendar program wants it."""
    return f"{settings.PUBLIC_URL}{reverse('portal:feed', args=[key])}"


def _page(
    request: HttpRequest, participant: Participant, more: dict[str, Any] | None = None
) -> HttpResponse:
    now = clock.now()
    mine = Hearing.objects.of(participant).select_related("court")
    visits = Appointment.objects.of(participant)
    context = {
        "participant": participant,
        "now": now,
        "changes": changes_to_see(participant, now),
        "visit_changes": telling_visits.news(participant, now),
        "to_come": list(mine.with_dispute(now).to_come(now)),
        "past": list(mine.filter(starts_at__lt=now).order_by("-starts_at")[:PAST]),
        "off": list(
            mine.filter(starts_at__gte=now, cancelled_at__isnull=False).order_by("starts_at")
        ),
        "visits": list(visits.to_come(now)[:VISITS]),
        "has_link": feeds.current(participant) is not None,
        **(more or {}),
    }
    return render(request, "portal/hearings.html", context)


def changes_to_see(participant: Participant, now: Any) -> list[ChangeNotice]:
    """What the participant has not said to have seen yet, the most urgent first."""
    rows = ChangeNotice.objects.filter(
        hearing__case__participant=participant,
        replaced_at__isnull=True,
        acknowledged_at__isnull=True,
        hearing__starts_at__gte=now,
    ).select_related("hearing__court", "change")
    return list(rows.order_by("hearing__starts_at", "pk"))
