"""Production refuses to start half-configured; `check --deploy` has nothing to say."""

import os
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.management.utils import get_random_secret_key

GOOD = {
    "SMARTLINK_ENV": "production",
    "SECRET_KEY": get_random_secret_key(),
    "TEMPLATE_KEYS": Fernet.generate_key().decode(),
    "PUBLIC_URL": "https://check-in.example.org",
}


def start(*argv: str, **changes: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: os.environ[name] for name in ("PATH", "DATABASE_URL", "REDIS_URL")}
    command = [sys.executable, *(argv or ("-c", "import django; django.setup()"))]
    env = kept | {"DJANGO_SETTINGS_MODULE": "smartlink.settings"} | GOOD | changes
    return subprocess.run(command, env=env, capture_output=True, text=True, cwd=settings.BASE_DIR)


def test_production_starts_with_real_secrets() -> None:
    assert start().returncode == 0, start().stderr


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY"),
        ({"TEMPLATE_KEYS": ""}, "TEMPLATE_KEYS"),
        ({"TEMPLATE_KEYS": settings.TEST_FERNET_KEY}, "TEMPLATE_KEYS"),
        ({"TEMPLATE_KEYS": "not a key"}, "TEMPLATE_KEYS"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "http://check-in.example.org"}, "PUBLIC_URL"),
        ({"SMARTLINK_ENV": "prod"}, "SMARTLINK_ENV"),
        ({"PHONE_PROVIDER": "twilio"}, "TWILIO_AUTH_TOKEN"),
    ],
)
def test_production_refuses_what_is_missing_or_weak(changes: dict[str, str], named: str) -> None:
    refused = start(**changes)
    assert refused.returncode != 0
    assert named in refused.stderr.strip().splitlines()[-1]


def test_a_secret_is_taken_letter_for_letter() -> None:
    """One random key in fifty begins with the sign that elsewhere refers to another variable."""
    key = "$" + GOOD["SECRET_KEY"]
    told = start(
        "-c",
        "from smartlink import settings; print(settings.SECRET_KEY)",
        SECRET_KEY=key,
    )
    assert told.stdout.strip() == key, told.stderr


def test_the_deployment_check_is_silent() -> None:
    checked = start("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


def test_the_demo_is_for_this_machine_unless_somebody_says_otherwise() -> None:
    demo = {"SMARTLINK_ENV": "demo", "PUBLIC_URL": "http://127.0.0.1:8000"}
    assert start(**demo).returncode == 0
    refused = start(**demo, ALLOWED_HOSTS="portal.example.org")
    assert "DEMO_PUBLIC" in refused.stderr
    assert start(**demo, ALLOWED_HOSTS="portal.example.org", DEMO_PUBLIC="1").returncode == 0
