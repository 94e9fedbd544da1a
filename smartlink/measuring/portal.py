"""The portal's first visits on slow networks and a slow phone: bytes, times, Lighthouse's score.

Chromium throttled over its DevTools protocol, against gunicorn with production's settings and
compressed, hashed files. Lighthouse itself needs Node, so its score is computed here from its
published curves (version 10 and later).
"""

import os
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import erf, log
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError

from casework.common import clock
from casework.participants import sign_in
from casework.staff.models import User
from checkins.models import CheckIn
from checkins.states import State
from smartlink.measuring.serving import PROXY, collected_files, served
from smartlink.portal.sessions import COOKIE

BYTES_BUDGET = 60_000
USABLE_BUDGET_MS = 3_000
SCORE_BUDGET = 98
RUNS = 3
LATE = "camera, its script late"
CHROMIUM = "/usr/bin/chromium"
SLOWER_CPU = 4
PHONE = {"width": 390, "height": 844}
# Latency in milliseconds, throughput in bytes a second.
NETWORKS = {"slow 3G": (400, 50_000), "Lighthouse": (150, 204_800)}
# Weight, tenth percentile and median of Lighthouse's mobile curves; milliseconds, CLS without unit.
CURVES = {
    "fcp": (0.10, 1800.0, 3000.0),
    "si": (0.10, 3387.0, 5800.0),
    "lcp": (0.25, 2500.0, 4000.0),
    "tbt": (0.30, 200.0, 600.0),
    "cls": (0.25, 0.1, 0.25),
}
_AT_TENTH = 0.9061938024368232  # the inverse of erfc at one fifth
_READ = """() => new Promise((done) => {
  const found = { fcp: 0, lcp: 0, cls: 0, tbt: 0 };
  const see = (type, use) => new PerformanceObserver((list) => list.getEntries().forEach(use))
    .observe({ type, buffered: true });
  see("paint", (one) => { if (one.name === "first-contentful-paint") found.fcp = one.startTime; });
  see("largest-contentful-paint", (one) => { found.lcp = one.startTime; });
  see("layout-shift", (one) => { if (!one.hadRecentInput) found.cls += one.value; });
  see("longtask", (one) => { found.tbt += Math.max(0, one.duration - 50); });
  setTimeout(() => {
    const [shown] = performance.getEntriesByType("navigation");
    done({ ...found, dcl: shown.domContentLoadedEventEnd });
  }, 1500);
})"""

_PAINTED = "() => performance.getEntriesByName('first-contentful-paint').length > 0"


@dataclass(frozen=True)
class Visit:
    """One page opened with an empty cache. `timings` as `_READ` names them, in milliseconds."""

    wire_bytes: int
    timings: dict[str, float]

    @property
    def usable_ms(self) -> float:
        """Painted, and every script of the page has run."""
        return max(self.timings["fcp"], self.timings["dcl"])


def measure_portal() -> dict[str, Any]:
    """Welcome, home and the camera page; the median of three visits on each network.

    The camera page also with its script held back until it is painted: then nothing may move.
    """
    call_command("seed_demo", verbosity=0)
    token, check_in = _somebody_who_is_asked()
    camera = f"/check-in/{check_in.public_id}/"
    pages = {
        "welcome": ("/", None), "home": ("/home/", token),
        "camera": (camera, token), LATE: (camera, token),
    }  # fmt: skip
    with collected_files(), served() as url, _browser() as browser:
        visits = {
            (network, name): [
                _visit(browser, url + path, network, who, late=name == LATE) for _ in range(RUNS)
            ]
            for network in NETWORKS
            for name, (path, who) in pages.items()
        }
    lines: dict[str, Any] = {
        "bytes_budget": BYTES_BUDGET,
        "usable_budget_ms": USABLE_BUDGET_MS,
        "score_budget": SCORE_BUDGET,
    }
    for (network, name), several in visits.items():
        lines[f"{name} on {network}"] = _figures(several)
    return lines


def score(timings: dict[str, float]) -> int:
    """Lighthouse's performance score, 0 to 100.

    Its Speed Index needs a film of the page: the largest paint stands in for it, by which time
    these pages, which paint once, are all there.
    """
    values = {**timings, "si": timings["lcp"]}
    return round(
        100 * sum(weight * _on_curve(values[name], p10, median)
                  for name, (weight, p10, median) in CURVES.items())
    )  # fmt: skip


def _on_curve(value: float, p10: float, median: float) -> float:
    """The log-normal curve through 0.9 at `p10` and 0.5 at `median`."""
    if value <= 0:
        return 1.0
    standard = log(value / median) * _AT_TENTH / -log(p10 / median)
    return (1 - erf(standard)) / 2


def _figures(several: list[Visit]) -> dict[str, Any]:
    middle = {
        name: statistics.median(one.timings[name] for one in several) for name in several[0].timings
    }
    return {
        "wire_bytes": max(one.wire_bytes for one in several),
        "usable_ms": round(statistics.median(one.usable_ms for one in several)),
        **{name: round(value, 3 if name == "cls" else None) for name, value in middle.items()},
        "score": score(middle),
    }


def _somebody_who_is_asked() -> tuple[str, CheckIn]:
    check_in = (
        CheckIn.objects.filter(state=State.OPEN.value, method="selfie")
        .select_related("participant")
        .first()
    )
    officer = User.objects.filter(role="officer").first()
    if check_in is None or officer is None:
        raise CommandError("The demonstration has no open selfie check-in to look at.")
    now = clock.now()
    code = sign_in.invite(check_in.participant, by=officer, now=now)
    return sign_in.accept_invite(code, "274913", consent=True, now=now).token, check_in


@contextmanager
def _browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where it is installed

    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


def _visit(browser: Any, url: str, network: str, token: str | None, *, late: bool = False) -> Visit:
    """The first visit of a fresh profile. What the service worker fetches later is not counted."""
    latency, throughput = NETWORKS[network]
    context = browser.new_context(
        viewport=PHONE, is_mobile=True, has_touch=True, device_scale_factor=2,
        extra_http_headers=PROXY, service_workers="block",
    )  # fmt: skip
    if token is not None:
        context.add_cookies([{"name": COOKIE, "value": token, "url": url}])
    page = context.new_page()
    protocol = context.new_cdp_session(page)
    arrived: list[int] = []
    protocol.on("Network.loadingFinished", lambda one: arrived.append(one["encodedDataLength"]))
    protocol.send("Network.enable")
    rates = {"downloadThroughput": throughput, "uploadThroughput": throughput}
    protocol.send(
        "Network.emulateNetworkConditions", {"offline": False, "latency": latency, **rates}
    )
    protocol.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_CPU})
    answer = _open_with_its_script_late(page, url) if late else page.goto(url, timeout=120_000)
    if answer.status != 200 or page.url != url:
        raise CommandError(f"{url} answered {answer.status} at {page.url}.")
    timings = page.evaluate(_READ)
    context.close()
    return Visit(round(sum(arrived)), timings)


def _open_with_its_script_late(page: Any, url: str) -> Any:
    """The camera's script leaves half a second after the first paint."""
    held: list[Any] = []
    page.route("**/portal/selfie*.js", lambda route: held.append(route))
    answer = page.goto(url, wait_until="commit", timeout=120_000)
    page.wait_for_function(_PAINTED)
    page.wait_for_timeout(500)
    for one in held:
        one.continue_()
    page.wait_for_load_state("load", timeout=120_000)
    return answer
