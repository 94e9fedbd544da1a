"""Slows guessing from one address without keeping a crowd behind one address out.

A courtesy beside the real guard: each credential makes a guesser wait (casework.participants).
"""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _
from redis.exceptions import RedisError
from structlog import get_logger

from casework.common.errors import TooOften

log = get_logger(__name__)

WRONG_TRIES = 40
RECEIPT_CHECKS = 120
PASSKEY_ASKS = 300
SECONDS = 600


def require_patience(request: HttpRequest) -> None:
    """Raises `TooOften` after many wrong tries from this address; open when the cache is down."""
    try:
        wrong = cache.get(_key(request), 0)
    except (RedisError, OSError) as error:
        log.warning("sign-in counter unreachable", error=type(error).__name__)
        return
    if wrong >= WRONG_TRIES:
        raise TooOften(
            _("Too many tries from your network. Please wait ten minutes and try again."),
            retry_after=SECONDS,
        )


def count_wrong_try(request: HttpRequest) -> None:
    """One more wrong try from this address, forgotten after ten minutes."""
    _count(_key(request))


def count_receipt_check(request: HttpRequest) -> None:
    """One more check of a receipt from this address; raises `TooOften` past 120 in ten minutes."""
    _allow(request, "receipt checks", RECEIPT_CHECKS)


def count_passkey_ask(request: HttpRequest) -> None:
    """One more question for a passkey, each of which leaves a row; `TooOften` past 300."""
    _allow(request, "passkey asks", PASSKEY_ASKS)


def _allow(request: HttpRequest, what: str, most: int) -> None:
    if _count(_key(request, what)) > most:
        raise TooOften(
            _("Too many tries from your network. Please wait ten minutes and try again."),
            retry_after=SECONDS,
        )


def _count(key: str) -> int:
    """How often by now, this time included; 0 when nobody can tell."""
    try:
        cache.add(key, 0, timeout=SECONDS)
        return int(cache.incr(key))
    except ValueError:  # it ran out between the two calls: nothing to count against
        return 0
    except (RedisError, OSError) as error:
        log.warning("counter unreachable", error=type(error).__name__)
        return 0


def _key(request: HttpRequest, what: str = "wrong sign-ins") -> str:
    return f"{what}:{_address(request)}".replace(" ", "-")


def _address(request: HttpRequest) -> str:
    """The caller's address: behind our proxy, the one that the proxy itself has added last."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        return forwarded.rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
