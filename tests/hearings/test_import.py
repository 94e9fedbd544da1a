"""Importing dates: whole files, single rows, scope, conflicts, pages, command and API."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casework.audit.models import Entry
from casework.common.errors import RuleError
from casework.common.imports import working
from casework.common.imports.reading import read
from casework.hearings import conflicts
from casework.hearings.imports.reading import SHAPE
from casework.hearings.imports.working import HEARINGS
from casework.hearings.models import (
    ChangeNotice,
    Court,
    Hearing,
    HearingChange,
    HearingConflict,
    HearingImport,
)
from casework.hearings.results import record_attendance
from casework.hearings.services import change
from casework.participants.models import Assignment, Case, Participant
from casework.retention.apply import apply_retention
from casework.retention.models import Certificate
from casework.staff.models import Office, User
from tests import people
from tests.hearings.conftest import Enter, browser_of

pytestmark = pytest.mark.django_db
HEAD = "a_number,case,court,kind,mode,starts,judge,room,link,status\n"
PACIFIC = ZoneInfo("America/Los_Angeles")


def row_of(person: Participant, at: Court, local: str, **kw: str) -> str:
    cells = {
        "a_number": person.a_number, "case": "", "court": f'"{at.name}"', "kind": "master",
        "mode": "", "starts": local, "judge": "", "room": "", "link": "", "status": "",
    } | kw  # fmt: skip
    return ",".join(cells.values()) + "\n"


def bring_in(text: str | bytes, by: User, now: datetime, *, dry: bool = False) -> HearingImport:
    content = text.encode() if isinstance(text, str) else text
    upload = HEARINGS.take_in(content, by=by, now=now, check_only=dry)
    return HEARINGS.work(upload.pk, now=now)


@pytest.fixture
def spring(now: datetime) -> str:
    """A morning next May, on the wall of the court."""
    return f"{now.year + 1}-05-04 09:00"


def test_five_thousand_rows_with_two_hundred_bad_ones(
    office: Office, officer: User, court: Court, now: datetime
) -> None:
    """The good ones come in, each bad one is named, a second import changes nothing; quickly."""
    made = Participant.objects.bulk_create(
        Participant(
            given_name="P", family_name=f"N{n}", a_number=f"{300_000_000 + n}", office=office,
            created_at=now,
        )
        for n in range(4800)
    )  # fmt: skip
    Case.objects.bulk_create(Case(participant=person) for person in made)
    Assignment.objects.bulk_create(
        Assignment(participant=person, officer=officer, from_at=now) for person in made
    )
    bad = ["abc,,{c},master,,{t},,,,\n", "{a},,Nowhere,master,,{t},,,,\n",
           "{a},,{c},party,,{t},,,,\n", "{a},,{c},master,,soon,,,,\n",
           "999999999,,{c},master,,{t},,,,\n"]  # fmt: skip
    at = f"{now.year + 1}-05-04 09:30"
    lines, wrong = [], []
    good = iter(made)
    for n in range(5000):
        if n % 25 == 7:
            filled = bad[(n // 25) % 5].format(a=made[0].a_number, c=f'"{court.name}"', t=at)
            wrong.append(n + 2)
            lines.append(filled)
        else:
            lines.append(row_of(next(good), court, at, room="7"))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        first = bring_in(HEAD + "".join(lines), officer, now)
    assert first.counts == {"new": 4800, "changed": 0, "same": 0, "held": 0, "bad": 200}
    assert sorted({line for line, _column, _message in first.bad_rows}) == wrong
    assert Hearing.objects.count() == HearingChange.objects.count() == 4800
    assert ChangeNotice.objects.filter(acknowledged_at=None).count() == 4800
    assert len(queries) < 120, len(queries)
    before = list(Hearing.objects.order_by("pk").values())
    second = bring_in(HEAD + "".join(lines), officer, now + timedelta(hours=1))
    assert second.counts == {"new": 0, "changed": 0, "same": 4800, "held": 0, "bad": 200}
    assert second.bad_rows == first.bad_rows
    assert list(Hearing.objects.order_by("pk").values()) == before
    assert HearingChange.objects.count() == ChangeNotice.objects.count() == 4800


def test_a_dry_run_changes_nothing_and_says_the_same(
    alice: Participant, officer: User, court: Court, now: datetime, spring: str
) -> None:
    text = HEAD + row_of(alice, court, spring) + row_of(alice, court, "soon")
    tried = bring_in(text, officer, now, dry=True)
    assert tried.state == "checked"
    assert not Hearing.objects.exists()
    done = HEARINGS.work(HEARINGS.confirm(tried, by=officer, now=now).pk, now=now)
    assert (done.state, done.counts) == ("done", tried.counts)
    assert done.bad_rows == tried.bad_rows
    hearing = Hearing.objects.get()
    assert hearing.starts_at == datetime(now.year + 1, 5, 4, 16, tzinfo=UTC)
    assert (hearing.source, hearing.verified_at) == ("import", now)
    assert Entry.objects.get(verb="imported hearings").facts["new"] == 1


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ({"a_number": "12"}, "a_number", "seven to nine digits"),
        ({"a_number": "876543210"}, "a_number", "Unknown A-number"),
        ({"court": "Atlantis"}, "court", "not a court that we know"),
        ({"court": ""}, "court", "Is empty"),
        ({"kind": "party"}, "kind", "one of: master"),
        ({"kind": ""}, "kind", "Is empty"),
        ({"mode": "carrier pigeon"}, "mode", "one of: in_person"),
        ({"case": "asylum_only"}, "case", "no open case of this kind"),
        ({"starts": ""}, "starts", "Is empty"),
        ({"starts": "01.05.2027 09:00"}, "starts", "not a date and time"),
        ({"starts": "2027-02-30 09:00"}, "starts", "not a date and time"),
        ({"starts": "2027-05-04"}, "starts", "not a date and time"),
        ({"starts": "2027-03-14 02:30"}, "starts", "does not exist"),
        ({"starts": "2027-11-07 01:30"}, "starts", "comes twice"),
        ({"starts": "2206-05-04 09:00"}, "starts", "too far"),
        ({"starts": "9999-12-31 23:59"}, "starts", "too far"),
        ({"starts": "0001-01-01 00:00"}, "starts", "too far"),
        ({"link": "https://court.example/1"}, "link", "Only a hearing by video"),
        ({"link": "javascript:alert(1)", "mode": "video"}, "link", "not a web address"),
        ({"judge": "x" * 121}, "judge", "longer than 120"),
        ({"status": "maybe"}, "status", "one of: scheduled"),
        ({"status": "cancelled"}, "status", "no hearing at this time"),
    ],
)
def test_a_bad_row_is_named_with_line_and_column(
    alice: Participant, officer: User, court: Court, now: datetime, spring: str,
    cells: dict[str, str], column: str, said: str,
) -> None:  # fmt: skip
    done = bring_in(HEAD + row_of(alice, court, spring, **cells), officer, now)
    ((line, named, message),) = done.bad_rows
    assert (line, named) == (2, column)
    assert said in message
    assert not Hearing.objects.exists()


@pytest.mark.parametrize(
    ("local", "hours"),
    [
        ("2027-03-14 09:00", 16), ("2027-03-13 09:00", 17), ("2027-11-07 09:00", 17),
        ("2027-11-06 09:00", 16), ("03/15/2027 9:00 AM", 16), ("03/15/2027 1:30pm", 20),
        ("2027-03-15T09:00", 16), ("2027-03-15T09:00:00-04:00", 13), ("2027-03-15T09:00Z", 9),
    ],
)  # fmt: skip
def test_times_are_the_courts_on_both_sides_of_both_clock_changes(
    alice: Participant, officer: User, court: Court, now: datetime, local: str, hours: int
) -> None:
    done = bring_in(HEAD + row_of(alice, court, local), officer, now)
    assert done.bad_rows == []
    assert Hearing.objects.get().starts_at.astimezone(UTC).hour == hours


def test_encodings_separators_and_headings_are_tolerated(
    alice: Participant, officer: User, court: Court, now: datetime, spring: str
) -> None:
    day, at = spring.split()
    table = "Alien No.;Hearing Type;Immigration Court;Hearing Date;Hearing Time;Judge\r\n" + (
        f"A {alice.a_number[:3]}-{alice.a_number[3:6]}-{alice.a_number[6:]};Master Calendar;"
        f"los angeles - olive street;{day};{at};Núñez\r\n\r\n"
    )
    for content in (
        table.encode(), table.encode("utf-8-sig"), table.encode("utf-16"), table.encode("cp1252"),
        table.replace(";", "\t").encode(), table.replace(";", "|").encode(),
    ):  # fmt: skip
        done = bring_in(content, officer, now)
        assert done.bad_rows == []
    assert Hearing.objects.get().judge == "Núñez"


def test_a_record_over_several_lines_is_named_by_its_first(
    alice: Participant, officer: User, court: Court, now: datetime, spring: str
) -> None:
    text = HEAD + row_of(alice, court, spring, judge='"Two\nlines"') + row_of(alice, court, "x")
    assert [row[0] for row in bring_in(text, officer, now).bad_rows] == [4]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02PK", "not a text file"),
        (b"a_number,court\n1,2\n", "Missing: kind, starts"),
        (HEAD.encode(), "no row"),
        (b"a_number,court,kind,starts\n" + b"1,2,3,4\n" * 50_001, "more than 50,000 rows"),
        (b"x" * 10_000_001, "larger than 10 MB"),
        (b'a_number,court,kind,starts\n1,"' + b"y" * 200_000, "cannot be read"),
    ],
)
def test_what_is_no_table_of_hearings_is_refused_whole(
    officer: User, now: datetime, content: bytes, said: str
) -> None:
    with pytest.raises(RuleError, match=said):
        read(content, SHAPE)
    with pytest.raises(RuleError):
        HEARINGS.take_in(content, by=officer, now=now)
    assert not HearingImport.objects.exists()


def test_the_same_hearing_twice_in_a_file_counts_once(
    alice: Participant, officer: User, court: Court, now: datetime, spring: str
) -> None:
    done = bring_in(HEAD + row_of(alice, court, spring) * 2, officer, now)
    assert done.counts["new"] == 1
    assert done.bad_rows == [[3, "", "Line 2 names the same hearing."]]


def test_a_later_file_moves_the_date_and_the_participant_is_asked_again(
    alice: Participant, officer: User, court: Court, now: datetime, spring: str
) -> None:
    bring_in(HEAD + row_of(alice, court, spring), officer, now)
    later = spring.replace("-05-04", "-06-08")
    done = bring_in(HEAD + row_of(alice, court, later), officer, now)
    assert done.counts["changed"] == 1
    hearing = Hearing.objects.get()
    assert hearing.starts_at.astimezone(PACIFIC).month == 6
    assert [row.kind for row in hearing.changes.order_by("pk")] == ["entered", "moved"]
    assert ChangeNotice.objects.get(replaced_at=None).change.kind == "moved"
    assert not HearingConflict.objects.exists()


def test_two_dates_in_one_file_are_two_hearings(
    alice: Participant, officer: User, court: Court, now: datetime, spring: str
) -> None:
    later = spring.replace("-05-04", "-06-08")
    both = HEAD + row_of(alice, court, spring) + row_of(alice, court, later)
    assert bring_in(both, officer, now).counts["new"] == 2
    assert bring_in(both, officer, now).counts["same"] == 2


def test_details_follow_the_file_and_what_it_leaves_empty_stays(
    alice: Participant, officer: User, court: Court, now: datetime, spring: str
) -> None:
    link = "https://court.example/7"
    video = row_of(alice, court, spring, mode="video", link=link, judge="A. Judge", room="3")
    bring_in(HEAD + video, officer, now)
    done = bring_in(HEAD + row_of(alice, court, spring, mode="telephone", room="4"), officer, now)
    hearing = Hearing.objects.get()
    assert done.counts["changed"] == 1
    assert (hearing.mode, hearing.video_url) == ("telephone", "")
    assert (hearing.room, hearing.judge) == ("4", "A. Judge")


def test_a_cancelled_row_takes_the_date_back_and_a_later_one_puts_it_on_again(
    alice: Participant, officer: User, court: Court, now: datetime, spring: str
) -> None:
    on, off = row_of(alice, court, spring), row_of(alice, court, spring, status="cancelled")
    counts = [bring_in(HEAD + text, officer, now).counts for text in (on, off, off, on, on)]
    assert [(c["new"], c["changed"], c["same"]) for c in counts] == [
        (1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 1, 0), (0, 0, 1)
    ]  # fmt: skip
    kinds = [row.kind for row in Hearing.objects.get().changes.order_by("pk")]
    assert kinds == ["entered", "cancelled", "restored"]


def test_what_an_officer_took_back_no_file_puts_on_again(
    alice: Participant, officer: User, court: Court, now: datetime, spring: str
) -> None:
    text = HEAD + row_of(alice, court, spring)
    bring_in(text, officer, now)
    change(Hearing.objects.get(), {"cancelled": True}, by=officer, now=now)
    done = bring_in(text, officer, now)
    assert (done.counts["held"], done.counts["changed"]) == (1, 0)
    assert "taken this date back" in done.preview[0]["why"]
    assert Hearing.objects.get().cancelled_at is not None


def test_a_date_that_an_officer_entered_is_not_overwritten_but_disputed(
    entered: Enter, alice: Participant, officer: User, court: Court, now: datetime, spring: str
) -> None:
    ours = entered(source="court_notice", room="1")
    text = HEAD + row_of(alice, court, spring)
    assert bring_in(text, officer, now).counts["new"] == 1
    ours.refresh_from_db()
    assert ours.cancelled_at is None
    conflict = HearingConflict.objects.get()
    conflicts.settle(conflict, "first", by=officer, now=now)
    assert bring_in(text, officer, now).counts["held"] == 1
    assert HearingConflict.objects.open(now).count() == 0


def test_a_file_fills_gaps_in_what_an_officer_entered_and_no_more(
    entered: Enter, alice: Participant, officer: User, court: Court, now: datetime
) -> None:
    at = datetime(now.year + 1, 5, 4, 9, tzinfo=PACIFIC)
    other = Court.objects.create(name="Other Immigration Court", timezone="America/Los_Angeles")
    entered(source="court_notice", room="1", starts_at=at)
    row = row_of(alice, court, f"{at:%Y-%m-%d %H:%M}", room="2", judge="A. Judge")
    assert bring_in(HEAD + row, officer, now).counts["changed"] == 1
    hearing = Hearing.objects.get()
    assert (hearing.room, hearing.judge, hearing.source) == ("1", "A. Judge", "court_notice")
    elsewhere = row_of(alice, other, f"{at:%Y-%m-%d %H:%M}")
    assert bring_in(HEAD + elsewhere, officer, now).counts["held"] == 1


def test_a_hearing_with_attendance_is_not_taken_back(
    alice: Participant, officer: User, court: Court, now: datetime
) -> None:
    at = (now - timedelta(days=2)).astimezone(PACIFIC).replace(hour=9, minute=0)
    row = {"local": f"{at:%Y-%m-%d %H:%M}"}
    bring_in(HEAD + row_of(alice, court, **row), officer, now)
    record_attendance(Hearing.objects.get(), "attended", by=officer, now=now)
    done = bring_in(HEAD + row_of(alice, court, **row, status="cancelled"), officer, now)
    assert "it took place" in done.bad_rows[0][2]


def test_whom_the_uploader_may_not_see_is_unknown_like_anybody(
    alice: Participant, officer: User, stranger: User, court: Court, now: datetime, spring: str
) -> None:
    text = HEAD + row_of(alice, court, spring) + row_of(alice, court, spring, a_number="876543210")
    done = bring_in(text, stranger, now)
    assert [row[1:] for row in done.bad_rows] == [["a_number", "Unknown A-number."]] * 2
    assert not Hearing.objects.exists()
    for user, known in (
        (people.officer(officer.offices.get()), False), (people.administrator(), True),
        (people.supervisor(alice.office), True), (people.supervisor(people.office()), False),
    ):  # fmt: skip
        tried = bring_in(text, user, now, dry=True)
        assert tried.counts["new"] == int(known), user.role


def test_work_that_stopped_half_way_goes_on_where_it_was(
    alice: Participant, officer: User, court: Court, now: datetime, monkeypatch: Any
) -> None:
    monkeypatch.setattr(working, "CHUNK", 2)
    rows = [row_of(alice, court, f"{now.year + 1}-05-0{n} 09:00") for n in range(1, 6)]
    content = (HEAD + "".join(rows)).encode()
    upload = HEARINGS.take_in(content, by=officer, now=now, check_only=False)
    understood = HEARINGS.understood(read(content, SHAPE), by=officer, now=now)
    assert HEARINGS.work_on(upload, understood, now)
    upload.refresh_from_db()
    assert (upload.rows_done, upload.state, Hearing.objects.count()) == (2, "importing", 2)
    assert HEARINGS.left_behind(now) == []
    assert HEARINGS.left_behind(now + working.LEASE) == [upload.pk]
    assert HEARINGS.left_behind(now + working.LEASE) == [], "one nudge at a time"
    done = HEARINGS.work(upload.pk, now=now)
    assert (done.counts["new"], done.counts["same"], done.state) == (5, 0, "done")
    assert HEARINGS.work(upload.pk, now=now).counts["new"] == 5


def test_the_file_is_deleted_after_a_month_and_the_figures_stay(
    alice: Participant, officer: User, court: Court, now: datetime, spring: str, media_root: Path
) -> None:
    upload = bring_in(HEAD + row_of(alice, court, spring) + "x,,,,,,,,,\n", officer, now)
    assert len(list(media_root.rglob("*.csv"))) == 1
    apply_retention(now + timedelta(days=29))
    assert len(list(media_root.rglob("*.csv"))) == 1
    apply_retention(now + timedelta(days=31))
    assert Certificate.objects.get(rule="imported_hearings").files == 1
    assert list(media_root.rglob("*.csv")) == []
    upload.refresh_from_db()
    assert (upload.counts["new"], upload.preview) == (1, [])
    assert HEARINGS.bad_rows_as_csv(upload)[1][0] == "3"


def test_pages_lead_from_the_file_over_the_check_to_the_bad_rows(
    alice: Participant, officer: User, court: Court, spring: str, django_assert_max_num_queries: Any
) -> None:
    client = browser_of(officer)
    start = reverse("console:import_hearings")
    assert client.get(start).status_code == 200
    assert client.post(start, {}).status_code == 422
    broken = client.post(start, {"file": SimpleUploadedFile("h.csv", b"a,b\n1,2\n")})
    assert broken.status_code == 422
    assert "Missing: " in broken.content.decode()
    text = HEAD + row_of(alice, court, spring) + row_of(alice, court, spring, kind="=1+1")
    sent = client.post(start, {"file": SimpleUploadedFile("h.csv", text.encode())})
    page = sent["Location"]
    with django_assert_max_num_queries(15):
        shown = client.get(page).content.decode()
    assert alice.family_name in shown
    assert "Import 1 hearing" in shown
    assert not Hearing.objects.exists()
    upload = HearingImport.objects.get()
    confirm = reverse("console:confirm_import", args=[upload.public_id])
    for _press in range(2):
        assert client.post(confirm)["Location"] == page
    assert Hearing.objects.count() == 1
    fetched = client.get(reverse("console:bad_rows", args=[upload.public_id]))
    assert "attachment" in fetched["Content-Disposition"]
    heading, bad = list(csv.reader(io.StringIO(fetched.content.decode("utf-8-sig"))))
    assert heading[:3] == ["line", "what is wrong", "a_number"]
    assert bad[0] == "3"
    assert bad[5] == "'=1+1", "no formula for a spreadsheet"


def test_an_import_is_its_uploaders_alone(
    alice: Participant, officer: User, stranger: User, court: Court, now: datetime, spring: str
) -> None:
    upload = bring_in(HEAD + row_of(alice, court, spring), officer, now, dry=True)
    for other in (stranger, people.officer(alice.office), people.administrator()):
        client = browser_of(other)
        for name in ("hearing_import", "bad_rows"):
            url = reverse(f"console:{name}", args=[upload.public_id])
            assert client.get(url).status_code == 404
        confirm = reverse("console:confirm_import", args=[upload.public_id])
        assert client.post(confirm).status_code == 404
    assert not Hearing.objects.exists()


def test_a_large_file_is_left_to_a_worker_and_the_page_shows_how_far_it_is(
    alice: Participant, officer: User, court: Court, spring: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr(working, "AT_ONCE", 1)
    client = browser_of(officer)
    text = HEAD + row_of(alice, court, spring) + row_of(alice, court, spring, kind="bond")
    url = reverse("console:import_hearings")
    page = client.post(url, {"file": SimpleUploadedFile("h.csv", text.encode())})["Location"]
    shown = client.get(page).content.decode()
    assert "0 of 2 rows" in shown
    assert 'http-equiv="refresh"' in shown
    upload = HearingImport.objects.get()
    HEARINGS.work(upload.pk, now=upload.made_at)
    assert "Import 2 hearings" in client.get(page).content.decode()


def test_the_command_says_what_it_would_do_and_does_it(
    alice: Participant, court: Court, spring: str, tmp_path: Path
) -> None:
    file = tmp_path / "hearings.csv"
    file.write_text(HEAD + row_of(alice, court, spring) + row_of(alice, court, "soon"))

    def run(*words: str) -> str:
        said = io.StringIO()
        call_command("load_hearings", str(file), *words, stdout=said)
        return said.getvalue()

    with pytest.raises(CommandError, match="no such active member"):
        run()
    boss = people.administrator()
    tried = json.loads(run("--dry-run", "--json"))
    assert (tried["dry_run"], tried["new"], tried["bad"]) == (True, 1, 1)
    assert tried["bad_rows"][0]["line"] == 3
    assert not Hearing.objects.exists()
    assert "1 new" in run("--by", boss.email)
    assert json.loads(run("--json"))["same"] == 1
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_hearings", str(tmp_path / "none.csv"))


def test_a_stranger_import_id_is_404_over_the_pages(officer: User) -> None:
    url = reverse("console:hearing_import", args=[uuid4()])
    assert browser_of(officer).get(url).status_code == 404
