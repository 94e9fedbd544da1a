"""The description of the API: whole, valid, without warnings; and the page to try it on."""

import io
import json

import pytest
import yaml
from django.contrib.staticfiles import finders
from django.core.management import call_command

from tests.api.conftest import V1, client_with
from tests.api.contract import document

FIXED = {
    "auth/token/": {"post"},
    "portal/sign-in/": {"post"},
    "participants/": {"get", "post"},
    "participants/{participant_id}/reference-photos/": {"get", "post"},
    "participants/{participant_id}/plan/": {"get", "put", "patch"},
    "participants/{participant_id}/invite/": {"post"},
    "participants/{participant_id}/check-ins/": {"get", "post"},
    "check-ins/": {"get"},
    "check-ins/{check_in_id}/": {"get"},
    "check-ins/{check_in_id}/withdraw/": {"post"},
    "check-ins/{check_in_id}/attempts/": {"get", "post"},
    "check-ins/{check_in_id}/review/": {"get", "post"},
    "hearings/": {"get", "post"},
    "hearings/import/": {"post"},
}


def test_it_is_valid_and_nothing_had_to_be_guessed() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=io.StringIO())


def test_the_fixed_names_are_there() -> None:
    paths = document()["paths"]
    for address, methods in FIXED.items():
        assert methods <= set(paths[V1 + address]), address


def test_every_operation_names_its_problems_and_every_write_its_key() -> None:
    for address, operations in document()["paths"].items():
        for method, operation in operations.items():
            assert "application/problem+json" in operation["responses"]["default"]["content"]
            headers = {p["name"] for p in operation.get("parameters", []) if p["in"] == "header"}
            unkeyed = ("/sign-in/", "/auth/token/", "/receipts/verify/", "/uploads/{upload_key}/")
            keyed = method != "get" and not address.endswith(unkeyed)
            assert ("Idempotency-Key" in headers) is keyed, (method, address)
            assert bool(operation.get("security")) or not keyed


@pytest.mark.django_db
def test_it_is_served_as_json_and_as_yaml() -> None:
    client = client_with("")
    as_json = client.get(f"{V1}schema/", HTTP_ACCEPT="application/json")
    as_yaml = client.get(f"{V1}schema/", HTTP_ACCEPT="application/yaml")
    assert json.loads(as_json.content)["openapi"].startswith("3.1")
    assert yaml.safe_load(as_yaml.content) == json.loads(as_json.content)


@pytest.mark.django_db
def test_the_page_loads_only_what_is_ours_and_runs_no_inline_script() -> None:
    page = client_with("").get(f"{V1}docs/")
    assert page.status_code == 200
    html = page.content.decode()
    assert "<script>" not in html
    assert "https://" not in html
    policy = page["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";") if " " in rule.strip())
    assert rules["script-src"] == "'self'"
    assert rules["style-src"] == "'self' 'unsafe-inline'"
    assert finders.find("drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js")
    elsewhere = client_with("").get(f"{V1}schema/")
    assert "unsafe-inline" not in elsewhere["Content-Security-Policy"]
