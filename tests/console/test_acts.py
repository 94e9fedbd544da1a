"""Each act of an officer through its form: what it does, and what it says when it may not."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from casework.audit.models import Entry
from casework.common import clock
from casework.hearings.models import Court, Hearing
from casework.participants.models import Participant
from casework.staff.models import User
from checkins.models import CheckIn, ReferencePhoto
from checkins.plans import PlanTerms, set_plan
from tests import people
from tests.console.test_gates import in_review, signed_in
from tests.fake_engine import FakeEngine, picture

pytestmark = pytest.mark.django_db

PERSON = {
    "given_name": "Ana", "family_name": "Reyes", "a_number": "A 12-345-678", "language": "es",
    "timezone": "", "date_of_birth": "", "sex": "", "phone": "+12025550143", "email": "",
    "kind": "removal", "docket": "non_detained", "release_basis": "parole", "nta_on": "",
    "released_on": "2026-03-01", "representative": "",
}  # fmt: skip
PLAN = {
    "rate_per_week": "2", "window_minutes": "90", "method": "selfie", "from_hour": "08:00",
    "until_hour": "20:00", "liveness": "challenge", "liveness_reason": "",
}  # fmt: skip


@pytest.fixture
def officer() -> User:
    return people.officer(people.office())


@pytest.fixture
def client(officer: User) -> Client:
    return signed_in(officer)


@pytest.fixture
def person(officer: User) -> Participant:
    return people.participant(officer)


def at(name: str, person: Participant) -> str:
    return reverse(f"console:{name}", args=[person.public_id])


def file_of(person: Participant) -> str:
    return reverse("admin:participants_participant_change", args=[person.public_id])


def photo(who: str = "alice", noise: float = 0.0) -> SimpleUploadedFile:
    return SimpleUploadedFile("any.jpg", picture(who, noise=noise), "image/jpeg")


def test_enrolling_leads_from_the_person_over_photos_and_plan_to_the_invite(
    client: Client, officer: User, django_capture_on_commit_callbacks: Any
) -> None:
    begun = client.post("/staff/enrol/", PERSON)
    person = Participant.objects.get()
    assert begun["Location"] == at("enrol_photos", person)
    assert (person.a_number, person.language) == ("012345678", "es")
    assert person.cases.get().release_basis == "parole"
    assert str(person.contact_points.get()) == "+12025550143"
    assert person.assignments.get().officer == officer
    three = [photo(noise=n / 100) for n in range(3)]
    assert client.post(at("enrol_photos", person), {"photo": three}).status_code == 302
    assert ReferencePhoto.objects.filter(participant=person).count() == 3
    planned = client.post(at("enrol_plan", person), PLAN)
    assert planned["Location"] == at("invite", person)
    assert person.plan.window_minutes == 90
    shown = client.post(at("invite", person)).content.decode()
    assert re.search(r"[2-9B-Z]{4}(-[2-9B-Z]{4}){3}", shown)
    assert "<svg" in shown


def test_a_number_that_is_taken_is_said_plainly_and_nothing_typed_is_lost(
    client: Client, person: Participant
) -> None:
    refused = client.post("/staff/enrol/", PERSON | {"a_number": person.a_number})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Somebody with this A-number is already in the program." in page
    assert 'value="Ana"' in page
    assert 'value="2026-03-01"' in page
    assert Participant.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"a_number": "12"}, "seven to nine digits"),
        ({"given_name": ""}, "This field is required"),
        ({"phone": "12"}, "valid phone number"),
        ({"language": "xx"}, "not one of the available choices"),
    ],
)
def test_a_wrong_field_is_named(client: Client, wrong: dict[str, str], said: str) -> None:
    refused = client.post("/staff/enrol/", PERSON | wrong)
    assert refused.status_code == 422
    assert said in refused.content.decode()
    assert not Participant.objects.exists()


def test_going_back_shows_what_was_typed_and_changes_only_that(
    client: Client, person: Participant
) -> None:
    page = client.get(at("enrol_person", person)).content.decode()
    assert f'value="{person.given_name}"' in page
    changed = PERSON | {"a_number": person.a_number, "given_name": "Anita", "timezone": "UTC"}
    assert client.post(at("enrol_person", person), changed)["Location"] == at(
        "enrol_photos", person
    )
    person.refresh_from_db()
    assert person.given_name == "Anita"
    assert "given_name" in Entry.objects.filter(verb="corrected").get().facts["fields"]


def test_who_has_signed_in_is_moved_by_transfer_alone(
    client: Client, person: Participant, officer: User
) -> None:
    client.force_login(people.supervisor(person.office))
    assert 'name="officer"' in client.get(at("enrol_person", person)).content.decode()
    people.accepted_invite(person, officer)
    assert 'name="officer"' not in client.get(at("enrol_person", person)).content.decode()
    colleague = people.officer(person.office)
    sent = {"a_number": person.a_number, "timezone": "UTC", "officer": str(colleague.public_id)}
    assert client.post(at("enrol_person", person), PERSON | sent).status_code == 302
    assert person.assignments.get(until_at__isnull=True).officer == officer


def test_a_file_that_is_no_photo_is_refused_and_the_good_ones_stay(
    client: Client, person: Participant
) -> None:
    sent = [photo(), SimpleUploadedFile("x.jpg", b"%PDF-1.7 nothing", "image/jpeg")]
    answer = client.post(at("photos", person), {"photo": sent})
    assert answer.status_code == 422
    assert ReferencePhoto.objects.count() == 1
    client.post(at("photos", person), {"photo": [photo()]})
    assert ReferencePhoto.objects.count() == 1, "the very same photo counts once"
    assert client.post(at("photos", person), {}).status_code == 422


def test_the_tiles_say_what_became_of_each_photo(client: Client, person: Participant) -> None:
    from checkins.references import prepare_templates

    bad = SimpleUploadedFile("b.jpg", picture("x", result="poor_photo:too_dark"), "image/jpeg")
    client.post(at("photos", person), {"photo": [photo(), bad]})
    assert "data-waiting" in client.get(at("photo_tiles", person)).content.decode()
    prepare_templates(person, FakeEngine(), now=clock.now())
    tiles = client.get(at("photo_tiles", person)).content.decode()
    assert "data-waiting" not in tiles
    assert "Usable" in tiles
    assert "The face is too dark." in tiles


def test_a_check_in_is_requested_with_a_reason_only(client: Client, person: Participant) -> None:
    assert client.post(at("request", person), {"reason": "  "}).status_code == 422
    done = client.post(at("request", person), {"reason": "Address to be confirmed."})
    assert done["Location"] == file_of(person)
    check_in = CheckIn.objects.get()
    assert (check_in.state, check_in.reason) == ("open", "Address to be confirmed.")
    refused = client.post(at("request", person), {"reason": "Once more, please."})
    assert refused.status_code == 422
    assert "A check-in is already open for this person." in refused.content.decode()
    assert "Once more, please." in refused.content.decode()


def test_the_request_page_says_the_window_of_the_plan(
    client: Client, officer: User, person: Participant
) -> None:
    set_plan(person, PlanTerms(window_minutes=180), by=officer, now=clock.now())
    assert "3 h to answer" in client.get(at("request", person)).content.decode()


def test_a_hearing_is_entered_in_the_courts_own_time(client: Client, person: Participant) -> None:
    court = Court.objects.create(name="Far court", timezone="America/Los_Angeles")
    sent = {"court": court.pk, "day": "2027-01-15", "at": "09:30", "kind": "master",
            "mode": "in_person", "source": "court_notice", "judge": "", "room": "4"}  # fmt: skip
    link = {"video_url": "https://court.example/1"}
    assert client.post(at("add_hearing", person), sent | link).status_code == 422
    assert client.post(at("add_hearing", person), sent).status_code == 302
    assert Hearing.objects.get().starts_at.isoformat() == "2027-01-15T17:30:00+00:00"


def test_a_hearing_is_put_right_in_the_courts_time_and_leaves_its_line_in_the_file(
    client: Client, officer: User, person: Participant
) -> None:
    court = Court.objects.create(name="Far court", timezone="America/Los_Angeles")
    starts_at = datetime(2027, 7, 1, 16, 30, tzinfo=UTC)
    hearing = Hearing.objects.create(case=person.cases.get(), court=court, starts_at=starts_at)
    url = reverse("console:hearing", args=[hearing.public_id])
    page = client.get(url).content.decode()
    assert 'value="09:30"' in page
    assert 'value="2027-07-01"' in page
    sent = {"court": court.pk, "kind": "master", "mode": "in_person", "day": "2027-07-02",
            "at": "10:00", "room": "12", "source": "officer", "cancelled": "on"}  # fmt: skip
    assert client.post(url, sent).status_code == 302
    hearing.refresh_from_db()
    assert hearing.starts_at == datetime(2027, 7, 2, 17, 0, tzinfo=UTC)
    assert hearing.cancelled_at is not None
    line = Entry.objects.get(verb="changed a hearing")
    assert line.participant_id == person.public_id
    assert "room" in line.facts["fields"]
    old = reverse("admin:hearings_hearing_change", args=[hearing.public_id])
    assert client.get(old)["Location"] == url


def test_the_caseload_finds_by_name_and_by_any_writing_of_the_a_number(
    client: Client, officer: User
) -> None:
    ana = people.participant(officer, given_name="Ana", family_name="Reyes", a_number="012345678")
    people.participant(officer, given_name="Bo", family_name="Li")
    url = "/staff/participants/participant/"
    for typed in ("reyes", "A 12-345-678", "012345678", "ana rey"):
        page = client.get(url, {"q": typed}).content.decode()
        assert ana.full_name in page, typed
        assert "Bo Li" not in page, typed


def test_the_caseload_filters(client: Client, officer: User) -> None:
    met, new = (people.participant(officer, family_name=name) for name in ("Metwell", "Newcome"))
    people.accepted_invite(met, officer)
    people.open_check_in(met, officer)
    url = "/staff/participants/participant/"
    for query, shown, hidden in [
        ("signed_in=never", new, met), ("signed_in=yes", met, new), ("last=open", met, new),
        ("last=none", new, met),
    ]:  # fmt: skip
        page = client.get(f"{url}?{query}").content.decode()
        assert shown.full_name in page, query
        assert hidden.full_name not in page, query
    assert "photos=none" in client.get("/staff/").content.decode()
    assert client.get(f"{url}?photos=none").content.decode().count("Alice ") >= 2
    ended = people.participant(officer, family_name="Gone", closed_at=clock.now())
    assert ended.full_name not in client.get(url).content.decode()
    assert ended.full_name in client.get(f"{url}?supervision=ended").content.decode()


def test_today_names_what_needs_somebody(client: Client, officer: User) -> None:
    person = people.participant(officer, family_name="Waits")
    in_review(people.open_check_in(person, officer))
    page = client.get("/staff/").content.decode()
    assert "Reviews waiting" in page
    assert "Alice Waits" in page
    quiet = signed_in(people.officer(people.office())).get("/staff/").content.decode()
    assert "Nothing needs you now" in quiet
    assert "Alice Waits" not in quiet


def test_no_page_asks_more_than_fifteen_questions_with_thirty_people(
    officer: User, django_assert_max_num_queries: Any
) -> None:
    supervisor = people.supervisor(officer.offices.get())
    court = Court.objects.create(name="The court")
    for number in range(30):
        person = people.participant(officer)
        Hearing.objects.create(case=person.cases.get(), court=court, starts_at=clock.now())
        check_in = people.open_check_in(person, officer)
        if number % 2:
            in_review(check_in)
    pages = [
        "/staff/", "/staff/participants/participant/", "/staff/reviews/",
        "/staff/checkins/checkin/", "/staff/hearings/hearing/", "/staff/audit/entry/",
        "/staff/enrol/", "/staff/faults/", "/staff/staff/user/",
        file_of(person), at("request", person),
        at("photos", person), at("edit", person), at("plan", person), at("invite", person),
        at("assign", person), at("add_hearing", person),
        reverse("console:review", args=[check_in.public_id]),
        reverse("console:check_in", args=[check_in.public_id]),
    ]  # fmt: skip
    client = signed_in(supervisor)
    for page in pages:
        with django_assert_max_num_queries(15, info=page):
            assert client.get(page).status_code == 200, page
