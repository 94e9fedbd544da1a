"""The face comparison's limits on the staff site: figures beside figures, two presses to use."""

import pytest
from django.test import Client

from casework.staff.models import Office, User
from checkins import calibrations
from checkins.models import Calibration, CalibrationUse
from tests import people
from tests.console.conftest import Browser

pytestmark = pytest.mark.django_db
LIST = "/staff/calibrations/"
REASON = "measured on photos of our own phones"


@pytest.fixture
def boss() -> User:
    return people.administrator()


@pytest.fixture
def client(boss: User, browser_of: Browser) -> Client:
    return browser_of(boss)


@pytest.fixture
def row(boss: User) -> Calibration:
    return people.calibration(people.administrator(), match_at_single=0.0712)


def page_of(row: Calibration) -> str:
    return f"{LIST}{row.public_id}/"


def in_use() -> list[Calibration]:
    uses = CalibrationUse.objects.filter(until_at__isnull=True)
    return [use.calibration for use in uses]


def test_the_list_says_what_is_in_use_and_how_far_any_may_go(
    client: Client, row: Calibration
) -> None:
    page = client.get(LIST).content.decode()
    assert page.count("The shipped limits") == 2
    assert "0.0740" in page
    assert "0.0712" in page
    assert row.version in page
    assert "0.75 in 1,000" in page
    assert "beyond 0.641 with one photo and 0.620" in page


def test_the_figures_stand_beside_those_in_use(client: Client, row: Calibration) -> None:
    page = client.get(page_of(row)).content.decode()
    assert page.index("0.0712") < page.index("0.0740"), "this one, then what is in use"
    assert "stricter" in page
    assert "looser" not in page
    assert "0.20 to 2.20" in page
    assert page.count("3 of 4,000") == 2 * 3 * 2, "its own rates and those of the limits before"


def test_it_takes_two_presses_and_a_reason(client: Client, boss: User, row: Calibration) -> None:
    url = page_of(row)
    assert client.post(url, {"reason": "  "}).status_code == 422
    asked = client.post(url, {"reason": REASON})
    assert asked.status_code == 200
    assert "would replace the shipped limits" in asked.content.decode()
    assert REASON in asked.content.decode()
    assert in_use() == []
    done = client.post(url, {"reason": REASON, "instead_of": "shipped"}, follow=True)
    assert "In use. Workers follow within seconds." in done.content.decode()
    use = CalibrationUse.objects.get()
    assert (use.calibration, use.by, use.reason) == (row, boss, REASON)


def test_when_something_else_came_into_use_between_the_presses_it_is_asked_again(
    client: Client, boss: User, row: Calibration
) -> None:
    quicker = people.calibration(people.administrator())
    calibrations.activate(quicker, by=boss, now=quicker.made_at, reason=REASON, instead_of=None)
    asked = client.post(page_of(row), {"reason": REASON, "instead_of": "shipped"})
    assert asked.status_code == 200
    assert f"would replace {quicker.version}" in asked.content.decode()
    assert in_use() == [quicker]
    client.post(page_of(row), {"reason": REASON, "instead_of": quicker.version})
    assert in_use() == [row]


def test_going_back_to_the_shipped_limits(client: Client, boss: User, row: Calibration) -> None:
    calibrations.activate(row, by=boss, now=row.made_at, reason=REASON, instead_of=None)
    assert "Stop using it" in client.get(page_of(row)).content.decode()
    client.post(page_of(row), {"reason": "odd results"})
    assert in_use() == [row]
    client.post(page_of(row), {"reason": "odd results", "instead_of": row.version})
    assert in_use() == []
    assert "odd results" in client.get(page_of(row)).content.decode()


def test_who_proposed_it_reads_whom_it_waits_for(client: Client, boss: User) -> None:
    other = people.administrator()
    mine = people.calibration(boss)
    page = client.get(page_of(mine)).content.decode()
    assert "Waits for another administrator" in page
    assert str(other) in page
    assert "Put to use" not in page
    client.post(page_of(mine), {"reason": REASON, "instead_of": "shipped", "alone_reason": "x"})
    assert in_use() == []


def test_the_only_administrator_is_asked_how_it_was_checked(client: Client, boss: User) -> None:
    mine = people.calibration(boss)
    page = client.get(page_of(mine)).content.decode()
    assert "there is no other administrator" in page
    refused = client.post(page_of(mine), {"reason": REASON, "instead_of": "shipped"})
    assert (refused.status_code, in_use()) == (422, [])
    sent = {"reason": REASON, "instead_of": "shipped", "alone_reason": "read with the vendor"}
    done = client.post(page_of(mine), sent, follow=True).content.decode()
    assert in_use() == [mine]
    assert "the only administrator, who had proposed it: read with the vendor" in done


def test_supervisors_read_and_officers_do_not_know(
    office: Office, officer: User, row: Calibration, browser_of: Browser
) -> None:
    reader = browser_of(people.supervisor(office))
    page = reader.get(page_of(row)).content.decode()
    assert "0.0712" in page
    assert "Put to use" not in page
    reader.post(page_of(row), {"reason": REASON, "instead_of": "shipped"})
    assert in_use() == []
    for url in (LIST, page_of(row)):
        assert browser_of(officer).get(url).status_code == 404


def test_a_long_list_asks_few_questions(
    client: Client, boss: User, django_assert_max_num_queries: object
) -> None:
    for _ in range(25):
        people.calibration(people.administrator())
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        page = client.get(LIST).content.decode()
    assert "?p=2" in page
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        client.get(page_of(Calibration.objects.first()))
