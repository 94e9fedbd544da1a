"""What everything that speaks with Twilio shares: the client, and the gate of its webhooks."""

import hashlib
import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from redis.exceptions import RedisError
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

log = structlog.get_logger(__name__)

SECONDS_A_CALL = 15.0
LONGEST_BODY = 64_000
# Unsigned callbacks from one address in ten minutes, before it is no longer listened to.
MOST_LIES = 60
LIES_FORGOTTEN_SECONDS = 600

_of_thread = threading.local()


def client() -> Client:
    """A client of this thread's own: its session is not meant for several."""
    account = (settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, settings.TWILIO_BASE_URL)
    if getattr(_of_thread, "account", None) != account:
        made = Client(account[0], account[1], http_client=TwilioHttpClient(timeout=SECONDS_A_CALL))
        made.api.base_url = account[2]
        _of_thread.account, _of_thread.client = account, made
    found: Client = _of_thread.client
    return found


def from_twilio(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A webhook: POST, of modest size, and signed by Twilio for the address that is public."""

    @csrf_exempt
    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refused = _refused(request)
        return refused if refused is not None else view(request, *args, **kwargs)

    gated.gate = "twilio"  # type: ignore[attr-defined]
    return gated


def _refused(request: HttpRequest) -> HttpResponse | None:
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not str(length).isdigit() or int(length) > LONGEST_BODY:
        return HttpResponse(status=413)
    if _lies_of(request) >= MOST_LIES:
        return HttpResponse(status=429, headers={"Retry-After": str(LIES_FORGOTTEN_SECONDS)})
    if not _is_signed(request):
        log.warning(
            "unsigned webhook", path=request.resolver_match and request.resolver_match.route
        )
        _count_lie(request)
        return HttpResponse(status=403)
    return None


def _is_signed(request: HttpRequest) -> bool:
    """For the public address: behind a proxy the request itself shows another."""
    token = settings.TWILIO_AUTH_TOKEN
    signature = request.headers.get("X-Twilio-Signature", "")
    if not token or not signature:
        return False
    url = settings.PUBLIC_URL + request.get_full_path()
    return bool(RequestValidator(token).validate(url, request.POST, signature))


def _key(request: HttpRequest) -> str:
    address = str(request.META.get("REMOTE_ADDR", ""))
    if settings.SECURE_PROXY_SSL_HEADER:
        address = request.headers.get("X-Forwarded-For", address).rsplit(",", 1)[-1].strip()
    return "unsigned-webhooks:" + hashlib.sha256(address.encode()).hexdigest()[:16]


def _lies_of(request: HttpRequest) -> int:
    try:
        return int(cache.get(_key(request), 0))
    except (RedisError, OSError) as error:
        log.warning("webhook counter unreachable", error=type(error).__name__)
        return 0


def _count_lie(request: HttpRequest) -> None:
    try:
        cache.add(_key(request), 0, timeout=LIES_FORGOTTEN_SECONDS)
        cache.incr(_key(request))
    except ValueError:  # it ran out between the two calls
        return
    except (RedisError, OSError) as error:
        log.warning("webhook counter unreachable", error=type(error).__name__)


def spoken(twiml: object) -> HttpResponse:
    """Instructions for a call or a message, as Twilio takes them."""
    return HttpResponse(str(twiml), content_type="text/xml; charset=utf-8")
