"""A phone provider on this machine: accepts, delays, fails, loses its answers, lies, repeats.

Speaks the part of Twilio's REST API that we use, over real HTTP, and signs its callbacks.
"""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from twilio.request_validator import RequestValidator

from casework.common import clock

TOKEN = "a-token-of-the-tests"
SETTINGS = {
    "PHONE_PROVIDER": "twilio",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": TOKEN,
    "TWILIO_FROM": "+12025550199",
}


class FakeTwilio:
    """`moods` says how to treat the next requests to send, in order; then it accepts.

    accept · delay · lose (take it, hang up without an answer) · lie (say 201, keep nothing) ·
    a status such as 500 or 429 · 400:CODE
    """

    def __init__(self) -> None:
        self.moods: list[str] = []
        self.made: list[dict[str, Any]] = []
        self.asked = 0  # requests to send
        self.searched = 0
        self.away = False  # also when only asked whether it is there
        self.lock = threading.Lock()

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [one for one in self.made if one["kind"] == "Messages"]

    @property
    def calls(self) -> list[dict[str, Any]]:
        return [one for one in self.made if one["kind"] == "Calls"]

    def make(self, kind: str, form: dict[str, str]) -> dict[str, Any]:
        with self.lock:
            prefix = "SM" if kind == "Messages" else "CA"
            one = {
                "kind": kind,
                "sid": f"{prefix}{len(self.made):032d}",
                "to": form["To"],
                "body": form.get("Body"),
                "status": "queued",
                "date_created": format_datetime(clock.now()),
                "form": form,
            }
            self.made.append(one)
            return one

    def call_back(self, one: dict[str, Any], word: str, **more: str) -> HttpResponse:
        """The callback that Twilio would make about a message or a call."""
        names = ("MessageSid", "MessageStatus")
        if one["kind"] == "Calls":
            names = ("CallSid", "CallStatus")
        sent = {names[0]: one["sid"], names[1]: word, "To": one["to"], **more}
        return signed_post(one["form"]["StatusCallback"], sent)


def signed_post(url: str, sent: dict[str, str], token: str = TOKEN) -> HttpResponse:
    signature = RequestValidator(token).compute_signature(url, sent)
    return Client().post(  # type: ignore[return-value]
        url.removeprefix(settings.PUBLIC_URL), sent, headers={"X-Twilio-Signature": signature}
    )


class _Handler(BaseHTTPRequestHandler):
    fake: FakeTwilio

    def log_message(self, *_args: object) -> None:
        """Silent."""

    def _say(self, status: int, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @property
    def _kind(self) -> str:
        return urlsplit(self.path).path.rsplit("/", 1)[1].removesuffix(".json")

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
        with self.fake.lock:
            self.fake.asked += 1
            mood = self.fake.moods.pop(0) if self.fake.moods else "accept"
        if mood == "delay":
            time.sleep(0.3)
        elif mood == "lie":
            return self._say(201, {"sid": "SM" + "f" * 32, "status": "queued"})
        elif mood not in {"accept", "lose"}:
            status, _colon, code = mood.partition(":")
            return self._say(int(status), {"code": int(code or 20_000), "message": "no"})
        one = self.fake.make(self._kind, form)
        if mood == "lose":
            self.close_connection = True
            return self.connection.shutdown(socket.SHUT_RDWR)
        return self._say(201, {key: one[key] for key in ("sid", "status", "to", "body")})

    def do_GET(self) -> None:
        if self.fake.away:
            return self._say(503, {"code": 20_503, "message": "no"})
        if "/Accounts/" in self.path and self._kind not in {"Messages", "Calls"}:
            return self._say(200, {"sid": self._kind, "status": "active"})
        to = parse_qs(urlsplit(self.path).query).get("To", [""])[0]
        self.fake.searched += 1
        found = [one for one in self.fake.made if one["kind"] == self._kind and one["to"] == to]
        rows = [{k: v for k, v in one.items() if k not in {"kind", "form"}} for one in found]
        return self._say(200, {self._kind.lower(): rows[::-1], "page": 0, "next_page_uri": None})


@contextmanager
def running() -> Iterator[tuple[FakeTwilio, str]]:
    """The provider and its address."""
    fake = FakeTwilio()
    handler = type("Handler", (_Handler,), {"fake": fake})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield fake, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
