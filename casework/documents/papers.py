"""A page of a document on its way out: the caller has been looked at, and the look is written.

A picture is the one that was drawn anew when it came, and may be shown. A PDF is only ever a
download. Neither can run anything, load anything, or be kept by a cache.
"""

from typing import Final

import structlog
from django.http import Http404, HttpResponse

from casework.common.safe_files import SUFFIXES, smaller
from casework.documents.models import Document, DocumentPage

log = structlog.get_logger(__name__)

THUMB: Final = 240


def page_of(document: Document, number: int, *, thumb: bool = False) -> HttpResponse:
    """404 for a page that is not there, and for the small picture of a PDF."""
    page = DocumentPage.objects.filter(document=document, number=number).first()
    if page is None or (thumb and page.is_pdf):
        raise Http404
    try:
        with page.file.open("rb") as file:
            content = file.read()
    except FileNotFoundError as error:
        log.exception("a document's file is gone", document=str(document.public_id), page=number)
        raise Http404 from error
    shown = smaller(content, THUMB) if thumb else content
    answer = HttpResponse(shown, content_type=page.media_type)
    answer["Content-Disposition"] = _disposition(document, page)
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


def _disposition(document: Document, page: DocumentPage) -> str:
    """A name without a word of anybody's."""
    name = f"document-{document.sent_at:%Y-%m-%d}-{page.number}{SUFFIXES[page.media_type]}"
    return f'{"attachment" if page.is_pdf else "inline"}; filename="{name}"'
