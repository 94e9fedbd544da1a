"""Who asked for a report is told by e-mail and on the page of today that it is ready."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from casework.staff.models import User
from smartlink.reports import job, services, sweeps, telling
from smartlink.reports.models import Report
from tests import people
from tests.reports.conftest import Place, now, october

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _by_mail(settings: Any) -> None:
    settings.EMAIL_PROVIDER = "mail"


def made(here: Place) -> Report:
    report = services.ask(october(), ["csv"], by=here.supervisor, now=now())
    assert telling.tell_ready(now()) == 0, "not before there is something to tell"
    assert job.make(report.pk, now=now())
    report.refresh_from_db()
    return report


def test_the_letter_leads_to_the_report_once_and_says_no_figure(here: Place) -> None:
    report = made(here)
    at = now()
    assert [telling.tell_ready(at), telling.tell_ready(at + timedelta(hours=1))] == [1, 0]
    (letter,) = mail.outbox
    assert letter.to == [here.supervisor.email]
    assert reverse("console:reports:one", args=[report.public_id]) in letter.body
    assert "%" not in letter.body
    assert here.person.family_name not in letter.body
    report.refresh_from_db()
    assert (report.tell_at, report.told_at) == (None, at)


def test_a_monthly_report_is_told_like_any_other(here: Place) -> None:
    services.schedule_monthly(
        october(), by=here.supervisor, now=datetime(2026, 10, 20, 12, tzinfo=UTC)
    )
    at = datetime(2026, 11, 4, 12, tzinfo=UTC)
    (pk,) = sweeps.ask_scheduled(at)
    job.make(pk, now=at)
    assert telling.tell_ready(at) == len(mail.outbox) == 1


def test_a_mail_server_that_is_away_is_tried_again_for_a_day(here: Place, settings: Any) -> None:
    report = made(here)
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    at = now()
    assert telling.tell_ready(at) == 0
    settings.EMAIL_BACKEND = working
    assert telling.tell_ready(at + timedelta(minutes=1)) == 0, "not at once"
    assert telling.tell_ready(at + telling.AGAIN_AFTER) == 1
    Report.objects.filter(pk=report.pk).update(tell_at=at)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    telling.tell_ready(at + telling.GIVEN_UP_AFTER + timedelta(minutes=1))
    assert not Report.objects.filter(tell_at__isnull=False).exists(), "nor for ever"


def test_who_may_no_longer_see_it_is_not_told(here: Place) -> None:
    made(here)
    here.supervisor.offices.clear()
    assert telling.tell_ready(now()) == 0
    assert mail.outbox == []
    assert not Report.objects.filter(tell_at__isnull=False).exists()


def test_the_page_of_today_has_it_until_it_is_opened_and_only_for_its_maker(
    here: Place, there: Place, browser_of: Browser
) -> None:
    report = made(here)
    where = reverse("console:reports:one", args=[report.public_id])
    maker = browser_of(here.supervisor)
    assert where in maker.get(reverse("admin:index")).content.decode()
    others = [people.supervisor(here.office), here.officer, there.supervisor]
    for other in others:
        assert where not in browser_of(other).get(reverse("admin:index")).content.decode()
    assert browser_of(here.officer).get(where).status_code in {403, 404}
    assert browser_of(there.supervisor).get(where).status_code == 404
    services.note_download(report.files.get(), by=here.supervisor, now=now())
    assert where not in maker.get(reverse("admin:index")).content.decode()
