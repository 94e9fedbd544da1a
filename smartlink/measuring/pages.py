"""Staff pages on a small program and on a large one: queries, times, and what grows."""

import gc
import os
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casework.common import clock
from casework.participants.models import Participant
from casework.staff.models import Role, User
from checkins.models import CheckIn
from smartlink.measuring.page_addresses import give_rows, pages_of
from smartlink.reports.groups import note_apart

QUERIES_BUDGET = 15
P95_BUDGET_MS = 400
REPEATS = int(os.environ.get("BENCH_REPEATS", "15"))


@dataclass(frozen=True)
class Timing:
    """`times`: milliseconds of each repeat; `work`: of processors, ours and PostgreSQL's, each."""

    queries: int
    times: list[float]
    work: float


def measure_pages() -> dict[str, Any]:
    """Every staff page with 40 people, then with BENCH_PEOPLE (10,000) and BENCH_YEARS (0.7)."""
    people = int(os.environ.get("BENCH_PEOPLE", "10000"))
    years = float(os.environ.get("BENCH_YEARS", "0.7"))
    settings.ALLOWED_HOSTS = ["testserver", *settings.ALLOWED_HOSTS]
    call_command("seed_demo", verbosity=0)
    small = _measure()
    call_command("seed_demo", participants=people, years=years)
    large = _measure()
    pages = {page: _figures(small.get(page), timing) for page, timing in sorted(large.items())}
    return {
        "participants": Participant.objects.count(),
        "check_ins": CheckIn.objects.count(),
        "queries_budget": QUERIES_BUDGET,
        "p95_budget_ms": P95_BUDGET_MS,
        "most_queries": max(figures["queries"] for figures in pages.values()),
        "slowest_p95_ms": max(figures["p95_ms"] for figures in pages.values()),
        **{page: _line(figures) for page, figures in pages.items()},
    }


def _figures(small: Timing | None, large: Timing) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "queries": large.queries,
        "p50_ms": round(statistics.median(large.times), 1),
        "p95_ms": round(statistics.quantiles(large.times, n=20)[-1], 1),
        "work_ms": round(large.work, 1),
    }
    if small is not None:
        figures["small_p50_ms"] = round(statistics.median(small.times), 1)
        figures["small_work_ms"] = round(small.work, 1)
        figures["more_queries"] = large.queries - small.queries
    return figures


def _line(figures: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in figures.items())


def _measure() -> dict[str, Timing]:
    """By role and page."""
    give_rows(clock.now())
    note_apart(clock.now())  # what beat does every hour: an administrator's page reads it
    gc.collect()
    gc.freeze()  # what filling the database left in memory is no page's to walk through
    found: dict[str, Timing] = {}
    for role in Role.values:
        user = User.objects.filter(role=role, email__endswith="@example.org").order_by("pk")[0]
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        client.get(reverse("admin:index"))  # the first one writes the sign-in down
        for name, address in pages_of(user):
            timing = _time(client, address)
            if timing is not None:
                found[f"{role} {name}"] = timing
    return found


def _time(client: Client, address: str) -> Timing | None:
    """None where this role has no such page, or it is another one's address."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
        queries = len(captured)
    if answer.status_code in {302, 403, 404}:
        return None
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    times, worked = [], _worked()
    for _repeat in range(REPEATS):
        began = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - began) * 1000)
    return Timing(queries, times, (_worked() - worked) / REPEATS)


def _worked() -> float:
    """Milliseconds that processors have spent on this process and on its server process.

    Unlike the time it took, it says the same on a busy machine. A server elsewhere is not seen.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        found = cursor.fetchone()
    server = Path(f"/proc/{found[0] if found else 0}/schedstat")
    theirs = int(server.read_text().split()[0]) / 1e6 if server.exists() else 0.0
    return time.process_time() * 1000 + theirs
