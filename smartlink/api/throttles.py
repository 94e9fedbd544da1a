"""How often one caller may ask. A cache that is away stops nobody."""

from typing import TYPE_CHECKING

import structlog
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle, UserRateThrottle

if TYPE_CHECKING:  # the settings name this module, and views read the settings
    from rest_framework.views import APIView

log = structlog.get_logger(__name__)


class _FailsOpen:
    """A broken cache is our fault, and must not cost anybody a check-in."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        try:
            return super().allow_request(request, view)  # type: ignore[misc,no-any-return]
        except (RedisError, OSError) as error:
            log.warning("throttle is blind", error=type(error).__name__)
            return True


class Everyone(_FailsOpen, UserRateThrottle):
    """Per token, or per address for the unknown."""

    scope = "everyone"


class SigningIn(_FailsOpen, AnonRateThrottle):
    """Per address. Each credential has its own, slower brake in the database."""

    scope = "sign_in"


class CheckingReceipts(_FailsOpen, AnonRateThrottle):
    """Per address: a code cannot be found by trying."""

    scope = "receipts"


class SendingAttempts(_FailsOpen, UserRateThrottle):
    """Per participant, for photos."""

    scope = "attempts"

    def allow_request(self, request: Request, view: "APIView") -> bool:
        return request.method != "POST" or super().allow_request(request, view)


class SendingPieces(_FailsOpen, UserRateThrottle):
    """Per participant, for the pieces of photos: more of them than of whole ones."""

    scope = "pieces"

    def allow_request(self, request: Request, view: "APIView") -> bool:
        return request.method != "PATCH" or super().allow_request(request, view)
