"""The staff site's report pages: what is shown, to whom, and that pages stay quick."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from casework.audit.models import Entry
from casework.staff.models import User
from smartlink.portal.acts import page_of
from smartlink.reports import job, services
from smartlink.reports.models import Report, Schedule
from smartlink.reports.writers import WRITERS
from tests import people
from tests.reports.conftest import Place, now, october

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
OCTOBER = {"kind": "compliance", "first": "2026-10-01", "last": "2026-10-31", "group": "office"}
INDEX = "/staff/reports/"


def made(place: Place) -> Report:
    report = services.ask(october(), list(WRITERS), by=place.supervisor, now=now())
    job.make(report.pk, now=now())
    return report


def test_the_figures_are_on_the_page_with_chart_table_and_definitions(
    here: Place, there: Place, browser_of: Browser
) -> None:
    page = browser_of(here.supervisor).get(INDEX, OCTOBER)
    html = page.content.decode()
    assert page.status_code == 200
    assert "81.8 %" in html
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="report-chart" role="img"' in html
    assert "Harbor Office" in html
    assert "Mountain Office" not in html
    assert "Never counts against" in html
    everywhere = browser_of(people.administrator()).get(INDEX, OCTOBER).content.decode()
    assert "Mountain Office" in everywhere


def test_an_officer_or_another_office_learns_of_nothing(
    here: Place, there: Place, browser_of: Browser
) -> None:
    report = made(here)
    names = ["one", "progress", "manifest"]
    urls = [reverse(f"console:reports:{name}", args=[report.public_id]) for name in names]
    urls.append(reverse("console:reports:download", args=[report.public_id, "csv"]))
    posts = [
        reverse(f"console:reports:{name}", args=[report.public_id]) for name in ("cancel", "again")
    ]
    for stranger in (here.officer, there.supervisor):
        client = browser_of(stranger)
        assert [client.get(url).status_code for url in urls] == [404] * len(urls)
        assert [client.post(url).status_code for url in posts] == [404, 404]
    assert browser_of(here.officer).get(INDEX).status_code == 404
    foreign = OCTOBER | {"office": str(here.office.public_id)}
    page = browser_of(there.supervisor).get(INDEX, foreign).content.decode()
    assert "Harbor Office" not in page
    person = OCTOBER | {"kind": "participant", "participant": str(here.person.public_id)}
    page = browser_of(there.supervisor).get(INDEX, person).content.decode()
    assert here.person.family_name not in page
    assert "There is no such participant." in page
    browser_of(there.supervisor).post(f"{INDEX}make/", person)
    assert Report.objects.count() == 1


def test_the_report_for_a_court_is_one_press_from_the_persons_file(
    here: Place, there: Place, browser_of: Browser
) -> None:
    file = reverse("admin:participants_participant_change", args=[here.person.public_id])
    link = reverse("console:reports:of_person", args=[here.person.public_id])
    assert link in browser_of(here.supervisor).get(file).content.decode()
    assert link not in browser_of(here.officer).get(file).content.decode()
    page = browser_of(here.supervisor).get(link)
    assert page.status_code == 200
    assert here.person.family_name in page.content.decode()
    for stranger in (here.officer, there.supervisor):
        assert browser_of(stranger).get(link).status_code == 404


def test_files_are_asked_for_made_and_downloaded_in_each_format(
    here: Place, browser_of: Browser
) -> None:
    client = browser_of(here.supervisor)
    asked = client.post(f"{INDEX}make/", OCTOBER | {"act": "make"})
    report = Report.objects.get()
    assert asked["Location"] == reverse("console:reports:one", args=[report.public_id])
    waiting = client.get(asked["Location"]).content.decode()
    assert '<noscript><meta http-equiv="refresh"' in waiting
    assert client.get(f"{asked['Location']}progress/").json() == {"state": "waiting", "progress": 0}
    job.make(report.pk, now=now())
    assert "Ready" in client.get(asked["Location"]).content.decode()
    for form in WRITERS:
        link = client.get(reverse("console:reports:download", args=[report.public_id, form]))
        answer = Client().get(link["Location"])
        assert answer.status_code == 200, form
        assert len(b"".join(answer)) > 500  # type: ignore[arg-type]
    manifest = client.get(f"{asked['Location']}manifest/").json()
    assert [file["format"] for file in manifest["files"]] == list(WRITERS)
    assert manifest["signature"].count(".") == 2


def test_a_report_can_be_made_every_month_and_no_more(here: Place, browser_of: Browser) -> None:
    client = browser_of(here.supervisor)
    client.post(f"{INDEX}make/", OCTOBER | {"act": "monthly"})
    schedule = Schedule.objects.get()
    assert "Made every month" in client.get(INDEX).content.decode()
    client.post(reverse("console:reports:end_schedule", args=[schedule.public_id]))
    assert "Made every month" not in client.get(INDEX).content.decode()


def test_a_wrong_form_says_what_is_wrong(here: Place, browser_of: Browser) -> None:
    page = browser_of(here.supervisor).get(INDEX, OCTOBER | {"last": "2026-09-01"})
    assert "The last day comes before the first." in page.content.decode()
    old = OCTOBER | {"first": "0001-01-01", "last": "0001-01-02"}
    page = browser_of(here.supervisor).get(INDEX, old)
    assert "There are no check-ins that old." in page.content.decode()


def test_the_pages_ask_little_of_the_database(
    here: Place, browser_of: Browser, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        made(here)
    client = browser_of(here.supervisor)
    for url in (
        INDEX,
        reverse("console:reports:one", args=[Report.objects.latest("pk").public_id]),
    ):
        with django_assert_max_num_queries(15):
            assert client.get(url).status_code == 200


def test_whoever_looks_at_figures_or_takes_a_manifest_is_in_the_audit_trail(
    here: Place, browser_of: Browser
) -> None:
    client = browser_of(here.supervisor)
    asked = {"language": "es", "technology": "gps", "group": "officer"}
    client.get(INDEX, OCTOBER | asked)
    entry = Entry.objects.get(verb="looked at figures")
    assert (entry.actor_id, entry.participant_id) == (here.supervisor.public_id, None)
    said = {"kind": "compliance", "from": "2026-10-01", "to": "2026-10-31"} | asked
    assert entry.facts == said | {"as_of": entry.facts["as_of"]}

    client.get(reverse("console:reports:of_person", args=[here.person.public_id]))
    entry = Entry.objects.filter(verb="looked at figures").latest("pk")
    assert entry.participant_id == here.person.public_id
    assert next(act.did for act in page_of(here.person, None)[0]) == (
        "Made or read a report about your check-ins"
    )
    assert here.person.family_name not in str(entry.facts)

    report = made(here)
    client.get(reverse("console:reports:manifest", args=[report.public_id]))
    entry = Entry.objects.get(verb="took the manifest of a report")
    assert (entry.actor_id, entry.object_id) == (here.supervisor.public_id, report.public_id)


def test_what_is_not_shown_leaves_no_line(here: Place, there: Place, browser_of: Browser) -> None:
    client = browser_of(there.supervisor)
    client.get(INDEX)
    client.get(INDEX, OCTOBER | {"office": str(here.office.public_id)})
    client.get(INDEX, OCTOBER | {"kind": "participants"})
    client.get(reverse("console:reports:manifest", args=[made(here).public_id]))
    browser_of(here.officer).get(INDEX, OCTOBER)
    assert not Entry.objects.filter(verb__in=["looked at figures", "took the manifest of a report"])


def test_a_usual_period_needs_no_dates(here: Place, browser_of: Browser) -> None:
    asked = {"kind": "compliance", "period": "last_year", "first": "", "last": ""}
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC)):
        html = browser_of(here.supervisor).get(INDEX, asked).content.decode()
    assert "2026-01-01 to 2026-12-31" in html
    page = browser_of(here.supervisor).get(INDEX, asked | {"period": ""})
    assert set(page.context["form"].errors) == {"first", "last"}


def test_one_participant_is_found_by_the_number_and_only_ones_own(
    here: Place, there: Place, browser_of: Browser
) -> None:
    asked = OCTOBER | {"a_number": f"A {here.person.a_number}"}
    for kind in ("compliance", "participant"):
        page = browser_of(here.supervisor).get(INDEX, asked | {"kind": kind})
        assert here.person.family_name in page.content.decode(), kind
    stranger = browser_of(there.supervisor).get(INDEX, asked).content.decode()
    assert "There is no such participant." in stranger
    assert here.person.family_name not in stranger
    nobody = browser_of(here.supervisor).get(INDEX, OCTOBER | {"kind": "participant"})
    assert "Choose the participant." in nobody.content.decode()
