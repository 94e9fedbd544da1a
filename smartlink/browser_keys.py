"""The two halves of a conversation about passkeys: a cookie, and JSON of a bounded length."""

import json
import secrets
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from casework.common.errors import NotRecognised, RuleError
from casework.common.passkeys import MOST_BYTES
from casework.staff.passkeys import CHALLENGE_LIFE, Answer

COOKIE = "passkey_try"


def new_browser() -> str:
    """The secret that binds a challenge to the browser that asked for it."""
    return secrets.token_urlsafe(32)


def asking(browser: str, options: dict[str, Any]) -> HttpResponse:
    """The options, with the cookie that must come back with the answer."""
    response = JsonResponse({"options": options})
    response.headers["Cache-Control"] = "no-store, private"
    response.set_cookie(
        COOKIE,
        browser,
        max_age=CHALLENGE_LIFE,
        httponly=True,
        secure=settings.USE_TLS,
        samesite="Strict",
    )
    return response


def sent_in(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of a request. Raises `NotRecognised`."""
    try:
        sent = json.loads(request.body[: MOST_BYTES + 1]) if request.body else {}
    except (ValueError, RecursionError) as error:
        raise NotRecognised(_("That did not work. Please try again.")) from error
    if not isinstance(sent, dict):
        raise NotRecognised(_("That did not work. Please try again."))
    return sent


def answer_in(request: HttpRequest, sent: dict[str, Any]) -> Answer:
    """What the browser's key said, with this browser's secret."""
    return Answer(sent.get("answer"), request.COOKIES.get(COOKIE, ""))


def refusal(error: RuleError, status: int = 422) -> HttpResponse:
    """A sentence for the page to show."""
    response = JsonResponse({"message": str(error), "field": error.field}, status=status)
    response.headers["Cache-Control"] = "no-store, private"
    return response
