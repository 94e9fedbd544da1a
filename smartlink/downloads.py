"""Handing out the copy of a person's file: the caller has been looked at; the look is written."""

from django.http import FileResponse, Http404, HttpResponse

from casework.common import clock
from casework.common.actors import Actor
from casework.copies.models import Copy
from casework.copies.services import fetched


def send_copy(copy: Copy, *, by: Actor) -> HttpResponse:
    """404 when it is not ready, or its time is over."""
    now = clock.now()
    if not copy.opens_at(now):
        raise Http404
    try:
        file = copy.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    fetched(copy, by=by, now=now)
    name = f"smartlink-file-{now:%Y-%m-%d}.zip"
    answer = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer  # type: ignore[return-value]
