"""Staff pages on a small program and on a large one: queries, times, and what grows."""

import os
import statistics
import time
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from casework.common import clock
from casework.participants.models import Participant
from casework.staff.models import Role, User
from checkins.models import CheckIn
from checkins.states import State
from smartlink.reports.groups import note_apart

QUERIES_BUDGET = 15
P95_BUDGET_MS = 400
REPEATS = 15
_OPEN_PAGES = [
    "admin:index",
    "console:reviews",
    "console:enrol",
    "console:hearings_day",
    "console:calendar",
    "console:hearing_conflicts",
    "console:import_hearings",
    "console:import_people",
    "console:findings",
    "console:covers",
    "console:changes",
    "console:help",
    "console:documents",
    "console:messages",
    "console:canned",
    "console:resources",
    "console:enter_resource",
    "console:lighter",
    "console:handed_over",
    "console:balance",
    "console:saved_views",
    "console:several",
    "console:error_rates",
    "console:calibrations",
]
_SEARCHES = ["?q=Quinera", "?q=Qiunera", "?q=300000123", "?last=missed", "?q=zzzz"]

Timing = tuple[int, list[float]]  # queries, milliseconds of each repeat


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
    queries, times = large
    figures: dict[str, Any] = {
        "queries": queries,
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 1),
    }
    if small is not None:
        figures["small_p50_ms"] = round(statistics.median(small[1]), 1)
        figures["more_queries"] = queries - small[0]
    return figures


def _line(figures: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in figures.items())


def _measure() -> dict[str, Timing]:
    """By role and page."""
    note_apart(clock.now())  # what beat does every hour: an administrator's page reads it
    found: dict[str, Timing] = {}
    for role in Role.values:
        user = User.objects.filter(role=role, email__endswith="@example.org").order_by("pk")[0]
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        for name, address in _addresses(user):
            timing = _time(client, address)
            if timing is not None:
                found[f"{role} {name}"] = timing
    return found


def _addresses(user: User) -> list[tuple[str, str]]:
    """(name, address) of the pages, with a row to open where a page needs one."""
    pages = [(name, reverse(name)) for name in _OPEN_PAGES]
    for model in admin.site._registry:  # noqa: SLF001 - there is no other list of the pages
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        pages.append((str(model._meta.verbose_name_plural), reverse(name)))
    caseload = reverse("admin:participants_participant_changelist")
    pages += [(f"caseload {search}", caseload + search) for search in _SEARCHES]
    return pages + _pages_of_rows(user)


def _pages_of_rows(user: User) -> list[tuple[str, str]]:
    person = Participant.objects.visible_to(user).order_by("-pk").first()
    waiting = CheckIn.objects.visible_to(user).filter(state=State.IN_REVIEW.value).first()
    rows = [
        ("file", "admin:participants_participant_change", person),
        ("plan", "console:plan", person),
        ("request", "console:request", person),
        ("photos", "console:photos", person),
        ("timeline", "console:timeline", person),
        ("notes", "console:notes", person),
        ("print", "console:print_file", person),
        ("supervision", "console:supervision", person),
        ("transfer", "console:assign", person),
        ("messages", "console:messages_of", person),
        ("documents", "console:documents_of", person),
        ("review", "console:review", waiting),
        ("check-in", "console:check_in", waiting),
    ]
    pages = []
    for name, view, row in rows:
        if row is None:
            continue
        try:
            pages.append((name, reverse(view, args=[row.public_id])))
        except NoReverseMatch as error:
            raise LookupError(f"There is no page {view} any more.") from error
    return pages


def _time(client: Client, address: str) -> Timing | None:
    """None where this role has no such page."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
        queries = len(captured)
    if answer.status_code in {403, 404}:
        return None
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    times = []
    for _repeat in range(REPEATS):
        began = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - began) * 1000)
    return queries, times
