"""What a refused form looks like; the pages for 400 to 500 are templates that Django finds."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The CSRF check said no: mostly a page that lay open for long, or blocked cookies."""
    return render(request, "portal/form_too_old.html", status=403)
