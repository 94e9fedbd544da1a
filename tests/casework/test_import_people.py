"""Importing people: whole files, single rows, scope, what is here already, pages, command, API."""

import csv
import io
import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casework.audit.models import Entry
from casework.common import clock
from casework.common.errors import NotPermitted, RuleError
from casework.common.imports import working
from casework.participants.imports import words
from casework.participants.imports.working import PEOPLE
from casework.participants.models import (
    Assignment,
    Case,
    ContactPoint,
    Participant,
    ParticipantImport,
    SupervisionTerm,
)
from casework.staff.models import Office, User
from checkins.models import CheckIn, DrawTerms, Plan, ReferencePhoto
from checkins.models.reference import ReferenceState
from checkins.references import add_reference_photo
from checkins.scheduling.follow import follow_changes
from tests import fake_engine, people
from tests.casework.lists import ANA, WHOLE, bring_in, table
from tests.hearings.conftest import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return people.office(name="Newark")


@pytest.fixture
def officer(office: Office) -> User:
    return people.officer(office)


@pytest.fixture
def boss(office: Office) -> User:
    return people.supervisor(office)


@pytest.fixture
def now() -> datetime:
    return clock.now().replace(microsecond=0)


def everything() -> list[Any]:
    models = (Participant, Case, ContactPoint, Assignment, SupervisionTerm, Plan)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_five_thousand_rows_with_two_hundred_bad_ones(boss: User, officer: User) -> None:
    """The good ones come in, each bad one is named, a second import changes nothing."""
    bad = [
        {"a_number": "12"}, {"family_name": ""}, {"phone": "12"}, {"language": "Klingon"},
        {"office": "Atlantis"},
    ]  # fmt: skip
    rows, wrong = [], []
    for n in range(5000):
        row = {
            "a_number": f"{300_000_000 + n}", "given_name": "P", "family_name": f"N{n}",
            "language": "es", "phone": f"+1202555{n % 10000:04d}", "officer": officer.email,
            "technology": "telephonic", "rate": "2", "method": "phone",
        }  # fmt: skip
        if n % 25 == 7:
            row |= bad[(n // 25) % 5]
            wrong.append(n + 2)
        rows.append(row)
    content = table(*rows)
    with CaptureQueriesContext(connection) as queries:
        first = bring_in(content, boss)
    assert first.counts == {"new": 4800, "filled": 0, "same": 0, "held": 0, "bad": 200}
    assert sorted({line for line, _column, _message in first.bad_rows}) == wrong
    assert Assignment.objects.filter(officer=officer).count() == 4800
    assert Plan.objects.count() == SupervisionTerm.objects.count() == 4800
    assert ContactPoint.objects.filter(preferred=True).count() == 4800
    assert Entry.objects.filter(verb="enrolled").count() == 4800
    assert len(queries) < 400, len(queries)
    before = everything()
    second = bring_in(content, boss)
    assert second.counts == {"new": 0, "filled": 0, "same": 4800, "held": 0, "bad": 200}
    assert second.bad_rows == first.bad_rows
    assert everything() == before


def test_a_whole_row_becomes_a_whole_file(officer: User, office: Office) -> None:
    done = bring_in(table(WHOLE), officer)
    assert done.bad_rows == []
    ana = Participant.objects.get()
    assert (ana.a_number, ana.given_name, ana.language) == ("098765432", "Ana", "es")
    assert (str(ana.timezone), ana.office) == ("America/Chicago", office)
    assert (ana.date_of_birth, ana.sex) == (date(1991, 2, 28), "female")
    case = ana.cases.get()
    assert (case.kind, case.docket, case.release_basis) == (
        "removal", "non_detained", "recognizance"
    )  # fmt: skip
    assert (case.released_on, case.nta_on) == (date(2026, 9, 1), date(2026, 8, 30))
    assert [str(point) for point in ana.contact_points.all()] == ["+12025550143", "ana@example.org"]
    assert ana.contact_points.get(preferred=True).kind == "phone"
    assert ana.assignments.get().officer == officer
    term = ana.terms.get()
    assert (term.technology, term.level, term.step) == ("smartphone", 1, "first")
    assert (ana.plan.rate_per_week, ana.plan.method) == (Decimal("1.5"), "choice")
    verbs = set(Entry.objects.filter(participant_id=ana.public_id).values_list("verb", flat=True))
    assert verbs == {"enrolled", "changed the plan"}
    assert Entry.objects.get(verb="imported participants").facts["new"] == 1


def test_the_least_row_takes_the_rest_from_office_and_uploader(officer: User) -> None:
    bring_in(table(ANA), officer)
    ana = Participant.objects.get()
    assert (ana.language, ana.timezone, ana.sex) == ("en", ana.office.timezone, "")
    assert ana.cases.count() == 1
    assert not ana.contact_points.exists()
    assert not ana.terms.exists()
    assert not Plan.objects.exists(), "no plan before somebody sets one"


def test_a_dry_run_changes_nothing_and_says_the_same(officer: User, now: datetime) -> None:
    tried = bring_in(table(WHOLE, ANA | {"a_number": "x"}), officer, dry=True)
    assert tried.state == "checked"
    assert not Participant.objects.exists()
    done = PEOPLE.work(PEOPLE.confirm(tried, by=officer, now=now).pk, now=now)
    assert (done.state, done.counts, done.bad_rows) == ("done", tried.counts, tried.bad_rows)
    assert Participant.objects.count() == 1


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ({"a_number": "12"}, "a_number", "seven to nine digits"),
        ({"given_name": " "}, "given_name", "Is empty"),
        ({"family_name": "=1+1"}, "family_name", "begins with a letter"),
        ({"family_name": "x" * 121}, "family_name", "longer than 120"),
        ({"language": "Klingon"}, "language", "not a language"),
        ({"timezone": "Mars"}, "timezone", "not a time zone"),
        ({"date_of_birth": "28.2.1991"}, "date_of_birth", "not a date"),
        ({"date_of_birth": "2091-02-28"}, "date_of_birth", "too far"),
        ({"sex": "?!"}, "sex", ""),
        ({"phone": "555"}, "phone", "not a telephone number"),
        ({"email": "ana at home"}, "email", "not an e-mail address"),
        ({"officer": "nobody@example.org"}, "officer", "no officer"),
        ({"office": "Atlantis"}, "office", "not an office of yours"),
        ({"case": "party"}, "case", "one of: removal"),
        ({"release_basis": "luck"}, "release_basis", "one of: recognizance"),
        ({"released_on": "soon"}, "released_on", "not a date"),
        ({"technology": "pigeon"}, "technology", "one of: telephonic"),
        ({"technology": "gps"}, "technology", "Only a supervisor"),
        ({"level": "2", "technology": ""}, "level", "together with a technology"),
        ({"rate": "often"}, "rate_per_week", "not a number"),
        ({"rate": "-1"}, "rate_per_week", "not a number"),
        ({"rate": "400"}, "rate_per_week", ""),
        ({"method": "drone"}, "method", "one of: selfie"),
    ],
)
def test_a_bad_row_is_named_with_line_and_column(
    officer: User, cells: dict[str, str], column: str, said: str
) -> None:
    done = bring_in(table(WHOLE | cells), officer)
    if column == "sex":  # signs alone say nothing
        assert done.counts["new"] == 1
        return
    assert done.bad_rows, cells
    assert {(row[0], row[1]) for row in done.bad_rows} == {(2, column)}
    assert said in done.bad_rows[0][2]
    assert not Participant.objects.exists()


