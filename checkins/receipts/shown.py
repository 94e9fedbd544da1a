"""A receipt as it is handed out: its code, where to check it, and the signed text itself."""

from django.conf import settings

from checkins.models import Receipt


def address_of(receipt: Receipt) -> str:
    """Where anybody can check it; what its QR code says."""
    return f"{settings.PUBLIC_URL}/verify/?c={receipt.code}"


def receipt_shown(receipt: Receipt) -> dict[str, str]:
    return {"code": receipt.code, "url": address_of(receipt), "jws": receipt.jws}
