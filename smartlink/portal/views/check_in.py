"""One check-in: take the photo, wait for the result, read what came of it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casework.common import clock
from casework.common.errors import RuleError, WrongState
from casework.participants.consent import has_withdrawn
from casework.participants.models import Participant
from checkins.lifecycle import make_challenge, mark_delivered
from checkins.models import CheckIn
from checkins.models.plan import LivenessMode, Method
from checkins.states import TAKES_ATTEMPTS, State
from checkins.submissions import MAX_FRAMES, PhotoNotTaken, Sent, submit_attempt
from checkins.verification.codes import Reason
from smartlink.portal.answers import (
    last_attempt,
    refused_as_closed,
    what_to_tell,
    why_not,
    why_not_accepted,
)
from smartlink.portal.forms import SelfieForm
from smartlink.portal.gates import allow_location, for_participant, wants_json
from smartlink.portal.letters import with_letters
from smartlink.portal.trouble import is_on, with_time_given_back


@require_http_methods(["GET", "HEAD", "POST"])
@for_participant
def check_in(request: HttpRequest, participant: Participant, check_in_id: UUID) -> HttpResponse:
    rows = CheckIn.objects.of(participant).select_related("plan", "told")
    mine = get_object_or_404(rows, public_id=check_in_id)
    if request.method == "POST":
        return take(request, participant, mine, SelfieForm(request.POST, request.FILES))
    mark_delivered(mine, now=clock.now())
    if State(mine.state) in TAKES_ATTEMPTS:
        if mine.method == Method.PHONE or has_withdrawn(participant):
            return HttpResponseRedirect(reverse("portal:check_in_phone", args=[mine.public_id]))
        return _selfie_page(request, participant, mine, SelfieForm())
    return _outcome_page(request, participant, mine)


@require_GET
@for_participant
def status(request: HttpRequest, participant: Participant, check_in_id: UUID) -> HttpResponse:
    """What a waiting page asks every few seconds."""
    mine = get_object_or_404(CheckIn.objects.of(participant), public_id=check_in_id)
    return JsonResponse({"state": mine.state})


@require_POST
@for_participant
def turns(request: HttpRequest, participant: Participant, check_in_id: UUID) -> HttpResponse:
    """What the camera page asks for when somebody is ready: which way to turn the head."""
    mine = get_object_or_404(CheckIn.objects.of(participant), public_id=check_in_id)
    try:
        challenge = make_challenge(mine, now=clock.now())
    except RuleError as refusal:
        return JsonResponse({"messages": [str(refusal.message)]}, status=409)
    return JsonResponse({"challenge": str(challenge.public_id), "turns": challenge.turns})


def take(
    request: HttpRequest, participant: Participant, mine: CheckIn, form: SelfieForm
) -> HttpResponse:
    """The answer to what was sent, whole or after all its pieces have come."""
    if form.is_valid():
        sent = Sent(
            captured_at=form.cleaned_data["captured_at"],
            device=request.headers.get("User-Agent", ""),
            submission_key=form.cleaned_data["submission_key"] or None,
            place=form.place,
            frames=form.frames[:MAX_FRAMES],
            frame_times_ms=form.cleaned_data["frame_times"],
            challenge=form.cleaned_data["challenge"],
            cannot_turn=form.cleaned_data["cannot_turn"],
        )
        try:
            submit_attempt(mine, form.cleaned_data["photo"], sent, now=clock.now())
        except WrongState:
            # It has moved on meanwhile: its own page says where it stands now.
            return go_to(request, mine, taken=False)
        except RuleError as refusal:
            if isinstance(refusal, PhotoNotTaken) and refusal.reason is Reason.CLOSED:
                return go_to(request, mine, taken=False)  # it says so, and shows the receipt
            form.refuse(refusal)
            form.receipt = getattr(refusal, "receipt", None)
        else:
            return go_to(request, mine)
    if wants_json(request):
        messages = [str(message) for errors in form.errors.values() for message in errors]
        code = {} if form.receipt is None else {"receipt": form.receipt.code}
        return JsonResponse({"messages": messages, **code}, status=422)
    return _selfie_page(request, participant, mine, form, status=422)


def go_to(request: HttpRequest, mine: CheckIn, *, taken: bool = True) -> HttpResponse:
    """`taken`: whether this photo is an attempt now (the first time or a repeat of the same)."""
    where = reverse("portal:check_in", args=[mine.public_id])
    if not wants_json(request):
        return HttpResponseRedirect(where)
    return JsonResponse({"next": where, "taken": taken})


def _selfie_page(
    request: HttpRequest,
    participant: Participant,
    mine: CheckIn,
    form: SelfieForm,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    context = {
        "participant": participant,
        "now": now,
        "trouble": is_on(now),
        "check_in": with_time_given_back(mine, now),
        "form": form,
        "why_not": why_not(mine),
        "late": mine.state == State.MISSED.value,
        **what_to_tell(mine, clock.now()),
        "asks_turns": mine.liveness == LivenessMode.CHALLENGE,
    }
    answer = render(request, "portal/selfie.html", context, status=status)
    return allow_location(answer) if mine.asks_location else answer


def _outcome_page(request: HttpRequest, participant: Participant, mine: CheckIn) -> HttpResponse:
    attempt, refused = last_attempt(mine), refused_as_closed(mine)
    with_letters(participant, [mine])
    context = {
        "participant": participant,
        "now": clock.now(),
        "check_in": mine,
        "attempt": attempt,
        "by_phone": attempt is not None and attempt.method == Method.PHONE,
        "receipt": getattr(attempt or refused, "receipt", None),
        "refused": refused,
        **why_not_accepted(mine),
        **what_to_tell(mine, clock.now()),
    }
    waiting = mine.state == State.VERIFYING.value
    return render(request, "portal/waiting.html" if waiting else "portal/outcome.html", context)