def test_what_is_wrong_never_repeats_what_tells_who_it_is(officer: User) -> None:
    done = bring_in(
        table(ANA | {"a_number": "A1-QUILL", "phone": "77 QUILL", "email": "QUILL", "sex": "f"}),
        officer,
    )
    assert len(done.bad_rows) == 3
    assert "QUILL" not in json.dumps(done.bad_rows)


def test_the_same_person_twice_in_a_file_counts_once(officer: User) -> None:
    done = bring_in(table(ANA, ANA), officer)
    assert done.counts["new"] == 1
    assert done.bad_rows == [[3, "a_number", "Line 2 names the same A-number."]]


def test_of_somebody_who_is_here_only_what_is_empty_is_filled_in(officer: User) -> None:
    bring_in(table(ANA | {"language": "fr", "phone": "+12025550100"}), officer)
    done = bring_in(table(WHOLE), officer)
    assert done.counts["filled"] == 1
    (row,) = done.preview
    assert row["left"] == ["language", "timezone", "phone"]
    ana = Participant.objects.get()
    assert (ana.language, ana.date_of_birth) == ("fr", date(1991, 2, 28))
    points = {str(point): point.preferred for point in ana.contact_points.all()}
    assert points == {"+12025550100": True, "ana@example.org": False}
    assert ana.cases.get().representative == "B. Advocate"
    assert ana.plan.rate_per_week == Decimal("1.5")
    line = Entry.objects.get(verb="corrected")
    assert "email" in line.facts["fields"]
    assert "ana@example.org" not in json.dumps(line.facts)
    before = everything()
    again = bring_in(table(WHOLE), officer)
    assert again.counts["held"] == 1
    assert everything() == before


