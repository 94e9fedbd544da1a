"""The only reader of the time: everything else takes `now`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_shift: ContextVar[timedelta] = ContextVar("clock_shift", default=timedelta())


def now() -> datetime:
    """The present instant, aware, in UTC (moved by `shifted` in tests and drills)."""
    return datetime.now(UTC) + _shift.get()  # noqa: TID251 - the one place that may


@contextmanager
def shifted(by: timedelta) -> Iterator[None]:
    """Move the clock of this thread or task by `by` while the block runs."""
    token = _shift.set(_shift.get() + by)
    try:
        yield
    finally:
        _shift.reset(token)
