"""The short questionnaire that rides on a check-in: optional, kept apart from the photo."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from casework.common import clock
from casework.common.errors import RuleError
from casework.participants.models import Participant
from checkins.models import CheckIn, Told
from checkins.telling import may_tell, questions_of, tell
from smartlink.portal.forms import QuestionsForm
from smartlink.portal.gates import for_participant


@require_http_methods(["GET", "HEAD", "POST"])
@for_participant
def questions(request: HttpRequest, participant: Participant, check_in_id: UUID) -> HttpResponse:
    """Answer them, or see what was answered; back at the check-in afterwards."""
    rows = CheckIn.objects.of(participant).select_related("plan", "participant")
    mine = get_object_or_404(rows, public_id=check_in_id)
    now = clock.now()
    if not may_tell(mine, now):
        return redirect("portal:check_in", mine.public_id)
    told = Told.objects.filter(check_in=mine).first()
    form = QuestionsForm(
        request.POST if request.method == "POST" else None,
        asked=questions_of(mine),
        answers=told.answers if told is not None else {},
    )
    if request.method == "POST" and form.is_valid():
        try:
            tell(mine, form.answers(), now=now)
        except RuleError as refusal:
            form.refuse(refusal)
        else:
            return redirect("portal:check_in", mine.public_id)
    context = {"participant": participant, "check_in": mine, "form": form, "told": told}
    return render(request, "portal/questions.html", context, status=422 if form.errors else 200)
