"""The review queue, and the page on which people decide what a machine could not settle."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from casework.common import clock
from casework.common.admin import CappedPaginator
from casework.common.errors import RuleError, WrongState
from casework.staff.models import User
from checkins import lifecycle
from checkins.models import Attempt, CheckIn, Review
from checkins.models.plan import Method
from checkins.reviews import claims
from checkins.reviews.claims import MAY_TAKE_OVER
from checkins.reviews.repeats import repeat_among
from checkins.reviews.rules import claimed_until, is_held
from checkins.reviews.words import QUICK_REASONS, REASONS_FOR_CALLS, usual_reasons
from checkins.states import State
from smartlink.console import queue as waiting
from smartlink.console import undo
from smartlink.console.gates import StaffRequest, page, staff_page
from smartlink.console.scale import machine_facts, scale_of
from smartlink.console.standing import OVER, standing, times_to_review

PER_PAGE = 30
ADD = "add_to_references"
# The participant may read the reason: it says what is seen, not what the person did.


@dataclass(frozen=True)
class Said:
    """What was sent with the button. `add`: the photo shall join the reference photos.

    `proposed_at`: of the proposal that the page showed.
    """

    why: str
    now: datetime
    add: bool
    proposed_at: datetime | None


@dataclass(frozen=True)
class Act:
    """What a button does, and what is said when it is done."""

    do: Callable[[CheckIn, User, Said], Review]
    said: Promise


ACTS: dict[str, Act] = {
    "accepted": Act(
        lambda one, by, said: lifecycle.accept_as_seen(
            one, proposed_at=said.proposed_at, by=by, now=said.now, add_to_references=said.add
        ),
        gettext_lazy("Accepted: %s"),
    ),
    "not_accepted": Act(
        lambda one, by, said: lifecycle.propose_not_accepted(
            one, by=by, reason=said.why, now=said.now
        ),
        gettext_lazy("Proposed not to accept: %s. A second reviewer looks at it now."),
    ),
    "confirmed": Act(
        lambda one, by, said: lifecycle.confirm_not_accepted(
            one, by=by, reason=said.why, now=said.now
        ),
        gettext_lazy("Not accepted: %s"),
    ),
}


@dataclass(frozen=True)
class Held:
    """Whose claim counts now, as the page shows it; `until` is when it ends by itself."""

    by: User
    until: datetime
    mine: bool
    may_take_over: bool


def held(review: Review, user: User, now: datetime) -> Held | None:
    until = claimed_until(review.claimed_at)
    if review.claimed_by is None or until is None or not is_held(review.claimed_at, now):
        return None
    may_take_over = user.has_perm(MAY_TAKE_OVER)
    return Held(review.claimed_by, until, review.claimed_by_id == user.pk, may_take_over)


@require_safe
@staff_page("checkins.view_review")
def queue(request: StaffRequest) -> HttpResponse:
    """What waits for a person, oldest risk first; `result` narrows it down."""
    rows = waiting.waiting_for(request.user)
    wanted = request.GET.get("result", "")
    if wanted == "late":
        rows = rows.filter(late=True)
    elif wanted in {result.value for result in waiting.RESULTS_TO_FILTER}:
        rows = rows.filter(found=wanted)
    shown = CappedPaginator(waiting.for_list(rows), PER_PAGE).get_page(request.GET.get("p"))
    now = clock.now()
    for row in shown:
        row.held = held(row.review, request.user, now)
        row.standing = standing(row)
    context = {
        "rows": shown,
        "wanted": wanted,
        "last_accepted": undo.last_accepted(request, now),
        "medians": times_to_review(request.user, now),
        "days": OVER.days,
        "results": [result.value for result in waiting.RESULTS_TO_FILTER],
    }
    return page(request, "console/reviews.html", _("Review queue"), context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("checkins.change_review")
def review(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """One check-in side by side with the reference photos; after a decision comes the next."""
    check_in = get_object_or_404(waiting.with_evidence(request.user), public_id=public_id)
    if request.method == "POST":
        return _decide(request, check_in)
    if check_in.state != State.IN_REVIEW or not _claim(request, check_in):
        return redirect("console:check_in", public_id)
    return _page(request, check_in)


def _claim(request: StaffRequest, check_in: CheckIn) -> bool:
    """Opening it claims it, unless somebody else looks at it; False when it is decided by now."""
    if request.method != "GET":
        return True
    try:
        _show_claim(check_in, claims.claim(check_in, by=request.user, now=clock.now()))
    except WrongState:
        return False
    return True


def _show_claim(check_in: CheckIn, as_it_is: Review) -> None:
    check_in.review.claimed_by = as_it_is.claimed_by
    check_in.review.claimed_at = as_it_is.claimed_at


def _decide(request: StaffRequest, check_in: CheckIn) -> HttpResponse:
    act = ACTS.get(request.POST.get("verdict", ""))
    if act is None:
        return _page(request, check_in, error=_("Choose what you decide."), status=422)
    now = clock.now()
    said = Said(_reason(request), now, ADD in request.POST, _proposal_shown(request))
    try:
        act.do(check_in, request.user, said)
    except claims.HeldByAnother as refused:  # what was typed stays on the page
        _show_claim(check_in, Review.objects.select_related("claimed_by").get(check_in=check_in))
        return _page(request, check_in, error=str(refused), status=409)
    except WrongState:
        _say_who_was_quicker(request, check_in)
    except RuleError as refused:
        return _page(request, check_in, error=str(refused), status=422)
    else:
        _say_done(request, check_in, act, now)
    following = waiting.following(request.user, after=check_in, now=now)
    if following is None:
        return redirect("console:reviews")
    return redirect("console:review", following.public_id)


def _say_done(request: StaffRequest, check_in: CheckIn, act: Act, now: datetime) -> None:
    """An acceptance that can be undone says so in a line of its own: once is enough."""
    if check_in.state == State.ACCEPTED:
        undo.remember(request, check_in, now)
    else:
        undo.forget(request)
        messages.success(request, str(act.said) % check_in.participant.full_name)


def _proposal_shown(request: HttpRequest) -> datetime | None:
    try:
        return parse_datetime(request.POST.get("proposed_at", ""))
    except ValueError:
        return None


def _reason(request: HttpRequest) -> str:
    """The quick reason and what was typed, as one text."""
    chosen = request.POST.get("quick", "")
    typed = request.POST.get("reason", "").strip()
    return " ".join(part for part in [chosen if chosen in usual_reasons() else "", typed] if part)


def _is_call(attempt: Attempt | None) -> bool:
    return attempt is not None and attempt.method == Method.PHONE


def _say_who_was_quicker(request: StaffRequest, check_in: CheckIn) -> None:
    """A second press of the same person is not scolded: what the first one did stays shown."""
    name = check_in.participant.full_name
    last = undo.last_accepted(request, clock.now())
    if last is not None and last.public_id == str(check_in.public_id):
        return
    if waiting.is_settled_by(check_in.public_id, request.user):
        messages.info(request, f"You have decided already about the check-in of {name}.")
        return
    who = waiting.decider_of(check_in.public_id, request.user)
    if who:
        said = _("%(who)s was quicker: the check-in of %(name)s is already decided.")
    elif waiting.is_in_review(check_in.public_id):
        said = _("The review of %(name)s has just changed: look at it again before you decide.")
    else:
        said = _("The check-in of %(name)s is not waiting for a review any more.")
    messages.warning(request, said % {"who": who, "name": name})


def _page(
    request: StaffRequest, check_in: Any, *, error: str = "", status: int = 200
) -> HttpResponse:
    now = clock.now()
    attempts: list[Attempt] = check_in.shown_attempts
    newest = attempts[0] if attempts else None
    verification = getattr(newest, "verification", None)
    before, photos = waiting.earlier_attempts(check_in), waiting.photos_of(check_in)
    earlier, references = before[: waiting.EARLIER_SHOWN], waiting.in_use(photos)
    context = {
        "check_in": check_in,
        "participant": check_in.participant,
        "attempt": newest,
        "earlier_calls": [one for one in earlier if one.call is not None and one.call.recording],
        "verification": verification,
        "scale": scale_of(verification.similarity) if verification is not None else None,
        "facts": machine_facts(verification) if verification is not None else [],
        "refused_files": waiting.refused_files(check_in) if newest is None else [],
        "repeat": repeat_among(newest, before, photos) if newest is not None else None,
        "frames": list(newest.frames.all()) if newest is not None else [],
        "before": attempts[1:],
        "references": references,
        "may_add": waiting.may_add(newest, references, request.user),
        "adds": ADD in request.POST,
        "earlier": earlier,
        "waiting": waiting.number_waiting(request, request.user),
        "held": held(check_in.review, request.user, now),
        "last_accepted": undo.last_accepted(request, now),
        "quick_reasons": REASONS_FOR_CALLS if _is_call(newest) else QUICK_REASONS,
        "chosen": request.POST.get("quick", ""),
        "typed": request.POST.get("reason", ""),
        "written": _reason(request),
        "error": error,
        "review": check_in.review,
        "mine": check_in.review.proposed_by_id == request.user.pk,
        "may_confirm": lifecycle.may_confirm(check_in.review, request.user),
    }
    title = _("Review: %s") % check_in.participant.full_name
    return page(request, "console/review.html", title, context, status)
