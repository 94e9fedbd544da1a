"""Planned times are nobody's to see: every address is opened by everybody, and searched."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from casework.audit.models import Entry
from casework.common import clock
from casework.participants.models import Participant
from casework.staff.models import User
from casework.staff.services import give_token
from checkins import sweeps
from checkins.models import CheckIn, DrawKey, Plan
from smartlink.portal.sessions import COOKIE
from tests import people
from tests.scheduling.days import DAY, drawn, under_supervision, utc

pytestmark = pytest.mark.django_db

# No page has another reason to name this year, or that many days.
PLANNED = utc(2033, 7, 19, 3, 47) + timedelta(seconds=29)
GIVEN_UP = utc(2033, 8, 2, 4, 53)
# Shows made-up times, which may be the same by chance; holds no `planned_for` (its own test).
MADE_UP = ("/plan/",)


class World:
    """One person with a check-in that is planned, one that was given up, and one that is open."""

    def __init__(self) -> None:
        office = people.office()
        self.officer = people.officer(office)
        self.staff = [self.officer, people.supervisor(office), people.administrator()]
        self.person = people.participant(self.officer)
        self.token = people.accepted_invite(self.person, self.officer).token
        Plan.objects.create(participant=self.person, updated_at=clock.now())
        self.open = people.open_check_in(self.person, self.officer)
        self.secret = [self._planned(PLANNED, "planned"), self._planned(GIVEN_UP, "cancelled")]

    def _planned(self, at: datetime, state: str) -> CheckIn:
        return CheckIn.objects.create(
            participant=self.person, origin="drawn", method="selfie", liveness="none",
            state=state, created_at=clock.now(), planned_for=at, draw_day=at.date(),
            draw_sequence=1000,
        )  # fmt: skip

    def addresses(self, patterns: Any, before: str = "/") -> Iterator[str]:
        """Every address, its blanks filled with whatever might open something."""
        for entry in patterns:
            route = before + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from self.addresses(entry.url_patterns, route)
            elif isinstance(entry, URLPattern):
                yield from self._filled(route)

    def _filled(self, route: str) -> Iterator[str]:
        route = re.sub(r"\^|\$|\(\?P.*", "", route)
        named = {"participant_id": [self.person], "check_in_id": [self.open, self.secret[0]]}
        blanks = re.findall(r"<(?:\w+:)?(\w+)>", route)
        if not blanks:
            yield route
            return
        for row in named.get(blanks[0], [self.open, self.secret[0]]):
            yield re.sub(r"<[^>]+>", str(row.public_id), route)

    def told(self) -> re.Pattern[str]:
        """All that would give a planned time away."""
        now, signs = clock.now(), {str(row.public_id) for row in self.secret}
        for at in (PLANNED, GIVEN_UP):
            days = (at - now).days
            signs |= {f"{days} days", f"{days - 1} days", str(int(at.timestamp()))}
        # The year, unless within an id, where any four digits come by chance.
        return re.compile("|".join([r"(?<![0-9a-f])2033", *map(re.escape, sorted(signs))]))

    def clocks(self) -> re.Pattern[str]:
        zones = ("UTC", "America/New_York", str(self.person.timezone))
        local = {at.astimezone(ZoneInfo(zone)) for at in (PLANNED, GIVEN_UP) for zone in zones}
        return re.compile("|".join(sorted(f"{at:%H:%M}" for at in local)))


@pytest.fixture
def world() -> World:
    cache.clear()
    return World()


def leaks(world: World, browser: Client, addresses: Iterator[str], **headers: str) -> list[str]:
    """The addresses whose answer gives a planned time away."""
    found, opened = [], 0
    for address in addresses:
        answer = browser.get(address, headers=headers)
        opened += answer.status_code == 200
        body = b"".join(answer) if answer.streaming else answer.content
        said = f"{body.decode('utf-8', 'replace')} {answer.headers}"
        said = said.replace(answer.headers.get("X-Request-ID", "none"), "")
        said = re.sub(r"expires=[^;]+", "", said)  # of a cookie: our own clock, to the second
        for asked in re.findall(r"[0-9a-f-]{36}", address):
            said = said.replace(asked, "")  # what was asked for may come back
        clocks = world.clocks() if not address.endswith(MADE_UP) else None
        if world.told().search(said) or (clocks is not None and clocks.search(said)):
            found.append(address)
        cache.clear()  # of throttles
    assert opened > 1
    return found


def staff_addresses(world: World) -> Iterator[str]:
    for address in world.addresses(get_resolver().url_patterns):
        if address.startswith("/staff/") and "logout" not in address:
            yield address


@pytest.mark.parametrize("role", [0, 2], ids=["officer", "administrator"])
def test_no_staff_page_tells_a_planned_time(world: World, role: int) -> None:
    browser = Client(raise_request_exception=False)
    browser.force_login(world.staff[role])
    assert leaks(world, browser, staff_addresses(world)) == []


def test_no_api_address_tells_a_planned_time(world: World) -> None:
    tokens = [give_token(user, now=clock.now()) for user in world.staff] + [world.token]
    for token in tokens:
        addresses = (
            address
            for address in world.addresses(get_resolver().url_patterns)
            if address.startswith("/api/")
        )
        found = leaks(world, Client(), addresses, authorization=f"Bearer {token}")
        assert found == []


def test_no_page_of_the_person_or_the_public_tells_a_planned_time(world: World) -> None:
    signed_in, anybody = Client(), Client()
    signed_in.cookies[COOKIE] = world.token
    for browser in (signed_in, anybody):
        addresses = (
            address
            for address in world.addresses(get_resolver().url_patterns)
            if not address.startswith(("/staff/", "/api/", "/metrics", "/healthz", "/demo"))
        )
        assert leaks(world, browser, addresses) == []


def test_the_search_would_find_a_leak(world: World) -> None:
    browser = Client()
    browser.force_login(world.staff[2])
    CheckIn.objects.filter(pk=world.open.pk).update(deadline_at=PLANNED)
    lists = (one for one in staff_addresses(world) if "checkin" in one or "check-ins" in one)
    assert leaks(world, browser, lists)


def audited(user: User, person: Participant) -> Any:
    browser = Client()
    browser.force_login(user)
    return browser.get(reverse("console:draws", args=[person.public_id]))


def test_an_auditor_sees_planned_times_once_the_key_of_their_day_is_shown() -> None:
    start = utc(2026, 6, 10, 6)
    office = people.office()
    officer, auditor = people.officer(office), people.administrator()
    person = under_supervision(officer, at=start, rate_per_week=21)
    sweeps.draw_ahead(start)
    rows = drawn(person)
    assert rows
    with clock.shifted(start + 3 * DAY - clock.now()):
        before = audited(auditor, person)
        assert before.context["rows"] == []
        sweeps.turn_keys(start + 4 * DAY)
        sweeps.issue_due(start + 4 * DAY)  # too late: given up, with the reason
        after = audited(auditor, person)
    shown = [row.planned_for for row, _delay in after.context["rows"]]
    over = DrawKey.objects.filter(revealed_at__isnull=False).values("day")
    known = CheckIn.objects.filter(draw_day__in=over, draw_sequence__isnull=False)
    assert sorted(shown) == sorted(known.values_list("planned_for", flat=True)) != []
    assert "its time had passed" in after.content.decode()
    assert Entry.objects.filter(verb="audited the draws", actor_id=auditor.public_id).count() == 2
    for user in (officer, people.supervisor(office)):
        assert audited(user, person).status_code == 404
