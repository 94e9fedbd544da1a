"""What is written down never names anybody; one request id runs through to the task."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

PLANTED = {
    "given_name": "Wislande",
    "a_number": "A012-345-678",
    "phone": "+1 202 555 0123",
    "email": "ana.ruiz@example.org",
    "photo": "attempts/0f1c2d3e.jpg",
    "pin": "274913",
    "token": "portal_s3cr3t",
}
FREE_TEXT = (
    "Could not open /data/media/attempts/0f1c2d3e.jpg for ana.ruiz@example.org, "
    "A 012-345-678, +1 202 555 0123, /invite/TVRN-7NG2-VDCX-46K5/"
)
FORBIDDEN = [
    "0f1c2d3e", "ana.ruiz", "012-345-678", "202 555", "TVRN", "Wislande", "274913", "s3cr3t",
]  # fmt: skip


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that the configured handler writes."""
    handler = next(
        h
        for h in logging.getLogger().handlers
        if isinstance(h.formatter, structlog.stdlib.ProcessorFormatter)
    )
    text = io.StringIO()
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(text)
    yield text
    if before is not None:
        handler.setStream(before)


def assert_hidden(text: str) -> None:
    assert text
    assert [word for word in FORBIDDEN if word in text] == []


def test_our_own_lines_hide_what_names_a_person(written: io.StringIO) -> None:
    structlog.get_logger("test").warning("planted", nested={"facts": [PLANTED]}, **PLANTED)
    assert_hidden(written.getvalue())
    assert json.loads(written.getvalue())["event"] == "planted"


def test_free_text_and_libraries_lines_are_hidden_too(written: io.StringIO) -> None:
    structlog.get_logger("test").warning(FREE_TEXT)
    logging.getLogger("some.library").warning("failed: %s", FREE_TEXT)
    assert_hidden(written.getvalue())


def test_exceptions_are_hidden_too(written: io.StringIO) -> None:
    try:
        Path(FREE_TEXT).read_text()
    except FileNotFoundError:
        logging.getLogger("some.library").exception("it broke")
    assert_hidden(written.getvalue())
    assert "FileNotFoundError" in written.getvalue()


def test_ids_and_numbers_that_name_nobody_stay(written: io.StringIO) -> None:
    structlog.get_logger("test").info("verified", attempt="5a0c1f9e-0000-4000-8000-123456789abc")
    structlog.get_logger("test").info("took", milliseconds=123456789)
    assert "5a0c1f9e-0000-4000-8000-123456789abc" in written.getvalue()
    assert "123456789" in written.getvalue()


@pytest.mark.django_db
def test_a_request_id_goes_out_with_the_answer_and_into_the_log(
    client: Any, written: io.StringIO
) -> None:
    answer = client.get("/api/v1/participants/")
    assert answer.json()["request_id"] == answer["X-Request-ID"]
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert {line.get("request_id") for line in lines} == {answer["X-Request-ID"]}
    assert 401 in {line.get("code") for line in lines}


def test_nobody_writes_our_log_through_a_request_id(client: Any) -> None:
    answer = client.get("/healthz/live", headers={"x-request-id": "ana.ruiz@example.org said"})
    assert "ana" not in answer["X-Request-ID"]
    assert len(answer["X-Request-ID"]) == 36


@pytest.mark.django_db
def test_the_request_id_travels_to_the_task(client: Any) -> None:
    from celery import current_app
    from celery.signals import before_task_publish

    seen: list[Any] = []

    def note(headers: dict[str, Any], **_kw: Any) -> None:
        seen.append(headers)

    before_task_publish.connect(note)
    try:
        with structlog.contextvars.bound_contextvars(request_id="trace-me-43"):
            current_app.send_task("checkins.tasks.sweep_deadlines")
    finally:
        before_task_publish.disconnect(note)
    assert "trace-me-43" in str(seen)
