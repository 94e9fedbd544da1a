"""`Idempotency-Key` on writes: the same key and content give the first answer again.

Kept for a day, per caller and address. The same key with other content is refused (422), one
whose first request is still running waits its turn (409).
"""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.common import clock
from casework.common.sealing import seal, unseal
from smartlink.api.models import IdempotentWrite

KEPT_FOR = timedelta(hours=24)
RUNNING_AT_MOST = timedelta(minutes=1)
LONGEST_KEY = 128
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class KeyInUse(exceptions.APIException):
    status_code = 409
    default_code = "idempotency_key_in_use"
    default_detail = "The first request with this Idempotency-Key is still running."


class KeyReused(exceptions.APIException):
    status_code = 422
    default_code = "idempotency_key_reused"
    default_detail = "This Idempotency-Key was used with different content."


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
        if not key or request.method not in _WRITES:
            return
        if len(key) > LONGEST_KEY:
            raise exceptions.ValidationError(
                {"Idempotency-Key": [_("At most 128 characters, please.")]}
            )
        self._write = _begin(request, key, clock.now())

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, _Replay):
            return _replayed(exc.write)
        try:
            return super().handle_exception(exc)
        except BaseException:
            self._forget()
            raise

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        final: Response = super().finalize_response(request, response, *args, **kwargs)
        if self._write is not None:
            if final.status_code >= 400:
                self._forget()  # a refusal changed nothing: the same key may be tried again
            else:
                _finish(self._write, final)
        return final

    def _forget(self) -> None:
        """What was not carried out leaves no key behind."""
        if self._write is not None:
            IdempotentWrite.objects.filter(pk=self._write.pk).delete()
            self._write = None


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
        first = IdempotentWrite.objects.get(**names)
    if first.content_digest != content:
        raise KeyReused
    if first.finished_at is not None:
        raise _Replay(first)
    taken_over = IdempotentWrite.objects.filter(
        pk=first.pk, finished_at__isnull=True, started_at__lt=now - RUNNING_AT_MOST
    ).update(started_at=now)
    if not taken_over:
        raise KeyInUse
    return first


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
    body = b"" if response.data is None else JSONRenderer().render(response.data)
    IdempotentWrite.objects.filter(pk=write.pk).update(
        finished_at=clock.now(), status=response.status_code, answer=seal(body)
    )


def _replayed(write: IdempotentWrite) -> Response:
    body = unseal(bytes(write.answer or b""))
    return Response(
        json.loads(body) if body else None,
        status=write.status,
        headers={"Idempotency-Replayed": "true"},
    )


def forget_old(now: datetime) -> int:
    """Delete the keys of more than a day ago; how many."""
    return IdempotentWrite.objects.filter(started_at__lt=now - KEPT_FOR).delete()[0]
