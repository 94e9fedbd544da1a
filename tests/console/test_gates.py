"""Who may open which page: every address of the staff site, tried by everyone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from casework.common import clock
from casework.hearings.appointments import Terms, arrange
from casework.hearings.models import Court
from casework.hearings.services import enter
from casework.staff.models import User
from checkins import lifecycle
from checkins.lifecycle import Finding, NewAttempt
from checkins.models import Attempt, ReferencePhoto
from checkins.references import add_reference_photo
from checkins.verification.codes import Reason, Result
from tests import people
from tests.fake_engine import picture

pytestmark = pytest.mark.django_db

# Gated by the model's permissions and rows inside Django's own view.
BY_MODEL = {"autocomplete", "auth_user_password_change", "app_list", "view_on_site"}
# Django's own: sign-in, sign-out, the translations of its scripts. They show nobody's data.
OPEN_TO_ALL = {"login", "jsi18n"}
OWN_ACCOUNT = {"logout", "password_change", "password_change_done", "search", "index"}
# Pages that only some roles have; a role without them must not even learn that they exist.
SUPERVISORS = {
    "console:assign",
    "console:hold",
    "console:copies",
    "admin:audit_entry_changelist",
    "admin:audit_entry_change",
}


class World:
    """One participant with everything a page can show, and everyone who might look."""

    def __init__(self) -> None:
        now = clock.now()
        self.office, self.elsewhere = people.office(), people.office()
        self.officer = people.officer(self.office)
        self.other_officer = people.officer(self.office)
        self.supervisor = people.supervisor(self.office)
        self.supervisor_elsewhere = people.supervisor(self.elsewhere)
        self.administrator = people.administrator()
        self.person = people.participant(self.officer)
        self.reference = add_reference_photo(
            self.person, picture("alice"), ".jpg", by=self.officer, now=now
        )
        self.check_in = people.open_check_in(self.person, self.officer)
        self.attempt = in_review(self.check_in)
        court = Court.objects.create(name="Court of tests")
        self.hearing = enter(
            self.person, {"court": court, "starts_at": now}, by=self.officer, now=now
        )

        terms = Terms("office_visit", now + timedelta(days=1), self.office.timezone)
        self.visit = arrange(self.person, terms, by=self.officer, now=now)

    def pages(self) -> Iterator[tuple[str, str]]:
        """Each page of this person's file: name and address."""
        for name in ("request", "invite", "plan", "photos", "photo_tiles", "edit", "add_hearing",
                     "add_appointment", "enrol_person", "enrol_photos", "enrol_plan", "assign",
                     "hold", "copies"):  # fmt: skip
            yield f"console:{name}", reverse(f"console:{name}", args=[self.person.public_id])
        yield (
            "admin:file",
            reverse("admin:participants_participant_change", args=[self.person.public_id]),
        )
        for name in ("hearing", "hearing_result"):
            yield f"console:{name}", reverse(f"console:{name}", args=[self.hearing.public_id])
        yield "console:appointment", reverse("console:appointment", args=[self.visit.public_id])
        for name in ("review", "check_in"):
            yield f"console:{name}", reverse(f"console:{name}", args=[self.check_in.public_id])
        yield (
            "console:reference_photo",
            reverse("console:reference_photo", args=[self.reference.public_id]),
        )
        yield (
            "console:attempt_photo",
            reverse("console:attempt_photo", args=[self.attempt.public_id]),
        )


def in_review(check_in: Any) -> Attempt:
    """The check-in with one photo that a person has to look at."""
    now = clock.now()
    lifecycle.mark_delivered(check_in, now=now)
    attempt = lifecycle.receive_attempt(check_in, NewAttempt(picture("bob"), ".jpg"), now=now)
    found = Finding(Result.NO_MATCH, (Reason.DOES_NOT_MATCH,), distance=0.2, similarity=31.0)
    lifecycle.record_verification(attempt, found, now=now)
    return attempt


@pytest.fixture
def world() -> World:
    return World()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def staff_urls() -> Iterator[tuple[str, URLPattern]]:
    """Every address under /staff/, with its full name."""

    def walk(resolver: URLResolver, space: str) -> Iterator[tuple[str, URLPattern]]:
        for one in resolver.url_patterns:
            if isinstance(one, URLResolver):
                yield from walk(one, one.namespace or space)
            else:
                yield f"{space}:{one.name}", one

    for top in get_resolver().url_patterns:
        if isinstance(top, URLResolver) and str(top.pattern) == "staff/":
            yield from walk(top, "")


def test_every_address_of_the_staff_site_states_its_gate() -> None:
    ungated = []
    for name, pattern in staff_urls():
        view: Any = pattern.callback
        plain = name.split(":", 1)[1]
        gated = hasattr(view, "gate") or hasattr(view, "model_admin")
        while not gated and hasattr(view, "__wrapped__"):
            view = view.__wrapped__
            gated = hasattr(view, "gate") or hasattr(view, "model_admin")
        known = plain in OPEN_TO_ALL | OWN_ACCOUNT | BY_MODEL
        if not gated and not known and pattern.name is not None:
            ungated.append(name)
    assert ungated == []
    assert sum(1 for _ in staff_urls()) > 40, "the walk found the site"


