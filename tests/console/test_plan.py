"""The plan's page: every term, checked as a whole, looked at before it is saved."""

import re
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casework.audit.models import Entry
from casework.common import clock
from casework.participants.models import Participant
from casework.staff.models import Office, User
from checkins.models import Plan
from checkins.plans import PlanTerms, set_plan
from checkins.rules import EVERY_QUESTION
from tests import people
from tests.console.conftest import Browser

pytestmark = pytest.mark.django_db

PLAN = {
    "rate_per_week": "2", "window_minutes": "90", "method": "selfie", "from_hour": "08:00",
    "until_hour": "20:00", "liveness": "challenge", "questions": list(EVERY_QUESTION),
}  # fmt: skip
FULL = PLAN | {
    "rate_per_week": "3", "method": "choice", "starts_on": "2026-06-01", "ends_on": "2026-12-31",
    "gap_minutes": "60", "max_per_day": "2", "silence_days": "30", "questions": ["address"],
    "day_5": "own", "day_5_from": "10:00", "day_5_until": "00:00", "day_6": "none",
    "exclusion_0_kind": "work", "exclusion_0_days": ["0", "1"], "exclusion_0_from": "22:00",
    "exclusion_0_until": "06:00", "exclusion_2_kind": "worship", "exclusion_2_days": ["4"],
    "exclusion_2_from": "12:00", "exclusion_2_until": "14:00",
}  # fmt: skip


@pytest.fixture
def client(officer: User, browser_of: Browser) -> Client:
    return browser_of(officer)


def at(person: Participant) -> str:
    return reverse("console:plan", args=[person.public_id])


def send(client: Client, person: Participant, given: dict[str, Any], act: str) -> Any:
    return client.post(at(person), given | {"act": act})


def save(client: Client, person: Participant, given: dict[str, Any]) -> Any:
    """As a person does: see what changes, then save it."""
    shown = send(client, person, given, "check")
    if shown.status_code != 200:
        return shown
    return send(client, person, given | {"shown": shown.context["shown"]}, "save")


def test_every_term_is_taken_and_shown_again(client: Client, alice: Participant) -> None:
    assert save(client, alice, FULL).status_code == 302
    plan = Plan.objects.get()
    assert plan.day_hours == {"5": ["10:00", "24:00"], "6": None}
    assert plan.exclusions == [
        {"kind": "work", "days": [0, 1], "from": "22:00", "until": "06:00"},
        {"kind": "worship", "days": [4], "from": "12:00", "until": "14:00"},
    ]
    assert (plan.gap_minutes, plan.max_per_day, plan.silence_days) == (60, 2, 30)
    assert (str(plan.starts_on), str(plan.ends_on)) == ("2026-06-01", "2026-12-31")
    assert (plan.method, plan.questions, plan.paused) == ("choice", ["address"], False)
    again = {name: field.value() for name, field in _fields(client.get(at(alice)))}
    assert again["day_5"] == "own"
    assert f"{again['day_5_until']:%H:%M}" == "00:00"
    assert again["exclusion_1_days"] == ["4"]
    assert "nothing changes" in send(client, alice, FULL, "check").content.decode().lower()


def _fields(answer: Any) -> list[tuple[str, Any]]:
    form = answer.context["form"]
    return [(field.html_name, field) for field in form]