def test_another_name_under_the_same_number_is_a_bad_row(officer: User) -> None:
    bring_in(table(ANA), officer)
    assert bring_in(table(ANA | {"family_name": "NUNEZ"}), officer).counts["same"] == 1
    other = bring_in(table(ANA | {"given_name": "Bea", "phone": "+12025550100"}), officer)
    assert "another name" in other.bad_rows[0][2]
    assert "Ana" not in other.bad_rows[0][2]
    assert not ContactPoint.objects.exists()


def test_somebody_whose_supervision_has_ended_is_left(officer: User, now: datetime) -> None:
    bring_in(table(ANA), officer)
    Participant.objects.update(closed_at=now)
    done = bring_in(table(WHOLE), officer)
    assert done.counts["held"] == 1
    assert not ContactPoint.objects.exists()


def test_an_officer_imports_for_the_own_caseload_only(officer: User, office: Office) -> None:
    colleague = people.officer(office)
    done = bring_in(table(ANA | {"officer": colleague.email}), officer)
    assert "own caseload only" in done.bad_rows[0][2]
    assert bring_in(table(ANA | {"officer": officer.email.upper()}), officer).counts["new"] == 1


def test_whom_the_uploader_may_not_see_stays_untouched_and_unnamed(officer: User) -> None:
    bring_in(table(ANA), officer)
    for other in (people.officer(people.office()), people.officer(officer.offices.get())):
        done = bring_in(table(WHOLE), other)
        assert done.counts["bad"] == 1
        assert "not among those whom you may see" in done.bad_rows[0][2]
    assert not ContactPoint.objects.exists()


def test_nobody_is_put_into_an_office_that_is_not_the_uploaders(
    boss: User, officer: User, office: Office
) -> None:
    foreign = people.officer(people.office(name="Elsewhere"))
    named = bring_in(table(ANA | {"office": "Elsewhere"}), boss)
    assert "not an office of yours" in named.bad_rows[0][2]
    by_officer = bring_in(table(ANA | {"officer": foreign.email}), boss)
    assert "no officer with this" in by_officer.bad_rows[0][2]
    admin = people.administrator()
    unplaced = bring_in(table(ANA), admin)
    assert "say which office" in unplaced.bad_rows[0][2]
    wrong = bring_in(table(ANA | {"office": "newark", "officer": foreign.email}), admin)
    assert wrong.bad_rows == [[2, "officer", "Does not work in Newark."]]
    assert not Participant.objects.exists()
    assert bring_in(table(ANA | {"officer": foreign.email}), admin).counts["new"] == 1
    assert Participant.objects.get().office.name == "Elsewhere"


def test_a_supervisor_may_order_a_monitor_and_leave_the_officer_open(boss: User) -> None:
    bring_in(table(WHOLE | {"technology": "GPS ankle monitor", "level": "2"}), boss)
    ana = Participant.objects.get()
    assert (ana.terms.get().technology, ana.terms.get().level) == ("gps", 2)
    assert not ana.assignments.exists()


@pytest.mark.parametrize(
    ("written", "tag"),
    [("EN", "en"), ("es-MX", "es"), ("Kreyòl ayisyen", "ht"), ("zh-Hans", "zh-hans"),
     ("Chinese", "zh-hans"), ("Tiếng Việt", "vi"), ("العربية", "ar"), ("Русский", "ru"),
     ("ਪੰਜਾਬੀ", "pa"), ("Português", "pt"), ("Français", "fr"), ("Esperanto", None)],
)  # fmt: skip
def test_languages_are_known_by_tag_and_by_name(written: str, tag: str | None) -> None:
    assert words.language(written) == tag


