"""Real Chromium with a fake camera against the live server, and a real worker on the test's data.

Fixtures for every journey: `chromium`, `phone` and `desk` (a page each), `worker`, `astronaut`.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import skimage.data
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection
from PIL import Image, ImageEnhance
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = Path("/usr/bin/chromium")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
NewContext = Callable[..., BrowserContext]

expect.set_options(timeout=45_000)  # the first photo waits for the worker to load its networks


@pytest.fixture(scope="session", autouse=True)
def _nobody_is_left_in_the_database(
    django_db_setup: None, django_db_blocker: Any
) -> Iterator[None]:
    """A browser that goes away leaves its last request to end by itself, even after all tests."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session")
def astronaut() -> Image.Image:
    """A public-domain NASA portrait, in the shape of a camera's picture."""
    portrait = Image.fromarray(skimage.data.astronaut())
    frame = Image.new("RGB", (640, 512), (96, 96, 96))
    frame.paste(portrait, (64, 0))
    return frame


@pytest.fixture(scope="session")
def portraits(astronaut: Image.Image, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three reference photos of the same person: as it is, brighter, and closer."""
    folder = tmp_path_factory.mktemp("portraits")
    changed = [
        astronaut,
        ImageEnhance.Brightness(astronaut).enhance(1.12),
        astronaut.crop((96, 0, 544, 448)),
    ]
    paths = [folder / f"{number}.jpg" for number in range(len(changed))]
    for path, picture in zip(paths, changed, strict=True):
        picture.save(path, quality=92)
    return paths


@pytest.fixture(scope="session")
def film(astronaut: Image.Image, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the fake camera sees: the astronaut, a little brighter and darker in turn (MJPEG)."""
    path = tmp_path_factory.mktemp("film") / "camera.mjpeg"
    with path.open("wb") as file:
        for number in range(20):
            light = ImageEnhance.Brightness(astronaut).enhance(0.95 + 0.005 * (number % 10))
            light.save(file, "JPEG", quality=90)
    return path


@pytest.fixture(scope="session")
def chromium(film: Path) -> Iterator[Browser]:
    """One browser for all journeys of this process."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail("There is no Chromium: CI never skips the journeys.")
        pytest.skip("There is no Chromium: the journeys in a real browser are skipped.")
    arguments = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with pytest.MonkeyPatch.context() as patch:
        # Playwright keeps an event loop in this thread; Django would refuse its own queries.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
            yield browser
            browser.close()


@pytest.fixture
def new_context(chromium: Browser, live_server: Any) -> Iterator[NewContext]:
    """Makes fresh browser profiles that open the live server; closes them at the end."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        options = {"base_url": live_server.url, "locale": "en-US", "viewport": PHONE} | options
        contexts.append(chromium.new_context(**options))
        return contexts[-1]

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def phone(new_context: NewContext) -> Page:
    """A page as wide as a phone, whose camera may be used."""
    return new_context(has_touch=True, is_mobile=True).new_page()


@pytest.fixture
def desk(new_context: NewContext) -> Page:
    return new_context(viewport=DESK).new_page()


@pytest.fixture
def worker(transactional_db: None, media_root: Path, tmp_path: Path) -> Iterator[int]:
    """A real Celery worker, on the test's database, files and broker; its process id."""
    log = tmp_path / "worker.log"
    env = {
        **os.environ,
        "SMARTLINK_ENV": "test",
        "DATABASE_URL": _database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "MEDIA_ROOT": str(media_root),
        "DATA_DIR": str(tmp_path / "worker"),
        "LOG_JSON": "true",
    }
    command = [
        sys.executable, "-m", "celery", "-A", "smartlink", "worker", "--purge",
        "-Q", "default,verification", "-c", "1", "-l", "INFO",
        "--without-gossip", "--without-mingle",
    ]  # fmt: skip
    with log.open("wb") as written:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=written, stderr=written)
    try:
        _wait_until_ready(process, log)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def press(page: Page, key: str) -> None:
    """A key, once the scripts of the page that is shown have run: before that nobody listens."""
    page.wait_for_load_state("load")
    page.keyboard.press(key)


def choose_files(page: Page, files: list[Path]) -> None:
    """Choose files on a page that sends them at once, when its script is there to do it."""
    box = page.locator("input[type=file]")
    expect(box).to_be_attached()
    page.wait_for_load_state("load")
    box.set_input_files(files)


def _database_url() -> str:
    """The address of the test's own database, for a process that is no test."""
    parts = connection.settings_dict
    return (
        f"postgres://{parts['USER']}:{parts['PASSWORD']}@{parts['HOST']}:{parts['PORT']}"
        f"/{parts['NAME']}"
    )


def _wait_until_ready(process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + 90
    while b" ready" not in log.read_bytes():
        if process.poll() is not None or time.monotonic() > until:
            pytest.fail(f"The worker did not start:\n{log.read_text()[-3000:]}")
        time.sleep(0.1)


def assert_accessible(page: Page) -> None:
    """No violation that axe knows of (WCAG 2.2 AA and its best practices)."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def assert_whole(page: Page) -> None:
    """Nothing sticks out sideways, and nothing to press is too small for a thumb."""
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0, f"{page.url} is {width} px too wide"
    small = page.evaluate(
        """() => [...document.querySelectorAll(
             'button, summary, .button, input:not([type=hidden]):not([type=checkbox]), select')]
           .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
           .map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert small == []
