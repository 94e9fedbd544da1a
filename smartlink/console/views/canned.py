"""Canned answers: one's own, and for supervisors those that the office shares."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from casework.common import clock
from casework.common.errors import RuleError
from casework.common.languages import LANGUAGES
from casework.messages import canned
from casework.messages.models import CannedAnswer
from casework.messages.shipped import SHIPPED
from casework.staff.models import Office, User
from smartlink.console.forms import refuse
from smartlink.console.gates import StaffRequest, page, staff_page
from smartlink.console.views.file import form_page

TITLE = "Canned answers"
ADD = "officer_messages.add_message"


class AnswerForm(forms.Form):
    """A name, whose it is, and a box for each language."""

    title = forms.CharField(
        label="Name",
        max_length=canned.LONGEST_TITLE,
        help_text="For you and your colleagues; participants do not see it.",
    )
    office = forms.ModelChoiceField(
        Office.objects.none(),
        label="For",
        required=False,
        to_field_name="public_id",
        empty_label="Myself",
    )

    def __init__(
        self, *args: Any, user: User, answer: CannedAnswer | None = None, **kwargs: Any
    ) -> None:
        known = {} if answer is None else {f"text_{tag}": t for tag, t in answer.texts.items()}
        known["title"] = answer.title if answer is not None else ""
        super().__init__(*args, **kwargs)
        self.initial = {**self.initial, **known}
        offices = CannedAnswer.offices_of(user)
        self.fields["office"].queryset = offices  # type: ignore[attr-defined]
        if answer is not None or not offices.exists():
            del self.fields["office"]
        for tag, name in LANGUAGES:
            box = forms.Textarea(attrs={"rows": 3, "dir": "auto", "lang": tag})
            self.fields[f"text_{tag}"] = forms.CharField(
                label=name, max_length=canned.LONGEST_TEXT, required=False, widget=box
            )

    def new(self) -> canned.NewAnswer:
        given = self.cleaned_data
        texts = {tag: given[f"text_{tag}"] for tag, _name in LANGUAGES}
        return canned.NewAnswer(given["title"], texts, given.get("office"))


@form_page
@staff_page(ADD)
def answers(request: StaffRequest) -> HttpResponse:
    """All that one may use; POST adds one."""
    form = AnswerForm(request.POST or None, user=request.user)
    if request.method == "POST" and _keep(request, form, None):
        return redirect("console:canned")
    rows = CannedAnswer.objects.visible_to(request.user).select_related("office")
    own = set(CannedAnswer.objects.editable_by(request.user).values_list("pk", flat=True))
    languages = dict(LANGUAGES)
    shown = [
        {"row": row, "editable": row.pk in own, "languages": [languages[t] for t in row.texts]}
        for row in rows[: 4 * canned.MOST]
    ]
    context = {"form": form, "rows": shown, "shipped": SHIPPED}
    return page(request, "console/canned.html", TITLE, context, 422 if form.errors else 200)


@form_page
@staff_page(ADD)
def answer(request: StaffRequest, answer_id: UUID) -> HttpResponse:
    """Put one right; to others than those who look after it the page is not there."""
    found = _editable_or_404(request, answer_id)
    form = AnswerForm(request.POST or None, user=request.user, answer=found)
    if request.method == "POST" and _keep(request, form, found):
        return redirect("console:canned")
    context = {"form": form, "answer": found}
    return page(request, "console/canned_answer.html", TITLE, context, 422 if form.errors else 200)


@require_POST
@staff_page(ADD)
def remove(request: StaffRequest, answer_id: UUID) -> HttpResponse:
    canned.remove(_editable_or_404(request, answer_id), by=request.user, now=clock.now())
    messages.success(request, "Removed. What was sent with it stays.")
    return redirect("console:canned")


def _keep(request: StaffRequest, form: AnswerForm, found: CannedAnswer | None) -> bool:
    if not form.is_valid():
        return False
    try:
        canned.keep(form.new(), by=request.user, now=clock.now(), answer=found)
    except RuleError as refused:
        refuse(form, refused)
        return False
    messages.success(request, "Kept.")
    return True


def _editable_or_404(request: StaffRequest, answer_id: UUID) -> CannedAnswer:
    rows = CannedAnswer.objects.editable_by(request.user)
    return get_object_or_404(rows, public_id=answer_id)
