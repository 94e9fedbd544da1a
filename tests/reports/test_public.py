"""The public page: off unless switched on, and nothing small on it."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.reports.conftest import Place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    cache.clear()


def test_it_does_not_exist_unless_the_operator_switches_it_on(here: Place) -> None:
    assert Client().get("/statistics/").status_code == 404


def test_it_shows_months_and_regions_and_names_nobody(
    here: Place, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime

    from casework.common import clock

    settings.PUBLIC_STATISTICS = True
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 20, tzinfo=UTC))
    page = Client().get("/statistics/")
    html = page.content.decode()
    assert page.status_code == 200
    assert '<th scope="row">2026-10</th><td>12</td><td>9</td>' in html
    assert "81.8 %" in html
    assert here.person.family_name not in html
    assert here.officer.full_name not in html


def test_a_month_of_fewer_than_ten_is_not_on_it(
    here: Place, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime

    from casework.common import clock
    from checkins.models import CheckIn

    CheckIn.objects.filter(pk__in=[one.pk for one in here.asked[:4]]).update(
        issued_at=None, state="planned"
    )
    settings.PUBLIC_STATISTICS = True
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 20, tzinfo=UTC))
    assert "2026-10</th>" not in Client().get("/statistics/").content.decode()