def test_a_change_is_shown_before_it_is_saved_and_written_down(
    client: Client, officer: User, alice: Participant
) -> None:
    set_plan(alice, PlanTerms(), by=officer, now=clock.now())
    before = Entry.objects.count()
    given = PLAN | {"rate_per_week": "3.5", "day_6": "none"}
    shown = send(client, alice, given, "check")
    said = [(one.label, one.before, one.after) for one in shown.context["changes"]]
    assert ("Check-ins a week, on average", "2", "3.5") in said
    assert ("Minutes to answer", "2 h", "1 h 30 min") in said
    assert ("Hours by weekday", "usual hours every day", "Sunday none") in said
    assert len(said) == 3
    assert (Plan.objects.get().window_minutes, Entry.objects.count()) == (120, before)
    other = given | {"rate_per_week": "5", "shown": shown.context["shown"]}
    assert send(client, alice, other, "save").status_code == 200  # that was not what was shown
    assert Plan.objects.get().rate_per_week == 2
    assert send(client, alice, given | {"shown": shown.context["shown"]}, "save").status_code == 302
    assert Plan.objects.get().rate_per_week == 3.5
    line = Entry.objects.filter(verb="changed the plan").first()
    assert line is not None
    assert line.facts["after"]["day_hours"] == "{'6': None}"
    assert line.facts["before"]["rate_per_week"] == "2.00"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"rate_per_week": "22"}, "rate_per_week"),
        ({"window_minutes": "5"}, "window_minutes"),
        ({"until_hour": "07:00"}, "until_hour"),
        ({"starts_on": "2026-06-02", "ends_on": "2026-06-01"}, "ends_on"),
        ({"silence_days": "2"}, "silence_days"),
        ({"rate_per_week": "21", "max_per_day": "1"}, "max_per_day"),
        ({"gap_minutes": "5000"}, "gap_minutes"),
        ({"day_2": "own", "day_2_from": "12:00"}, "day_2"),
        ({"day_2": "own", "day_2_from": "12:00", "day_2_until": "11:00"}, "day_2"),
        ({"exclusion_0_kind": "work", "exclusion_0_from": "09:00"}, "exclusion_0_kind"),
        ({"exclusion_0_days": ["1"]}, "exclusion_0_kind"),
        ({"liveness": "none", "liveness_reason": "A tremor."}, "liveness"),
        ({"location": "on", "location_reason": "As ordered."}, "location"),
        ({"questions": ["shoe size"]}, "questions"),
        ({f"day_{day}": "none" for day in range(7)}, "from_hour"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_at_its_field_and_nothing_is_saved(
    client: Client, alice: Participant, wrong: dict[str, Any], field: str
) -> None:
    answer = send(client, alice, PLAN | wrong, "save")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Plan.objects.exists()


def test_several_mistakes_are_said_at_once(client: Client, alice: Participant) -> None:
    wrong = {"until_hour": "07:00", "silence_days": "1", "max_per_day": "99", "location": "on"}
    answer = send(client, alice, PLAN | wrong, "check")
    assert set(answer.context["form"].errors) == set(wrong)


def test_the_month_is_made_up_each_time_anew_and_no_key_is_read(
    client: Client, alice: Participant
) -> None:
    """Neither keys nor planned check-ins are asked for: what is shown cannot come from them."""
    months = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            answer = send(client, alice, PLAN | {"rate_per_week": "14"}, "preview")
        months.append(answer.context["preview"]["month"].days)
        assert not [sql for sql in asked if "drawkey" in str(sql) or "planned_for" in str(sql)]
    assert months[0] != months[1]
    assert 30 < sum(map(len, months[0])) < 90
    assert "Not a real time among them." in answer.content.decode()
    assert not Plan.objects.exists()


def test_the_month_keeps_the_hours_that_are_filled_in(client: Client, alice: Participant) -> None:
    given = PLAN | {"rate_per_week": "7", "day_6": "none", "day_0": "own",
                    "day_0_from": "18:00", "day_0_until": "19:00"}  # fmt: skip
    preview = send(client, alice, given, "preview").context["preview"]
    for number, day in enumerate(preview["month"].days):
        if number % 7 == 6:
            assert day == []
        if number % 7 == 0:
            assert all(18 * 3600 <= second < 19 * 3600 for second in day)
    assert preview["month"].index <= 1.5


def test_a_supervisor_authorises_a_location_and_an_officer_may_only_end_it(
    client: Client, office: Office, alice: Participant, browser_of: Browser
) -> None:
    boss = people.supervisor(office)
    ordered = PLAN | {"location": "on", "location_reason": "Ordered by the court."}
    assert "Your role cannot switch it on." in client.get(at(alice)).content.decode()
    nothing = PLAN | {"location": "on"}
    unexplained = send(browser_of(boss), alice, nothing, "check")
    assert list(unexplained.context["form"].errors) == ["location_reason"]
    assert save(browser_of(boss), alice, ordered).status_code == 302
    assert Plan.objects.get().location_authorised_by == boss
    kept = ordered | {"window_minutes": "45"}
    assert save(client, alice, kept).status_code == 302
    assert Plan.objects.get().location_authorised_by == boss
    reworded = ordered | {"location_reason": "Because."}
    assert list(send(client, alice, reworded, "check").context["form"].errors) == ["location"]
    assert save(client, alice, PLAN).status_code == 302
    plan = Plan.objects.get()
    assert (plan.location, plan.location_reason, plan.location_authorised_by) == (False, "", None)


def test_the_database_takes_no_location_without_reason_and_authoriser(
    officer: User, alice: Participant
) -> None:
    set_plan(alice, PlanTerms(), by=officer, now=clock.now())
    rows = Plan.objects.filter(participant=alice)
    for facts in (
        {"location": True},
        {"location": True, "location_reason": "x"},
        {"location": True, "location_authorised_by": officer},
        {"location_authorised_by": officer},
    ):
        with pytest.raises(IntegrityError, match="authorised"), transaction.atomic():
            rows.update(**facts)


def test_only_a_supervisor_waives_liveness(
    client: Client, office: Office, alice: Participant, browser_of: Browser
) -> None:
    waived = PLAN | {"liveness": "none", "liveness_reason": "Cannot turn the head."}
    refused = save(client, alice, waived)
    assert refused.status_code == 422
    assert "Cannot turn the head." in refused.content.decode()
    assert save(browser_of(people.supervisor(office)), alice, waived).status_code == 302
    assert Plan.objects.get().liveness == "none"


def test_the_page_is_whole_without_javascript(client: Client, alice: Participant) -> None:
    page = client.get(at(alice)).content.decode()
    form = page[page.index('class="plan-form"') :]
    assert not re.search(r"on(click|change|submit)=", form)
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', page))
    fields = set(
        re.findall(r'<(?:input|select|textarea)(?![^>]*hidden)[^>]* id="(id_[^"]+)"', form)
    )
    assert fields <= labelled
