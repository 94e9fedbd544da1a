"""Where the staff site's own look lies."""

from django.http import HttpRequest
from django.templatetags.static import static


def style(request: HttpRequest) -> str:
    return static("console/console.css")


def mark(request: HttpRequest) -> str:
    return static("portal/mark.svg")
