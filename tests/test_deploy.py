"""The distributed form in `deploy/`: its parts are those the operator's guide and settings know."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
COMPOSE = ROOT / "deploy" / "compose.yaml"
NEW_ENV = ROOT / "deploy" / "new_env.py"
OURS = {"migrate", "web", "worker", "verification", "beat"}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    made: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
    return made


def new_env(address: str = "https://check-in.example.org") -> "subprocess.CompletedProcess[str]":
    argv = [sys.executable, "-I", NEW_ENV, address]
    return subprocess.run(argv, capture_output=True, text=True, check=False)


def values(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines())


def test_every_queue_has_a_worker_and_every_part_the_same_image(services: dict[str, Any]) -> None:
    assert set(services) == OURS | {"database", "broker"}
    assert {services[name]["image"] for name in OURS} == {"smartlink"}
    listened: set[str] = set()
    for part in services.values():
        command = part.get("command", [])
        if "--queues" in command:
            listened |= set(command[command.index("--queues") + 1].split(","))
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    assert listened == routed | {settings.CELERY_TASK_DEFAULT_QUEUE}


def test_its_environment_is_enough_for_production_and_secret_each_time() -> None:
    made, again = values(new_env().stdout), values(new_env().stdout)
    names = {"SECRET_KEY", "TEMPLATE_KEYS", "AUDIT_KEYS", "POSTGRES_PASSWORD", "BROKER_PASSWORD"}
    assert all(made[name] != again[name] for name in names)
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=clean | made,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("address", ["http://example.org", "example.org", "https://"])
def test_an_address_that_is_not_https_is_refused_in_words(address: str) -> None:
    refused = new_env(address)
    assert refused.returncode == 1
    assert "https:// address" in refused.stderr
    assert refused.stdout == ""


def test_the_file_with_secrets_stays_out_of_git_and_of_the_image() -> None:
    assert "/deploy/smartlink.env" in (ROOT / ".gitignore").read_text().split()
    assert "deploy/smartlink.env" in (ROOT / ".dockerignore").read_text().split()


def test_the_image_starts_the_web_as_compose_does(services: dict[str, Any]) -> None:
    told = re.search(r"^CMD (\[.*\])$", (ROOT / "deploy/Dockerfile").read_text(), re.M)
    assert told is not None
    assert yaml.safe_load(told[1]) == services["web"]["command"]
