"""A telephone company on this machine: rings, holds sounds, forgets them, fails when told to."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from smartlink.phone.simulator import sample_sound


class Company:
    """What was asked of it, and how it is to behave."""

    def __init__(self) -> None:
        self.rung: list[dict[str, str]] = []
        self.sounds: dict[str, bytes] = {"RE1": sample_sound()}
        self.forgotten: list[str] = []
        self.fails = 0
        self.slow_seconds = 0.0
        self.auth: list[str] = []
        self.base_url = ""


@contextmanager
def company() -> Iterator[Company]:
    this = Company()

    class Line(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            this.rung.append(dict(parse_qsl(self.rfile.read(length).decode())))
            time.sleep(this.slow_seconds)
            if this.fails:
                this.fails -= 1
                self._answer(503, b'{"code": 20503, "message": "busy", "status": 503}')
                return
            call = {"sid": f"CA{len(this.rung)}", "status": "queued"}
            self._answer(201, json.dumps(call).encode())

        def do_GET(self) -> None:
            this.auth.append(self.headers.get("Authorization", ""))
            sound = this.sounds.get(self.path.rsplit("/", 1)[-1].removesuffix(".wav"))
            if this.fails or sound is None:
                this.fails = max(0, this.fails - 1)
                self._answer(404, b"{}")
                return
            self._answer(200, sound)

        def do_DELETE(self) -> None:
            this.forgotten.append(self.path.rsplit("/", 1)[-1].removesuffix(".json"))
            self.send_response(204)
            self.end_headers()

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Line)
    this.base_url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield this
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
