"""A client that holds every answer against the OpenAPI document: no test can miss a breach."""

import re
from functools import cache
from typing import Any

import jsonschema
from django.urls import Resolver404, resolve
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

PROBLEM = "application/problem+json"
FORMATS = jsonschema.FormatChecker()
FORMATS.checks("uri")(lambda value: value is None or bool(re.match(r"https?://\S+$", value)))
FORMATS.checks("date-time")(
    lambda value: value is None or bool(re.match(r"\d{4}-\d\d-\d\dT[\d:.]+Z$", value))
)


@cache
def document() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


class ContractClient(APIClient):
    """`token` is sent as a bearer token."""

    def __init__(self, token: str = "", **kw: Any) -> None:
        super().__init__(raise_request_exception=False, **kw)
        if token:
            self.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")

    def request(self, **kw: Any) -> Any:
        response = super().request(**kw)
        hold_to_contract(response, kw["REQUEST_METHOD"], kw["PATH_INFO"])
        return response


def hold_to_contract(response: Any, method: str, path: str) -> None:
    if not path.startswith("/api/v1/") or path.rstrip("/").endswith(("/schema", "/docs")):
        return
    assert response["Cache-Control"] == "no-store"
    if response.status_code >= 400:
        _is_problem(response, path)
    if response.status_code == 204 or method in {"HEAD", "OPTIONS"}:
        assert method in {"HEAD", "OPTIONS"} or response.content == b""
        return
    shape = _promised(response, method, path)
    if shape is not None:
        whole = {**shape, "components": document()["components"]}
        jsonschema.Draft202012Validator(whole, format_checker=FORMATS).validate(response.json())
    if "json" not in response["Content-Type"]:
        return
    for when in re.findall(r'"[a-z_]+_at": ?"([^"]+)"', response.content.decode()):
        assert when.endswith("Z"), when


def _is_problem(response: Any, path: str) -> None:
    body = response.json()
    assert response["Content-Type"] == PROBLEM, (response["Content-Type"], response.content)
    assert body["status"] == response.status_code
    assert body["instance"].rstrip("/") == path.rstrip("/")
    assert body["title"]
    assert body["detail"]
    assert re.fullmatch(r"[0-9a-f-]{32,36}", body["request_id"]), body
    if response.status_code in {429}:
        assert int(response["Retry-After"]) > 0


def _promised(response: Any, method: str, path: str) -> dict[str, Any] | None:
    """The schema of this answer; None for an address or method that the document lacks."""
    try:
        match = resolve(path if path.endswith("/") else f"{path}/")
    except Resolver404:
        return None
    address = "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", match.route)
    operation = document()["paths"].get(address, {}).get(method.lower())
    if operation is None:
        assert response.status_code >= 400, f"{method} {address} is not in the document"
        return None
    status = str(response.status_code)
    assert status in operation["responses"] or response.status_code >= 400, (address, status)
    promised = operation["responses"].get(status) or operation["responses"]["default"]
    assert promised["content"], (address, status)
    kind = response["Content-Type"].split(";")[0]
    if len(promised["content"]) > 1 or kind not in promised["content"]:
        assert kind in promised["content"], (address, kind)
        return None  # a file, in one of several types
    (content,) = promised["content"].values()
    schema: dict[str, Any] = content["schema"]
    return schema
