"""Structured logs that never carry a name, an A-number, a phone, an e-mail or a photo's path."""

import logging
import logging.config
import re
from collections.abc import MutableMapping
from typing import Any

import sentry_sdk
import structlog

# Keys whose values identify a person, wherever they come from.
PERSONAL_KEYS = frozenset(
    {
        "a_number", "code", "email", "family_name", "full_name", "given_name", "invite", "ip",
        "login", "name_of_person", "password", "phone", "photo", "photo_path", "pin", "token",
        "user_agent",
    }
)  # fmt: skip
_HIDDEN = "[hidden]"
# What slips into free text: e-mails, media paths, invite links, A-numbers, phone numbers.
_PATTERNS = (
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"),
    re.compile(r"(?:attempts|references|media)/[\w./-]+"),
    re.compile(r"/invite/[\w-]+"),
    re.compile(r"/calendar/[\w-]+"),
    re.compile(r"\bA?[ -]?\d{3}[- ]?\d{3}[- ]?\d{3}\b"),
    re.compile(r"\+\d[\d ()-]{7,}\d"),
    re.compile(r"(?<=[?&]q=)[^&\s\"']+"),  # whom staff searched for
)


def hide_personal(text: str) -> str:
    """`text` without what identifies a person."""
    for pattern in _PATTERNS:
        text = pattern.sub(_HIDDEN, text)
    return text


def _hide(value: Any) -> Any:
    if isinstance(value, str):
        return hide_personal(value)
    if isinstance(value, dict):
        return {key: _hide_named(key, inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_hide(item) for item in value]
    return value


def _hide_named(key: object, value: Any) -> Any:
    """Under a telling key everything is hidden but numbers: an HTTP status is a code, too."""
    if key in PERSONAL_KEYS and not isinstance(value, int):
        return _HIDDEN
    return _hide(value)


def hide_personal_values(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """The structlog processor that every line passes, ours and the libraries'."""
    for key, value in event.items():
        if key in {"timestamp", "level", "logger", "request_id", "task_id"}:
            continue
        event[key] = _hide_named(key, value)
    return event


def configure(*, as_json: bool, level: str) -> None:
    """Send structlog and the standard library's records through the same processors."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.stdlib.PositionalArgumentsFormatter(),
        hide_personal_values,
    ]
    last = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "structured": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        last,
                    ],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                # It writes down the numbers that it looks for.
                "twilio.http_client": {"level": "WARNING"},
                # It writes down the ids of passkeys.
                "fido2.server": {"level": "WARNING"},
                "django.server": {"level": "WARNING"},
                # Refusals are in django-structlog's line already, there with their request id.
                "django.request": {"level": "ERROR"},
            },
        }
    )


def report_to_sentry(dsn: str, *, environment: str) -> None:
    """Errors to the operator's Sentry: no request bodies, no local variables, no persons."""

    def scrub(event: Any, _hint: Any) -> Any:
        return _hide({k: v for k, v in event.items() if k not in {"user", "request"}})

    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        before_send=scrub,
    )
