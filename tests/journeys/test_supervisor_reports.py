"""A supervisor's reports: choose, look, have them made with progress, download each format."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from smartlink.reports.models import Report
from tests import people
from tests.journeys.test_officer_day import assert_accessible, sign_in
from tests.reports.conftest import place
from tests.workers import Worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STARTS = {"pdf": b"%PDF-", "xlsx": b"PK", "csv": b"\xef\xbb\xbf", "json": b'{"title"'}


@pytest.fixture
def reports_worker(transactional_db: None, media_root: Path, tmp_path: Path) -> Iterator[None]:
    worker = Worker(tmp_path / "worker", media_root, queues="reports")
    try:
        worker.wait_until_ready()
        yield
    finally:
        worker.stop()


@pytest.mark.usefixtures("reports_worker")
def test_choose_look_generate_and_download_each_format(desk: Page, settings: object) -> None:
    here, there = place(name="Harbor Office"), place(name="Mountain Office")
    complaints: list[str] = []
    desk.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(desk, here.supervisor)
    desk.get_by_role("link", name="Reports").first.click()
    assert_accessible(desk)
    desk.get_by_label("From", exact=True).fill("2026-10-01")
    desk.get_by_label("To", exact=True).fill("2026-10-31")
    desk.get_by_role("button", name="Show figures").click()
    expect(desk.locator(".headline b").first).to_have_text("81.8 %")
    expect(desk.locator("#by_office")).to_contain_text("Harbor Office")
    expect(desk.locator("main")).not_to_contain_text("Mountain Office")
    assert_accessible(desk)
    desk.get_by_role("button", name="Make files").click()
    expect(desk.get_by_text("Ready")).to_be_visible(timeout=40_000)
    assert_accessible(desk)
    for form, start in STARTS.items():
        with desk.expect_download() as fetched:
            desk.get_by_role("link", name=form.upper(), exact=True).click()
        assert Path(fetched.value.path()).read_bytes().startswith(start), form
        assert (
            fetched.value.suggested_filename == f"smartlink-compliance-2026-10-01-2026-10-31.{form}"
        )
    report = Report.objects.get()
    desk.context.clear_cookies()
    sign_in(desk, there.supervisor)
    answer = desk.goto(f"/staff/reports/{report.public_id}/")
    assert answer is not None
    assert answer.status == 404
    desk.context.clear_cookies()
    sign_in(desk, people.officer(here.office))
    expect(desk.get_by_role("link", name="Reports")).to_have_count(0)
    assert complaints == []
