"""The demonstration's telephone: plays the provider against our own webhooks, over HTTP.

Forms only: each key is a button, and what the call is at goes along, signed, in a hidden field.
"""

from typing import Any

from django.core import signing
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from casework.participants.models import ContactPoint, Participant
from checkins.models import PhoneCall
from smartlink.phone import simulator as telephone
from smartlink.portal.gates import for_anyone
from smartlink.portal.views.demo import in_demo_only

PAD = (
    ("1", ""), ("2", "ABC"), ("3", "DEF"), ("4", "GHI"), ("5", "JKL"), ("6", "MNO"),
    ("7", "PQRS"), ("8", "TUV"), ("9", "WXYZ"), ("*", ""), ("0", ""), ("#", ""),
)  # fmt: skip
_SALT = "phone simulator"
_LONGEST_TYPED = 20


@in_demo_only
@require_http_methods(["GET", "HEAD", "POST"])
@for_anyone
def simulator(request: HttpRequest, participant: Participant | None) -> HttpResponse:
    """One telephone call, a page at a time."""
    call, typed, broken = None, "", ""
    if request.method == "POST":
        try:
            call, typed = _act(request, participant)
        except telephone.NoAnswer as error:
            broken = str(error)
    context: dict[str, Any] = {
        "participant": participant,
        "call": call,
        "carried": signing.dumps(call.__dict__, salt=_SALT) if call is not None else "",
        "typed": typed,
        "pad": PAD,
        "broken": broken,
        "own_number": _own_number(participant),
        "incoming": _ringing(participant),
    }
    return render(request, "portal/simulator.html", context)


def _act(
    request: HttpRequest, participant: Participant | None
) -> tuple[telephone.Call | None, str]:
    """What the visitor did with the telephone; the call as it is then, and the keys so far."""
    if "dial" in request.POST:
        known = request.POST["dial"] == "own" and participant is not None
        return telephone.dial(_own_number(participant) if known else telephone.UNKNOWN), ""
    if "answer" in request.POST:
        ours = _ringing(participant)
        return (telephone.pick_up(str(ours.public_id)), "") if ours is not None else (None, "")
    call = _carried(request)
    if "hang_up" in request.POST:
        telephone.hang_up(call)
        return None, ""
    if "record" in request.POST:
        sound = request.FILES.get("sound")
        return telephone.speak(call, sound.read() if sound is not None else None), ""
    return _press(call, request)


def _press(call: telephone.Call, request: HttpRequest) -> tuple[telephone.Call, str]:
    key = request.POST.get("key", "")[:1]
    typed = (request.POST.get("typed", "") + key.replace("#", ""))[:_LONGEST_TYPED]
    finished = key == "#" or "send" in request.POST or call.keys == 1
    return (telephone.press(call, typed), "") if finished else (call, typed)


def _carried(request: HttpRequest) -> telephone.Call:
    try:
        return telephone.Call(**signing.loads(request.POST.get("call", ""), salt=_SALT))
    except (signing.BadSignature, TypeError) as error:
        raise Http404 from error


def _own_number(participant: Participant | None) -> str:
    if participant is None:
        return ""
    points = participant.contact_points.filter(kind=ContactPoint.Kind.PHONE)
    point = points.order_by("-preferred", "pk").first()
    return str(point.phone) if point is not None else ""


def _ringing(participant: Participant | None) -> PhoneCall | None:
    """A call of ours to this visitor that nobody has picked up yet."""
    if participant is None:
        return None
    return PhoneCall.objects.of(participant).filter(state=PhoneCall.State.RINGING).first()


@in_demo_only
@require_GET
@for_anyone
def recording(_request: HttpRequest, _participant: Participant | None, sid: str) -> HttpResponse:
    """The sound, where our worker fetches it as from a provider."""
    sound = cache.get(telephone.kept_under(sid))
    if sound is None:
        raise Http404
    return HttpResponse(sound, content_type="audio/wav")
