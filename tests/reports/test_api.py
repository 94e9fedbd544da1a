"""`reports/`: asked for with POST, polled with GET, scoped like the pages."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from casework.audit.models import Entry
from smartlink.reports import job
from smartlink.reports.models import Report
from tests.api.conftest import V1, client_of
from tests.reports.conftest import Place, now

pytestmark = pytest.mark.django_db
OCTOBER = {"kind": "compliance", "date_from": "2026-10-01", "date_to": "2026-10-31"}


@pytest.fixture(autouse=True)
def fresh_throttles() -> None:
    cache.clear()


def ask(by: Any, **kw: Any) -> Any:
    return client_of(by).post(f"{V1}reports/", OCTOBER | kw)


def test_a_report_is_asked_for_polled_and_fetched_by_a_link(here: Place) -> None:
    asked = ask(here.supervisor, format="csv")
    assert asked.status_code == 202, asked.json()
    at = asked["Location"]
    assert (asked.json()["state"], asked.json()["progress"]) == ("waiting", 0)
    assert asked.json()["file"] is None
    job.make(Report.objects.get().pk, now=now())
    ready = client_of(here.supervisor).get(at).json()
    assert (ready["state"], ready["progress"]) == ("ready", 100)
    assert [file["format"] for file in ready["files"]] == ["csv"]
    path = "/" + ready["file"].split("/", 3)[3]
    answer = Client().get(path)
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == (
        'attachment; filename="smartlink-compliance-2026-10-01-2026-10-31.csv"'
    )
    assert answer["Cache-Control"] == "private, no-store"
    assert b"Harbor Office,12,9," in b"".join(answer)  # type: ignore[arg-type]
    entry = Entry.objects.get(verb="downloaded a report")
    assert entry.actor_id == here.supervisor.public_id
    assert entry.facts == {"format": "csv", "sha256": ready["files"][0]["sha256"]}
    assert Client().get(path[:-4] + "abc/").status_code == 404


def test_for_another_office_nothing_of_it_exists(here: Place, there: Place) -> None:
    at = ask(here.supervisor)["Location"]
    for stranger in (there.supervisor, here.officer):
        assert client_of(stranger).get(at).status_code == 404
        assert client_of(stranger).post(f"{at}cancel/").status_code == 404
    assert client_of(there.supervisor).get(f"{V1}reports/").json()["count"] == 0
    assert client_of(here.officer).get(f"{V1}reports/").status_code == 404
    assert ask(here.officer).status_code == 404
    assert ask(there.supervisor, office=str(here.office.public_id)).status_code == 404
    assert (
        ask(
            there.supervisor, kind="participant", participant=str(here.person.public_id)
        ).status_code
        == 404
    )
    assert client_of(here.supervisor).get(f"{V1}reports/").json()["count"] == 1


def test_it_can_be_given_up_once(here: Place) -> None:
    at = ask(here.supervisor)["Location"]
    given_up = client_of(here.supervisor).post(f"{at}cancel/")
    assert (given_up.status_code, given_up.json()["state"]) == (200, "cancelled")
    assert client_of(here.supervisor).post(f"{at}cancel/").status_code == 409


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"date_to": "2026-09-01"}, "last"),
        ({"date_from": "2020-01-01"}, "first"),
        ({"date_from": "2090-01-01", "date_to": "2090-01-02"}, "first"),
        ({"kind": "participant"}, "participant"),
        ({"kind": "draws", "date_from": "2026-08-01"}, "first"),
        ({"format": "doc"}, "format"),
        ({"kind": "gossip"}, "kind"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_reason(
    here: Place, wrong: dict[str, str], field: str
) -> None:
    refused = ask(here.supervisor, **wrong)
    assert refused.status_code in {400, 422}
    assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert Report.objects.count() == 0
