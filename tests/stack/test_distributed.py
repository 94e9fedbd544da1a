"""The commands of `deploy/compose.yaml` without the containers: two of each, production, S3.

A photo goes in at one web process, a verification worker is killed, the other answers.
"""

import json
import os
import secrets
import signal
import subprocess
import sys
import sysconfig
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from smartlink.stack.processes import Launch, end, free_port, spawn
from smartlink.stack.servers import Servers
from tests.stack.conftest import eventually
from tests.test_deploy import COMPOSE, new_env, values
from tests.test_s3 import Server, server  # noqa: F401 - a fixture
from tests.verification.portraits import astronaut, encoded

pytestmark = [pytest.mark.drill, pytest.mark.s3, pytest.mark.engine]

ROOT = Path(__file__).resolve().parents[2]
OVER_TLS = {"X-Forwarded-Proto": "https"}
SEED = """
import json, django
django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from casework.common import clock
from casework.participants.sign_in import open_session
from checkins import submissions
from checkins.plans import PlanTerms, set_plan
from tests import people
from tests.verification.portraits import astronaut, encoded
office = people.office()
officer, now = people.officer(office), clock.now()
person = people.participant(officer)
terms = PlanTerms(liveness="none", liveness_reason="a drill")
set_plan(person, terms, by=people.supervisor(office), now=now)
photo = SimpleUploadedFile("a.jpg", encoded(astronaut()), "image/jpeg")
submissions.submit_reference_photo(person, photo, by=officer, now=now)
check_in = people.open_check_in(person, officer)
print(json.dumps([str(check_in.public_id), open_session(person, now, "drill")]))
"""


@dataclass
class Parts:
    """Started from what compose.yaml says of them."""

    env: dict[str, str]
    logs: Path

    def __post_init__(self) -> None:
        self.services: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, name: str, port: int = 0) -> "subprocess.Popen[bytes]":
        words = [word.replace(":8000", f":{port}") for word in self.services[name]["command"]]
        scripts = Path(sys.executable).parent
        words[0] = str(scripts / words[0]) if words[0] != "sh" else "sh"
        number = len(self.running)
        data = self.logs / f"data{number}"
        data.mkdir()
        env = {**self.env, "DATA_DIR": str(data), "PATH": f"{scripts}:{os.environ['PATH']}"}
        words = [word.replace("/tmp/beat-schedule", str(data / "beat")) for word in words]
        if name in {"worker", "verification"}:
            words += ["--hostname", f"{name}{number}@%h"]
        started = spawn(Launch(words, env, log=self.logs / f"{name}{number}.log", cwd=ROOT))
        self.running.append(started)
        return started

    def stop(self) -> None:
        for one in reversed(self.running):
            end(one, signal.SIGTERM, seconds=10)


@pytest.fixture
def parts(tmp_path: Path, server: Server) -> Iterator[Parts]:  # noqa: F811 - the fixture
    with Servers.throwaway(Path(sysconfig.get_path("purelib"))) as servers:
        clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        env = {**clean, **values(new_env().stdout), **servers.urls, **server.environment}
        made = Parts(env, tmp_path)
        try:
            yield made
        finally:
            made.stop()


def asked(url: str, token: str = "", photo: bytes | None = None) -> tuple[int, dict[str, Any]]:
    """What is answered, over the proxy's header."""
    headers, body = dict(OVER_TLS), None
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if photo is not None:
        mark = secrets.token_hex(16)
        headers["Content-Type"] = f"multipart/form-data; boundary={mark}"
        head = 'Content-Disposition: form-data; name="photo"; filename="a.jpg"\r\n'
        kind = "Content-Type: image/jpeg\r\n\r\n"
        body = f"--{mark}\r\n{head}{kind}".encode() + photo + f"\r\n--{mark}--\r\n".encode()
    request = urllib.request.Request(url, headers=headers, data=body)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)
    except OSError:
        return 0, {}


def test_a_photo_is_answered_though_a_worker_dies(parts: Parts) -> None:
    assert parts.start("migrate").wait(180) == 0
    ports = [free_port(), free_port()]
    for port in ports:
        parts.start("web", port)
    parts.start("worker")
    parts.start("beat")
    victim, _other = parts.start("verification"), parts.start("verification")
    one, two = (f"http://127.0.0.1:{port}" for port in ports)
    seen: list[object] = []

    def ready() -> bool:
        seen.append(asked(f"{two}/healthz/ready"))
        return seen[-1][0] == 200  # type: ignore[index]

    assert eventually(ready, 120), seen[-1]
    env = parts.env | {"DJANGO_SETTINGS_MODULE": "smartlink.settings"}
    argv = [sys.executable, "-c", SEED]
    seeded = subprocess.run(argv, env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    check_in, token = json.loads(seeded.stdout.splitlines()[-1])
    address = f"/api/v1/check-ins/{check_in}/"
    status, told = asked(f"{one}{address}attempts/", token, encoded(astronaut(), quality=80))
    assert status == 202, told
    os.killpg(victim.pid, signal.SIGKILL)
    assert eventually(lambda: asked(two + address, token)[1].get("state") == "accepted", 120)