def test_signed_out_nobody_sees_anything(world: World) -> None:
    client = Client()
    for name, url in world.pages():
        answer = client.get(url)
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/staff/login/"), name
        assert client.post(url, {"reason": "let me"}).status_code in {302, 405}, name
    assert client.get("/staff/").status_code == 302
    world.check_in.refresh_from_db()
    assert world.check_in.state == "in_review"


@pytest.mark.parametrize("who", ["officer", "supervisor", "administrator"])
def test_those_who_answer_for_the_person_open_every_page(world: World, who: str) -> None:
    client = signed_in(getattr(world, who))
    for name, url in world.pages():
        expected = 404 if who == "officer" and name in SUPERVISORS else 200
        assert client.get(url).status_code == expected, (name, who)


@pytest.mark.parametrize("who", ["other_officer", "supervisor_elsewhere"])
def test_for_strangers_the_person_does_not_exist(world: World, who: str) -> None:
    client = signed_in(getattr(world, who))
    for name, url in world.pages():
        assert client.get(url).status_code == 404, (name, who)
        posted = client.post(url, {"reason": "x", "verdict": "accept", "act": "withdraw"})
        assert posted.status_code in {404, 405}, (name, who)
    gone = reverse("console:retire_photo", args=[world.reference.public_id])
    assert client.post(gone).status_code == 404
    for page in ("/staff/", "/staff/participants/participant/", "/staff/reviews/",
                 "/staff/checkins/checkin/", "/staff/hearings/hearing/",
                 "/staff/hearings/day/", "/staff/hearings/disagreeing/",
                 "/staff/calendar/"):  # fmt: skip
        shown = client.get(page)
        assert shown.status_code == 200, page
        assert world.person.family_name not in shown.content.decode(), page
    world.check_in.refresh_from_db()
    assert world.check_in.state == "in_review"
    assert ReferencePhoto.objects.current().count() == 1


def test_an_id_that_does_not_exist_looks_the_same_as_a_strangers(world: World) -> None:
    client = signed_in(world.officer)
    for name in ("request", "invite", "photos", "edit"):
        assert client.get(reverse(f"console:{name}", args=[uuid4()])).status_code == 404
    for key in (str(uuid4()), "1", "not-an-id"):
        url = reverse("admin:participants_participant_change", args=[key])
        assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("page", "officer", "supervisor", "administrator"),
    [
        ("/staff/staff/user/", 403, 200, 200),
        ("/staff/staff/user/add/", 403, 403, 200),
        ("/staff/staff/office/", 403, 200, 200),
        ("/staff/staff/office/add/", 403, 403, 200),
        ("/staff/hearings/court/add/", 403, 403, 200),
        ("/staff/audit/entry/", 403, 200, 200),
        ("/staff/faults/", 200, 200, 200),
        ("/staff/faults/enter/", 404, 200, 200),
        ("/staff/participants/participant/add/", 403, 403, 403),
        ("/staff/checkins/checkin/add/", 403, 403, 403),
    ],
)
def test_what_each_role_may_open(
    world: World, page: str, officer: int, supervisor: int, administrator: int
) -> None:
    for who, expected in (
        (world.officer, officer), (world.supervisor, supervisor),
        (world.administrator, administrator),
    ):  # fmt: skip
        assert signed_in(who).get(page).status_code == expected, (page, who.role)


def test_the_sidebar_offers_only_what_the_role_may_open(world: World) -> None:
    assert "/staff/audit/entry/" not in signed_in(world.officer).get("/staff/").content.decode()
    assert "/staff/audit/entry/" in signed_in(world.supervisor).get("/staff/").content.decode()
    assert "/staff/staff/user/" in signed_in(world.administrator).get("/staff/").content.decode()


def test_a_supervisor_reads_the_trail_of_own_files_only(world: World) -> None:
    shown = signed_in(world.supervisor).get("/staff/audit/entry/").content.decode()
    assert "requested a check-in" in shown
    elsewhere = signed_in(world.supervisor_elsewhere).get("/staff/audit/entry/").content.decode()
    assert "requested a check-in" not in elsewhere


def test_participants_are_no_staff(world: World) -> None:
    people.accepted_invite(world.person, world.officer)
    assert not User.objects.filter(email__icontains=world.person.family_name).exists()
    assert not AnonymousUser().is_staff


def test_staff_see_nothing_of_somebody_else_in_choices(world: World) -> None:
    shown = signed_in(world.supervisor).get(
        reverse("console:assign", args=[world.person.public_id])
    )
    outsider = people.officer(world.elsewhere)
    assert world.other_officer.full_name in shown.content.decode()
    assert outsider.full_name not in shown.content.decode()


def test_retiring_needs_a_post(world: World) -> None:
    url = reverse("console:retire_photo", args=[world.reference.public_id])
    assert signed_in(world.officer).get(url).status_code == 405
    assert signed_in(world.officer).post(url).status_code == 302
    assert not ReferencePhoto.objects.current().exists()
