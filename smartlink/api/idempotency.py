"""`Idempotency-Key` on writes: the same key and content give the first answer again.

Kept for a day, per caller and address. The same key with other content is refused (422), one
whose first request is still running waits its turn (409). What the request changes and its stored
answer commit together, so that a crash leaves both or neither. A refused request changed nothing
(but for a refusal that is itself on record) and leaves no key behind.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.common import clock
from casework.common.errors import RuleError
from casework.common.sealing import seal, unseal
from smartlink.api.models import IdempotentWrite

KEPT_FOR = timedelta(hours=24)
RUNNING_AT_MOST = timedelta(minutes=1)
LONGEST_KEY = 128
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class KeyInUse(exceptions.APIException):
    status_code = 409
    default_code = "idempotency_key_in_use"
    default_detail = _lazy("The first request with this Idempotency-Key is still running.")
    wait = 1  # seconds


class KeyReused(exceptions.APIException):
    status_code = 422
    default_code = "idempotency_key_reused"
    default_detail = _lazy("This Idempotency-Key was used with different content.")


class _Replay(exceptions.APIException):
    """Carries the first answer out of `initial`."""

    def __init__(self, write: IdempotentWrite) -> None:
        super().__init__()
        self.write = write


class Idempotent(APIView):
    """Mixed into every view with writes by `idempotent`."""

    _write: IdempotentWrite | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        key = request.headers.get("Idempotency-Key", "")
        name = str(request.method).lower()
        handler = getattr(self, name, None)
        if not key or request.method not in _WRITES or handler is None:
            return
        if len(key) > LONGEST_KEY:
            raise exceptions.ValidationError(
                {"Idempotency-Key": [_("At most 128 characters, please.")]}
            )
        write = self._write = _begin(request, key, clock.now())
        setattr(self, name, partial(_once, write, handler))  # this instance serves one request

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, _Replay):
            return _replayed(exc.write)
        if self._write is not None:
            IdempotentWrite.objects.filter(
                pk=self._write.pk, started_at=self._write.started_at, finished_at__isnull=True
            ).delete()
        return super().handle_exception(exc)


V = TypeVar("V", bound=APIView)


def idempotent(view: type[V]) -> type[V]:
    """The view with `Idempotency-Key` understood."""
    return type(
        view.__name__, (Idempotent, view), {"__doc__": view.__doc__, "__module__": view.__module__}
    )


def _begin(request: Request, key: str, now: datetime) -> IdempotentWrite:
    """Claim the key, or raise what the earlier request with it means for this one."""
    content = _digest_of(request)
    names = {"caller": str(request.user.pk), "address": request.path[:300], "key": key}
    try:
        with transaction.atomic():
            return IdempotentWrite.objects.create(content_digest=content, started_at=now, **names)
    except IntegrityError:
        first = IdempotentWrite.objects.filter(**names).first()
    if first is None:
        raise KeyInUse  # it was refused this instant; the next try goes through
    if first.content_digest != content:
        raise KeyReused
    if first.finished_at is not None:
        raise _Replay(first)
    taken_over = IdempotentWrite.objects.filter(
        pk=first.pk, finished_at__isnull=True, started_at__lt=now - RUNNING_AT_MOST
    ).update(started_at=now)
    if not taken_over:
        raise KeyInUse
    first.started_at = now
    return first


def _once(
    write: IdempotentWrite, handler: Callable[..., Response], *args: Any, **kwargs: Any
) -> Response:
    """Handle the request; its changes stay only if its answer could be stored.

    A refusal that is on record (the receipt of a file that is no photo) stays there.
    """
    with transaction.atomic():
        try:
            response = handler(*args, **kwargs)
        except RuleError as refused:
            if not refused.leaves_a_trace:
                raise
            on_record = refused
        else:
            _finish(write, response)
            return response
    raise on_record


def _digest_of(request: Request) -> str:
    """SHA-256 over method and content; a multipart body counts by its parts, not its boundary."""
    digest = hashlib.sha256(str(request.method).encode())
    if not hasattr(request.data, "lists"):
        digest.update(json.dumps(request.data, sort_keys=True, default=str).encode())
        return digest.hexdigest()
    for name, values in sorted(request.data.lists()):
        for value in values:
            digest.update(f"\0{name}\0".encode())
            if isinstance(value, UploadedFile):
                for chunk in value.chunks():
                    digest.update(chunk)
                value.seek(0)
            else:
                digest.update(str(value).encode())
    return digest.hexdigest()


def _finish(write: IdempotentWrite, response: Response) -> None:
    body = JSONRenderer().render({"answer": response.data, "location": response.get("Location")})
    still_ours = IdempotentWrite.objects.filter(
        pk=write.pk, started_at=write.started_at, finished_at__isnull=True
    )
    if not still_ours.update(
        finished_at=clock.now(), status=response.status_code, answer=seal(body)
    ):
        raise KeyInUse  # so slow that another request has taken over


def _replayed(write: IdempotentWrite) -> Response:
    first = json.loads(unseal(bytes(write.answer or b"")))
    headers = {"Idempotency-Replayed": "true"}
    if first["location"]:
        headers["Location"] = first["location"]
    return Response(first["answer"], status=write.status, headers=headers)


def forget_old(now: datetime) -> int:
    """Delete the keys of more than a day ago; how many."""
    return IdempotentWrite.objects.filter(started_at__lt=now - KEPT_FOR).delete()[0]
