"""What the pages of every import share: take a file in, go on with it, hand back the bad rows."""

import csv
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _

from casework.common import clock
from casework.common.errors import RuleError, WrongState
from casework.common.imports.models import UploadModel
from casework.common.imports.reading import MOST_BYTES
from casework.common.imports.working import WORKING, Import
from casework.common.nudges import nudge
from smartlink.console.forms import refuse
from smartlink.console.gates import StaffRequest, page

RECENT = 10
BAD_SHOWN = 300


class UploadForm(forms.Form):
    file = forms.FileField(label=_("CSV file"), help_text=_("At most 10 MB, 50,000 rows."))


@dataclass(frozen=True)
class Pages:
    """`view` shows one upload; `task` goes on with a large one in a worker."""

    kind: Import[Any, Any, Any]
    task: Any
    view: str
    template: str
    title: str

    def start(self, request: StaffRequest) -> HttpResponse:
        """Choose a file; it is checked, and nothing is changed yet."""
        sent = request.method == "POST"
        form = UploadForm(request.POST, request.FILES) if sent else UploadForm()
        if sent and form.is_valid():
            content = form.cleaned_data["file"].read(MOST_BYTES + 1)
            try:
                upload = self.kind.take_in(content, by=request.user, now=clock.now())
            except RuleError as error:
                refuse(form, error)
            else:
                self._go_on(upload)
                return redirect(self.view, upload.public_id)
        recent = self._uploads(request)[:RECENT]
        context = {"form": form, "recent": list(recent), "tab": "import", "one": self.view}
        return page(request, self.template, self.title, context, 422 if form.errors else 200)

    def confirm(self, request: StaffRequest, import_id: UUID) -> HttpResponse:
        upload = self.upload_or_404(request, import_id)
        with suppress(WrongState):  # a double press: the page says how far it is
            self._go_on(self.kind.confirm(upload, by=request.user, now=clock.now()))
        return redirect(self.view, import_id)

    def bad_rows(self, request: StaffRequest, import_id: UUID) -> HttpResponse:
        """The bad rows as they were written, to be put right and sent again."""
        upload = self.upload_or_404(request, import_id)
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="bad-rows.csv"'
        answer["Cache-Control"] = "private, no-store"
        answer.write("\ufeff")
        csv.writer(answer).writerows(self.kind.bad_rows_as_csv(upload))
        return answer

    def upload_or_404(self, request: StaffRequest, import_id: UUID) -> Any:
        return get_object_or_404(self._uploads(request), public_id=import_id)

    def _uploads(self, request: StaffRequest) -> Any:
        return self.kind.model.objects.visible_to(request.user)

    def _go_on(self, upload: Any) -> None:
        """Work on it now when that is quick; else a worker does; the page shows how far it is."""
        if self.kind.at_once(upload):
            self.kind.work(upload.pk, now=clock.now())
        else:
            nudge(self.task, upload.pk)


def shown(upload: UploadModel) -> dict[str, Any]:
    """What the page of one upload shows, whatever it is about."""
    return {
        "upload": upload,
        "working": upload.state in WORKING,
        "counts": upload.counts,
        "bad": upload.bad_rows[:BAD_SHOWN],
        "bad_more": max(0, len(upload.bad_rows) - BAD_SHOWN),
        "tab": "import",
    }
