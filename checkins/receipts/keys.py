"""The keys that receipts are signed with: one in use, the public halves of all published for ever.

The private half is sealed at rest and is deleted when its key retires: nobody can back-date a
receipt with it afterwards.
"""

import json
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from joserfc.jwk import OKPKey

from casework.common.sealing import SealBroken, seal, unseal
from checkins.models import ReceiptKey
from checkins.receipts.signing import new_key

log = structlog.get_logger(__name__)

LIFE = timedelta(days=90)


def signing_key(now: datetime) -> tuple[ReceiptKey, OKPKey]:
    """The key in use; made when there is none, replaced when its seal cannot be opened.

    A lost sealing key must not cost anybody a check-in.
    """
    row = ReceiptKey.objects.filter(retired_at__isnull=True).first() or _first_key(now)
    try:
        return row, _private(row)
    except SealBroken:
        log.exception("receipt key cannot be opened; a new one is made", kid=row.kid)
        fresh = rotate_keys(now, instead_of=row)
        return fresh, _private(fresh)


def _private(row: ReceiptKey) -> OKPKey:
    if row.sealed is None:
        raise SealBroken
    return OKPKey.import_key(json.loads(unseal(bytes(row.sealed))))


def _first_key(now: datetime) -> ReceiptKey:
    try:
        with transaction.atomic():
            return _make(now)
    except IntegrityError:  # another process was quicker
        return ReceiptKey.objects.get(retired_at__isnull=True)


def _make(now: datetime) -> ReceiptKey:
    key = new_key()
    return ReceiptKey.objects.create(
        kid=key.thumbprint(),
        public=key.as_dict(private=False),
        sealed=seal(json.dumps(key.as_dict(private=True)).encode()),
        created_at=now,
    )


@transaction.atomic
def rotate_keys(now: datetime, *, instead_of: ReceiptKey | None = None) -> ReceiptKey:
    """Retire the key in use and make the next; with `instead_of`, only if that one still is it."""
    in_use = ReceiptKey.objects.select_for_update().filter(retired_at__isnull=True).first()
    if in_use is not None and instead_of is not None and in_use.pk != instead_of.pk:
        return in_use
    if in_use is not None:
        ReceiptKey.objects.filter(pk=in_use.pk).update(retired_at=now, sealed=None)
    return _make(now)


def rotate_old_keys(now: datetime) -> int:
    """Rotate the key once it is 90 days old; how many were rotated."""
    old = ReceiptKey.objects.filter(retired_at__isnull=True, created_at__lte=now - LIFE).first()
    return 0 if old is None else int(rotate_keys(now, instead_of=old).pk != old.pk)


def jwks() -> dict[str, Any]:
    """The public halves of all keys, newest first: RFC 7517."""
    return {"keys": list(ReceiptKey.objects.values_list("public", flat=True))}


def public_key(kid: str) -> dict[str, Any] | None:
    found: dict[str, Any] | None = (
        ReceiptKey.objects.filter(kid=kid).values_list("public", flat=True).first()
    )
    return found
