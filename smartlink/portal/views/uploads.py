"""A photo of a check-in in pieces, sent by the page's script or the service worker."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from casework.common import clock
from casework.common.errors import RuleError, WrongState
from casework.participants.models import Participant
from checkins import uploads
from checkins.lifecycle import ConsentWithdrawn
from checkins.models import Attempt, CheckIn
from checkins.submissions import PhotoNotTaken
from smartlink.portal.forms import SelfieForm
from smartlink.portal.gates import for_participant
from smartlink.portal.views.check_in import go_to, take


@require_http_methods(["GET", "PATCH", "DELETE"])
@for_participant
def upload(
    request: HttpRequest, participant: Participant, check_in_id: UUID, upload_key: UUID
) -> HttpResponse:
    """How far it came, with a token to go on; the next bytes; or: throw it away."""
    content = uploads.what_came(request.read) if request.method == "PATCH" else b""
    mine = get_object_or_404(CheckIn.objects.of(participant), public_id=check_in_id)
    if request.method == "DELETE":
        uploads.forget(mine, upload_key)
        return HttpResponse(status=204)
    if request.method == "GET":
        known = uploads.attempt_of(mine, upload_key)
        return _how_far(request, mine, upload_key) if known is None else go_to(request, mine)
    try:
        return _append(request, participant, mine, upload_key, content)
    except uploads.WrongOffset as wrong:
        return JsonResponse({"offset": wrong.offset}, status=409)
    except WrongState:
        return go_to(request, mine, taken=False)
    except RuleError as refusal:
        return _refused(refusal)


def _append(
    request: HttpRequest, participant: Participant, mine: CheckIn, key: UUID, content: bytes
) -> HttpResponse:
    piece = uploads.declared(request.headers, content)
    came = uploads.take_piece(mine, key, piece, now=clock.now())
    if isinstance(came, Attempt):
        return go_to(request, mine)
    if came is None:
        return _how_far(request, mine, key)
    sent, files = uploads.content_of(mine, key, piece, came)
    fields = sent.copy()
    fields["submission_key"] = str(key)
    answer = take(request, participant, mine, SelfieForm(fields, files))
    uploads.forget(mine, key)
    return answer


def _how_far(request: HttpRequest, mine: CheckIn, key: UUID) -> HttpResponse:
    offset = uploads.received(mine, key, now=clock.now())
    return JsonResponse({"offset": offset, "token": get_token(request)})


def _refused(refusal: RuleError) -> HttpResponse:
    """The same words as for a whole photo. What did not arrive well may be sent again."""
    final = isinstance(refusal, PhotoNotTaken | ConsentWithdrawn)
    return JsonResponse({"messages": [str(refusal.message)]}, status=422 if final else 400)
