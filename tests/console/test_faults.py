"""Our faults on the staff site: who sees, enters and closes them, and what that does."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from casework.audit.models import Entry
from casework.common import clock
from casework.common.actors import SYSTEM
from casework.faults import services
from casework.faults.models import Fault
from casework.faults.rules import Kind
from casework.participants.models import Participant
from casework.staff.models import Office, User
from checkins import lifecycle, sweeps
from checkins.models import CheckIn
from tests import people
from tests.console.conftest import Browser

pytestmark = pytest.mark.django_db
LIST, ENTER = "/staff/faults/", "/staff/faults/enter/"
ZONE = ZoneInfo("America/Los_Angeles")
REASON = "The county lost its power."


@pytest.fixture
def office() -> Office:
    return people.office(timezone=ZONE)


@pytest.fixture
def boss(office: Office) -> User:
    return people.supervisor(office)


@pytest.fixture
def client(boss: User, browser_of: Browser) -> Client:
    return browser_of(boss)


def minutes_ago(number: float) -> datetime:
    return (clock.now() - timedelta(minutes=number)).replace(second=0, microsecond=0)


def wall(at: datetime) -> str:
    """As the browser's field sends it: the time on the office's wall."""
    return f"{at.astimezone(ZONE):%Y-%m-%dT%H:%M}"


def said(from_: datetime, until: datetime | None = None, **more: str) -> dict[str, str]:
    ended = wall(until) if until else ""
    given = {"kind": "other", "opened_at": wall(from_), "closed_at": ended, "reason": REASON}
    return given | more


def on(since: float = 30, kind: Kind = Kind.WEB, **kw: object) -> Fault:
    at = minutes_ago(since)
    return services.open_fault(kind, at, "silent", by=SYSTEM, now=at, **kw)  # type: ignore[arg-type]


def close_page(fault: Fault) -> str:
    return reverse("console:close_fault", args=[fault.public_id])


@pytest.fixture
def missed(alice: Participant, officer: User) -> CheckIn:
    """Shown to Alice five hours ago, and not answered in its time."""
    then = minutes_ago(300)
    check_in = people.open_check_in(alice, officer, now=then)
    lifecycle.mark_delivered(check_in, now=then)
    check_in.refresh_from_db()
    assert check_in.deadline_at is not None
    sweeps.close_overdue(check_in.deadline_at)
    check_in.refresh_from_db()
    assert check_in.state == "missed"
    return check_in


# --- who may -----------------------------------------------------------------------------------


def test_officers_read_the_ledger_and_write_nothing(officer: User, browser_of: Browser) -> None:
    fault = on()
    browser = browser_of(officer)
    page = browser.get(LIST).content.decode()
    assert "silent" in page
    assert ENTER not in page
    assert close_page(fault) not in page
    for url in (ENTER, close_page(fault)):
        assert browser.get(url).status_code == 404
        assert browser.post(url, said(minutes_ago(5))).status_code == 404
    assert Fault.objects.get().closed_at is None


def test_supervisors_and_administrators_enter_and_close(boss: User, browser_of: Browser) -> None:
    for user in (boss, people.administrator(offices=[boss.offices.get()])):
        browser = browser_of(user)
        assert browser.post(ENTER, said(minutes_ago(5))).status_code == 302
        fault = Fault.objects.open().get()
        assert (fault.opened_by_id, fault.opened_by_name) == (user.public_id, user.full_name)
        assert close_page(fault) in browser.get(LIST).content.decode()
        assert browser.post(close_page(fault), {}).status_code == 302
        assert not Fault.objects.open().exists()


def test_signed_out_there_is_only_the_sign_in() -> None:
    fault = on()
    assert Client().get(LIST).headers["Location"].startswith("/staff/login/")
    for url in (ENTER, close_page(fault)):
        assert Client().post(url, {}).headers["Location"].startswith("/staff/login/")
    assert Fault.objects.open().count() == 1


# --- the list ------------------------------------------------------------------------------------


def test_what_is_on_comes_first_then_the_newest(client: Client) -> None:
    now = clock.now()
    for since, name in ((50, "older"), (20, "newer")):
        span = (minutes_ago(since), minutes_ago(since - 5))
        services.record_past_fault(Kind.NOTICES, span, name, by=SYSTEM, now=now)
    on(60 * 24)
    page = client.get(LIST).content.decode()
    assert page.index("silent") < page.index("newer") < page.index("older")
    only_on = client.get(f"{LIST}?show=on").content.decode()
    assert "silent" in only_on
    assert "newer" not in only_on
    assert "silent" not in client.get(f"{LIST}?show=over").content.decode()
    assert "silent" not in client.get(f"{LIST}?kind=notices").content.decode()
    assert "newer" in client.get(f"{LIST}?kind=none-such&p=x").content.decode()


def test_a_long_ledger_has_pages_that_keep_the_choice(client: Client) -> None:
    now = clock.now()
    for number in range(30):
        span = (minutes_ago(100 + number), minutes_ago(100))
        services.record_past_fault(Kind.WEB, span, f"fault-{number:02d}.", by=SYSTEM, now=now)
    first = client.get(f"{LIST}?show=over").content.decode()
    assert "fault-00." in first
    assert "fault-29." not in first
    assert "?p=2&amp;show=over" in first
    assert "fault-29." in client.get(f"{LIST}?show=over&p=2").content.decode()


def test_times_are_the_readers(client: Client) -> None:
    fault = on()
    local = fault.opened_at.astimezone(ZONE)
    assert f"{local:%H:%M %Z}" in client.get(LIST).content.decode()


def test_today_tells_of_a_fault_only_while_it_is_on(officer: User, browser_of: Browser) -> None:
    browser = browser_of(officer)
    words = "Faults of ours that are on"
    assert words not in browser.get("/staff/").content.decode()
    fault = on()
    page = browser.get("/staff/").content.decode()
    assert words in page
    assert "Web pages" in page
    assert "Nothing needs you now" not in page
    now = clock.now()
    services.close_fault(fault, now, by=SYSTEM, now=now)
    assert words not in browser.get("/staff/").content.decode()


# --- entering ------------------------------------------------------------------------------------


def test_the_time_on_the_offices_wall_is_stored_and_leaves_a_trace(
    client: Client, boss: User
) -> None:
    start = minutes_ago(40)
    client.post(ENTER, said(start))
    fault = Fault.objects.get()
    assert (fault.kind, fault.opened_at, fault.reason) == ("other", start, REASON)
    line = Entry.objects.get(object_type="fault")
    assert (line.verb, line.object_id, line.actor_id) == (
        "opened a fault",
        fault.public_id,
        boss.public_id,
    )
    assert line.facts == {"kind": "other", "opened_at": start.isoformat()}
    assert client.post(close_page(fault), {"reason": "Power is back."}).status_code == 302
    assert Entry.objects.filter(verb="closed a fault", object_id=fault.public_id).count() == 1
    assert "Power is back." in client.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (said(minutes_ago(5), reason="  "), "This field is required."),
        (said(minutes_ago(-60)), "A fault cannot begin in the future."),
        (said(minutes_ago(60), minutes_ago(90)), "A fault cannot end before it begins."),
        (said(minutes_ago(60), minutes_ago(-90)), "A fault cannot end in the future."),
        (said(minutes_ago(5), kind="weather"), "Select a valid choice."),
        (said(minutes_ago(5), opened_at="soon"), "Enter a valid date/time."),
        (said(minutes_ago(5), opened_at="0001-01-01T00:00"), "too far in the past"),
        (said(minutes_ago(5), opened_at="2026-03-08T02:30"), "may not exist"),
        (said(minutes_ago(5), opened_at=""), "This field is required."),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(
    client: Client, given: dict[str, str], told: str
) -> None:
    answer = client.post(ENTER, given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert given["reason"].strip() in page
    assert not Fault.objects.exists()
    assert not Entry.objects.filter(object_type="fault").exists()


def test_the_same_fault_is_not_on_twice_by_hand(client: Client) -> None:
    on(kind=Kind.OTHER)
    assert client.post(ENTER, said(minutes_ago(5))).status_code == 302
    again = client.post(ENTER, said(minutes_ago(4)))
    assert again.status_code == 422
    assert "Such a fault is on already" in again.content.decode()
    assert client.post(ENTER, said(minutes_ago(9), minutes_ago(8))).status_code == 302


def test_a_past_fault_says_whom_it_excuses_before_it_does(
    client: Client, boss: User, missed: CheckIn
) -> None:
    given = said(minutes_ago(299), minutes_ago(290))
    asked = client.post(ENTER, given)
    assert asked.status_code == 200
    assert "It would excuse 1 missed check-in." in asked.content.decode()
    assert REASON in asked.content.decode()
    assert not Fault.objects.exists()
    assert not Entry.objects.filter(object_type="fault").exists()
    done = client.post(ENTER, given | {"sure": "1"}, follow=True)
    assert "excused, in your name, within a minute" in done.content.decode()
    assert Entry.objects.get(object_type="fault").verb == "recorded a past fault"
    sweeps.heed_faults(clock.now())
    missed.refresh_from_db()
    event = missed.events.last()
    assert (missed.state, event.actor_id) == ("excused", boss.public_id)


def test_a_past_fault_beside_every_window_asks_nothing_and_excuses_nobody(
    client: Client, missed: CheckIn
) -> None:
    assert client.post(ENTER, said(minutes_ago(400), minutes_ago(390))).status_code == 302
    sweeps.heed_faults(clock.now())
    missed.refresh_from_db()
    assert missed.state == "missed"


# --- closing -------------------------------------------------------------------------------------


def test_closing_may_be_told_when_it_ended(client: Client) -> None:
    fault = on(30)
    early = client.post(close_page(fault), {"closed_at": wall(minutes_ago(60))})
    assert early.status_code == 422
    assert "A fault cannot end before it begins." in early.content.decode()
    end = minutes_ago(10)
    assert client.post(close_page(fault), {"closed_at": wall(end)}).status_code == 302
    fault.refresh_from_db()
    assert fault.closed_at == end


def test_who_comes_too_late_is_told_so(client: Client, boss: User) -> None:
    fault = on(30)
    end = minutes_ago(10)
    services.close_fault(fault, end, by=SYSTEM, now=end)
    answer = client.post(close_page(fault), {"reason": "mine"})
    assert answer.status_code == 422
    assert "This fault is closed already." in answer.content.decode()
    fault.refresh_from_db()
    assert (fault.closed_at, fault.closing_reason) == (end, "")
    assert not Entry.objects.filter(object_type="fault").exists()
    assert "Close it" not in client.get(close_page(fault)).content.decode()
