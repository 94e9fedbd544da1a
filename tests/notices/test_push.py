"""Web push to a push service on this machine, read with the browser's own key."""

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from casework.notices.models import Delivery, PushSubscription
from casework.notices.providers.webpush import is_push_service, public_key
from casework.notices.sending import send_due
from casework.participants.models import Participant
from casework.staff.models import User
from checkins.models import CheckIn
from tests import people
from tests.notices.conftest import NOON

pytestmark = pytest.mark.django_db

KEY = urlsafe_b64encode(bytes(range(1, 33))).decode().rstrip("=")
AUTH = b"sixteen  letters"


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


class PushService:
    """Keeps what it is sent; answers with `status`."""

    def __init__(self) -> None:
        self.status = 201
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.url = ""

    def read(self, number: int = 0) -> dict[str, Any]:
        body = self.received[number][1]
        plain = http_ece.decrypt(body, private_key=self.key, auth_secret=AUTH, version="aes128gcm")
        found: dict[str, Any] = json.loads(plain)
        return found


@pytest.fixture
def service(settings: Any) -> Iterator[PushService]:
    settings.VAPID_PRIVATE_KEY, settings.PUSH_HOSTS = KEY, ["127.0.0.1"]
    made = PushService()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_args: object) -> None:
            """Silent."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            made.received.append((headers, body))
            self.send_response(made.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}/send/1"
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def check_in(service: PushService, alice: Participant, officer: User) -> CheckIn:
    point = service.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    PushSubscription.objects.create(
        participant=alice,
        endpoint=service.url,
        p256dh=encoded(point),
        auth=encoded(AUTH),
        created_at=NOON,
    )
    return people.open_check_in(alice, officer, now=NOON)


def test_a_notice_reaches_the_browser_encrypted_and_signed(
    service: PushService, check_in: CheckIn
) -> None:
    assert send_due(lambda: NOON) == 1
    headers, body = service.received[0]
    assert b"check-in" not in body
    assert headers["authorization"].startswith("vapid t=")
    assert public_key() in headers["authorization"]
    assert int(headers["ttl"]) == 7200
    told = service.read()
    assert told["title"] == "Check-in"
    assert told["url"].endswith(f"/check-in/{check_in.public_id}/")
    assert "2:00" in told["body"]


def test_a_phone_that_shows_the_notice_says_so_and_the_window_counts(
    service: PushService, check_in: CheckIn
) -> None:
    send_due(lambda: NOON)
    where = service.read()["shown"]
    assert Client().post(where[:-3] + "xx/").status_code == 404
    assert Client().get(where).status_code == 405
    check_in.refresh_from_db()
    assert check_in.delivered_at is None
    assert Client(enforce_csrf_checks=True).post(where).status_code == 204
    assert Client().post(where).status_code == 204
    check_in.refresh_from_db()
    assert check_in.delivered_at is not None


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten_and_the_next_channel_follows(
    service: PushService, check_in: CheckIn, status: int
) -> None:
    service.status = status
    send_due(lambda: NOON)
    assert not PushSubscription.objects.exists()
    states = dict(Delivery.objects.values_list("channel", "state"))
    assert states == {"push": "failed", "sms": "sent"}


def test_a_push_service_in_trouble_is_asked_again(service: PushService, check_in: CheckIn) -> None:
    service.status = 503
    send_due(lambda: NOON)
    push = Delivery.objects.get()
    assert push.state == "waiting"
    assert push.next_at is not None
    service.status = 201
    again = push.next_at
    send_due(lambda: again)
    assert service.received[0][0]["topic"] == service.received[1][0]["topic"]
    assert PushSubscription.objects.exists()


@pytest.mark.parametrize(
    ("endpoint", "known"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/abc", True),
        ("https://web.push.apple.com/abc", True),
        ("http://fcm.googleapis.com/fcm/send/abc", False),
        ("https://fcm.googleapis.com.example.org/abc", False),
        ("https://evil.org/.push.apple.com", False),
        ("https://user:pw@fcm.googleapis.com/abc", False),
        ("https://169.254.169.254/latest", False),
        ("http://127.0.0.1:6379/", False),
        ("not an address", False),
    ],
)
def test_only_known_push_services_are_posted_to(endpoint: str, known: bool) -> None:
    assert is_push_service(endpoint) is known
