"""Encryption at rest for biometric templates, with keys that can be rotated."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SealBroken(Exception):
    """The sealed bytes were changed, or no configured key opens them."""


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.TEMPLATE_KEYS])


def seal(plain: bytes) -> bytes:
    """Encrypt and authenticate with the first of `TEMPLATE_KEYS`."""
    return _keys().encrypt(plain)


def unseal(sealed: bytes) -> bytes:
    """Decrypt with any of `TEMPLATE_KEYS`; raises `SealBroken`."""
    try:
        return _keys().decrypt(sealed)
    except InvalidToken as error:
        raise SealBroken from error


def is_newest(sealed: bytes) -> bool:
    """Whether it is sealed with the first of `TEMPLATE_KEYS`."""
    try:
        Fernet(settings.TEMPLATE_KEYS[0]).decrypt(sealed)
    except InvalidToken:
        return False
    return True


def reseal(sealed: bytes) -> bytes:
    """The same content under the newest key; raises `SealBroken`."""
    try:
        return _keys().rotate(sealed)
    except InvalidToken as error:
        raise SealBroken from error
