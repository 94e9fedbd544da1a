"""The demonstration: a visitor enrols with the own face and checks in. Nowhere but in the demo."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from casework.common import clock
from casework.common.errors import RuleError
from casework.participants.models import Participant
from checkins.models import CheckIn, ReferencePhoto
from checkins.models.reference import ReferenceState
from checkins.wording import reason_text
from smartlink.demo.seeding import portrait_variations
from smartlink.portal import demo, sessions
from smartlink.portal.forms import VisitorForm
from smartlink.portal.gates import for_anyone, for_participant

P = ParamSpec("P")


def in_demo_only(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    @wraps(view)
    def gated(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(*args, **kwargs)

    return gated


@in_demo_only
@require_http_methods(["GET", "HEAD", "POST"])
@for_anyone
def start(request: HttpRequest, participant: Participant | None) -> HttpResponse:
    """Three photos and an agreement make a throw-away participant, signed in at once."""
    form = VisitorForm(
        request.POST or None,
        request.FILES if request.method == "POST" else None,
        initial={"language": get_language()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            signed_in = demo.welcome_visitor(
                form.cleaned_data["given_name"],
                form.cleaned_data["language"],
                form.photos,
                now=clock.now(),
            )
        except RuleError as refusal:
            form.refuse(refusal)
        else:
            response = HttpResponseRedirect(reverse("portal:demo_photos"))
            sessions.begin(request, response, signed_in)
            return response
    context = {"form": form, "participant": participant, "persona": demo.persona(clock.now())}
    return render(request, "portal/demo.html", context, status=422 if form.is_bound else 200)


@in_demo_only
@require_GET
@for_anyone
def portrait(request: HttpRequest, participant: Participant | None) -> HttpResponse:
    """A selfie of the test persona, to be sent as one's own."""
    return HttpResponse(portrait_variations()[-1], content_type="image/jpeg")


@in_demo_only
@require_GET
@for_participant
def photos(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Which of the visitor's photos are good enough to compare with."""
    mine = list(participant.reference_photos.current())
    context = {
        "participant": participant,
        "photos": [(photo, _what_to_know(photo)) for photo in mine],
        "stage": _stage(mine),
        "current": CheckIn.objects.of(participant).to_answer().first(),
    }
    return render(request, "portal/demo_photos.html", context)


@in_demo_only
@require_GET
@for_participant
def photos_status(request: HttpRequest, participant: Participant) -> HttpResponse:
    """What the waiting page asks every few seconds."""
    mine = list(participant.reference_photos.current())
    return JsonResponse({"state": "-".join(photo.state for photo in mine)})


def _what_to_know(photo: ReferencePhoto) -> str:
    return reason_text(photo.reasons[0]) if photo.reasons else ""


def _stage(photos: list[ReferencePhoto]) -> str:
    """`waiting` while any is unchecked, then `ready` if one will do, else `unusable`."""
    states = {photo.state for photo in photos}
    if ReferenceState.WAITING in states:
        return "waiting"
    return "ready" if ReferenceState.USABLE in states else "unusable"
