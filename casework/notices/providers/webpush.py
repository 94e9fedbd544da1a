"""Web push: encrypted for the browser (RFC 8291), signed with our VAPID key (RFC 8292).

A second try replaces the first: the same topic with the push service, the same tag on the phone.
"""

import json
from base64 import urlsafe_b64encode
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core import signing
from django.urls import reverse
from py_vapid import Vapid02
from pywebpush import WebPushException, webpush
from requests import Session
from requests.exceptions import RequestException

from casework.notices.providers.base import Answer, Parcel, Told

SECONDS_A_CALL = 15.0
LONGEST_TTL = 86_400
SHOWN = signing.Signer(salt="casework.notices.shown")


def public_key() -> str:
    """What a browser needs to subscribe; empty when web push is not configured."""
    if not settings.VAPID_PRIVATE_KEY:
        return ""
    key = Vapid02.from_string(settings.VAPID_PRIVATE_KEY).public_key
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).decode().rstrip("=")


def is_push_service(endpoint: str) -> bool:
    """Whether we may post there: https, and one of the known services."""
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    known = any(
        host == one or (one[:1] == "." and host.endswith(one)) for one in settings.PUSH_HOSTS
    )
    return known and (parts.scheme == "https" or host == "127.0.0.1") and not parts.username


class WebPush:
    name = "webpush"

    def send(self, parcel: Parcel) -> Told:
        browser = parcel.browser
        if browser is None or not is_push_service(browser.endpoint):
            return Told(Answer.GONE, error="no subscription")
        session = Session()
        session.max_redirects = 0
        try:
            webpush(
                {
                    "endpoint": browser.endpoint,
                    "keys": {"p256dh": browser.p256dh, "auth": browser.auth},
                },
                data=_payload(parcel),
                vapid_private_key=settings.VAPID_PRIVATE_KEY,
                vapid_claims={"sub": settings.VAPID_CONTACT},
                ttl=min(max(parcel.seconds_left, 0), LONGEST_TTL),
                timeout=SECONDS_A_CALL,
                headers={"Urgency": "high", "Topic": parcel.key.hex},
                requests_session=session,
            )
        except WebPushException as refused:
            return _told_of(refused)
        except (RequestException, ValueError) as error:
            return Told(Answer.LATER, error=type(error).__name__)
        return Told(Answer.SENT, ref=parcel.key.hex)

    def ask(self) -> Told | None:
        return None

    def find(self, parcel: Parcel) -> Told | None:
        return None


def _payload(parcel: Parcel) -> str:
    """What the service worker shows, and where it says that it has."""
    shown = reverse("notices:shown", args=[SHOWN.sign(str(parcel.key))])
    return json.dumps(
        {
            "title": parcel.title,
            "body": parcel.body,
            "lang": parcel.language,
            "dir": "rtl" if parcel.language == "ar" else "ltr",
            "url": parcel.link,
            "tag": parcel.key.hex,
            "shown": shown,
        }
    )


def _told_of(refused: WebPushException) -> Told:
    status = refused.response.status_code if refused.response is not None else 0
    if status in {404, 410}:
        return Told(Answer.GONE, error=str(status))
    if status in {400, 413}:
        return Told(Answer.REFUSED, error=str(status))
    return Told(Answer.LATER, error=str(status or "no answer"))