def test_headings_of_other_systems_and_excels_encodings_are_tolerated(officer: User) -> None:
    text = "Alien Number;Last Name;First Name;Mobile Phone;Release Date\r\nA98765432;Núñez;Ana;" \
        "202-555-0143;09/01/2026\r\n"  # fmt: skip
    for content in (text.encode("utf-8-sig"), text.encode("utf-16"), text.encode("cp1252")):
        assert bring_in(content, officer).bad_rows == []
    assert Participant.objects.get().family_name == "Núñez"
    with pytest.raises(RuleError, match="Missing: given_name, family_name"):
        PEOPLE.take_in(b"a_number,phone\n1,2\n", by=officer, now=clock.now())


def test_bad_rows_come_back_harmless_and_can_be_sent_again_put_right(officer: User) -> None:
    sent = table(
        WHOLE | {"phone": "+12025550143", "family_name": "=cmd()", "representative": "@SUM(1)"}
    )
    first = bring_in(sent, officer)
    heading, row = PEOPLE.bad_rows_as_csv(first)
    assert heading[:3] == ["line", "what is wrong", "a_number"]
    assert {"'=cmd()", "'@SUM(1)", "'+12025550143"} <= set(row)
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
    row[row.index("'=cmd()")] = "Núñez"
    written = io.StringIO()
    csv.writer(written).writerows([heading, row])
    again = bring_in(written.getvalue().encode(), officer)
    assert again.bad_rows == []
    assert ContactPoint.objects.get(kind="phone").phone == "+12025550143"


