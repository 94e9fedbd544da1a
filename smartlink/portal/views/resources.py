"""Help near you: places that the office has put into the directory."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from casework.participants.models import Participant
from casework.requests.models import Circumstances
from casework.resources.models import Resource, ResourceKind
from smartlink.portal.gates import for_participant

MOST = 30


@require_safe
@for_participant
def near_you(request: HttpRequest, participant: Participant) -> HttpResponse:
    """The nearest first, among them those that speak the reader's language; `?kind=` narrows."""
    home = Circumstances.objects.filter(participant=participant).values("postal_code").first()
    rows = Resource.objects.near(participant.office, home["postal_code"] if home else "")
    there = {kind for kinds in rows.values_list("kinds", flat=True) for kind in kinds}
    asked = request.GET.get("kind", "")
    chosen = asked if asked in there else ""
    shown: list[Any] = list(
        (rows.of_kind(chosen) if chosen else rows).for_reader(participant.language)
    )
    language = getattr(request, "LANGUAGE_CODE", participant.language)
    for row in shown:
        row.speaks_mine = participant.language in row.languages or language in row.languages
        row.said, row.said_in = row.notes_in(language)
    context = {
        "participant": participant,
        "kinds": [kind for kind in ResourceKind if kind.value in there],
        "chosen": chosen,
        "shown": shown[:MOST],
        "more": len(shown) > MOST,
    }
    return render(request, "portal/resources.html", context)