def test_somebody_entered_by_hand_meanwhile_is_here_when_the_chunk_is_written_again(
    officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    content = table(ANA, ANA | {"a_number": "123456789"})
    upload = PEOPLE.take_in(content, by=officer, now=now, check_only=False)
    whole = PEOPLE.understood(PEOPLE.table_of(upload), by=officer, now=now)
    match = PEOPLE.match
    before = [match(list(whole.good.values()), whole, by=officer, now=now, lock=False)]
    people.participant(officer, given_name="Ana", family_name="Núñez", a_number="098765432")
    monkeypatch.setattr(PEOPLE, "match", lambda *a, **k: (before or [match(*a, **k)]).pop())
    done = PEOPLE.work(upload.pk, now=now)
    assert (done.counts["new"], done.counts["same"]) == (1, 1)


def test_work_that_stopped_half_way_goes_on_where_it_was(
    officer: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "CHUNK", 2)
    rows = [ANA | {"a_number": f"30000000{n}", "given_name": f"Ana {n}"} for n in range(5)]
    upload = PEOPLE.take_in(table(*rows), by=officer, now=now, check_only=False)
    whole = PEOPLE.understood(PEOPLE.table_of(upload), by=officer, now=now)
    assert PEOPLE.work_on(upload, whole, now)
    assert Participant.objects.count() == 2
    assert PEOPLE.left_behind(now + working.LEASE) == [upload.pk]
    done = PEOPLE.work(upload.pk, now=now)
    assert (done.counts["new"], done.counts["same"], done.state) == (5, 0, "done")


def test_nobody_is_drawn_before_photos_and_invite(officer: User, now: datetime) -> None:
    bring_in(table(WHOLE, WHOLE | {"a_number": "123456789", "method": "phone"}), officer)
    ana, by_phone = Participant.objects.get(a_number="098765432"), Participant.objects.get(
        a_number="123456789"
    )  # fmt: skip
    follow_changes(now)
    assert not DrawTerms.objects.exists(), "no invite yet"
    people.accepted_invite(ana, officer)
    people.accepted_invite(by_phone, officer)
    follow_changes(now)
    assert [row.participant for row in DrawTerms.objects.all()] == [by_phone]
    add_reference_photo(ana, fake_engine.picture("alice"), ".jpg", by=officer, now=now)
    follow_changes(now)
    assert not DrawTerms.objects.filter(participant=ana).exists(), "not known to be usable"
    ReferencePhoto.objects.update(state=ReferenceState.USABLE.value)
    follow_changes(now + timedelta(minutes=2))
    assert DrawTerms.objects.get(participant=ana).running
    assert not CheckIn.objects.filter(participant=ana, issued_at__isnull=False).exists()


def test_pages_lead_from_the_file_over_the_check_to_the_bad_rows(
    officer: User, django_assert_max_num_queries: Any
) -> None:
    client = browser_of(officer)
    start = reverse("console:import_people")
    assert reverse("console:import_people") in client.get(reverse("console:enrol")).content.decode()
    assert client.get(start).status_code == 200
    assert client.post(start, {}).status_code == 422
    broken = client.post(start, {"file": SimpleUploadedFile("p.csv", b"a,b\n1,2\n")})
    assert (broken.status_code, "Missing: " in broken.content.decode()) == (422, True)
    rows = table(WHOLE, ANA | {"a_number": "1", "representative": "<b>=1</b>"})
    page = client.post(start, {"file": SimpleUploadedFile("p.csv", rows)})["Location"]
    with django_assert_max_num_queries(15):
        shown = client.get(page).content.decode()
    assert "Ana Núñez" in shown
    assert "Import 1 person" in shown
    assert not Participant.objects.exists()
    upload = ParticipantImport.objects.get()
    confirm = reverse("console:confirm_people_import", args=[upload.public_id])
    for _press in range(2):
        assert client.post(confirm)["Location"] == page
    assert Participant.objects.count() == 1
    fetched = client.get(reverse("console:people_bad_rows", args=[upload.public_id]))
    heading, bad = list(csv.reader(io.StringIO(fetched.content.decode("utf-8-sig"))))
    assert (heading[0], bad[0]) == ("line", "3")
    for other in (people.officer(officer.offices.get()), people.administrator()):
        for name in ("people_import", "people_bad_rows"):
            url = reverse(f"console:{name}", args=[upload.public_id])
            assert browser_of(other).get(url).status_code == 404


def test_the_command_says_what_it_would_do_and_does_it(boss: User, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(table(WHOLE, ANA | {"a_number": "x"}))

    def run(*more: str) -> str:
        said = io.StringIO()
        call_command("load_participants", str(file), *more, stdout=said)
        return said.getvalue()

    with pytest.raises(CommandError, match="no such active member"):
        run()
    tried = json.loads(run("--dry-run", "--json", "--by", boss.email))
    assert (tried["new"], tried["bad"], tried["bad_rows"][0]["line"]) == (1, 1, 3)
    assert not Participant.objects.exists()
    assert "1 new" in run("--by", boss.email)
    assert "1 the same" in run("--by", boss.email)


def test_over_the_api_the_counts_and_the_bad_rows_come_at_once(officer: User) -> None:
    client = Client(headers={"Authorization": f"Bearer {_token(officer)}"})
    file = SimpleUploadedFile("p.csv", table(WHOLE, ANA | {"a_number": "x"}))
    answer = client.post("/api/v1/participants/import/", {"file": file, "dry_run": "true"})
    told = answer.json()
    assert (answer.status_code, told["state"], told["counts"]["new"]) == (200, "checked", 1)
    assert told["bad_rows"][0]["column"] == "a_number"
    again = client.get(f"/api/v1/participants/import/{told['id']}/").json()
    assert again == told
    assert not Participant.objects.exists()


def _token(user: User) -> str:
    body = {"email": user.email, "password": people.PASSWORD}
    told = Client().post("/api/v1/auth/token/", body, content_type="application/json").json()
    return str(told["token"])


def test_a_role_that_enrols_nobody_imports_nobody(officer: User, now: datetime) -> None:
    officer.role = "visitor"
    with pytest.raises(NotPermitted):
        PEOPLE.take_in(table(ANA), by=officer, now=now)


def test_somebody_who_is_here_gets_no_officer_of_another_office(office: Office) -> None:
    """As with `assign`: what counts is where the person is, not where the row puts them."""
    admin, bronx = people.administrator(), people.office(name="Bronx")
    far, near = people.officer(bronx), people.officer(office)
    bring_in(table(ANA | {"office": "Newark"}), admin)
    done = bring_in(table(ANA | {"office": "Bronx", "officer": far.email}), admin)
    assert (done.counts["held"], done.preview[0]["left"]) == (1, ["office", "officer"])
    assert not Assignment.objects.exists()
    assert bring_in(table(ANA | {"officer": far.email}), admin).preview[0]["left"] == ["officer"]
    assert not Assignment.objects.exists()
    done = bring_in(table(ANA | {"office": "Bronx", "officer": near.email}), admin)
    assert (done.counts["filled"], done.preview[0]["left"]) == (1, ["office"])
    assert (Assignment.objects.get().officer, Participant.objects.get().office) == (near, office)
