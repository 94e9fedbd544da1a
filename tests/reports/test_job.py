"""Made once, by whoever finishes it; the same bytes again; given up, expired, every month."""

import hashlib
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from casework.audit.models import Entry
from casework.common.errors import RuleError, WrongState
from checkins.models import DrawKey, ReceiptKey
from checkins.receipts import check
from checkins.receipts.signing import opened
from smartlink.reports import job, making, services, sweeps
from smartlink.reports.models import Report, ReportFile, Schedule, State
from smartlink.reports.writers import WRITERS
from tests import people
from tests.reports.conftest import Place, now, october

pytestmark = pytest.mark.django_db


def asked(by: Place, formats: list[str] | None = None, **kw: Any) -> Report:
    return services.ask(october(**kw), formats or list(WRITERS), by=by.supervisor, now=now())


def content_of(file: ReportFile) -> bytes:
    with default_storage.open(str(file.file.name)) as kept:
        return kept.read()


def test_every_format_is_made_and_its_sum_is_kept(here: Place) -> None:
    report = asked(here)
    assert job.make(report.pk, now=now())
    report.refresh_from_db()
    assert (report.state, report.progress) == (State.READY, 100)
    assert {file.format for file in report.files.all()} == set(WRITERS)
    for file in report.files.all():
        assert hashlib.sha256(content_of(file)).hexdigest() == file.sha256
    assert not job.make(report.pk, now=now()), "nothing is left to do"


def test_what_happens_later_changes_nothing_in_the_same_report_made_again(here: Place) -> None:
    report = asked(here)
    job.make(report.pk, now=now())
    from checkins import lifecycle

    missed = next(one for one in here.asked if one.state == "missed")
    lifecycle.excuse(missed, by=here.officer, reason="in hospital", now=now())
    report.refresh_from_db()
    again = services.make_again(report, by=here.supervisor, now=now())
    job.make(again.pk, now=now())
    sums = dict(report.files.values_list("format", "sha256"))
    assert dict(again.files.values_list("format", "sha256")) == sums
    fresh = asked(here)
    job.make(fresh.pk, now=now())
    assert fresh.files.get(format="csv").sha256 != sums["csv"], "a new report says what is new"


def test_whoever_finds_it_half_made_finishes_it_and_writes_nothing_twice(
    here: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = asked(here, ["pdf", "xlsx", "csv"])
    real, calls = making.write, []

    def dies_at_the_second(content: Any, form: str, *rest: Any) -> None:
        calls.append(form)
        if len(calls) == 2:
            raise KeyboardInterrupt  # as a process that is killed: nothing is tidied up
        real(content, form, *rest)

    monkeypatch.setattr(job.making, "write", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        job.make(report.pk, now=now())
    report.refresh_from_db()
    assert report.state == State.RUNNING
    default_storage.save(f"reports/{report.public_id}.xlsx", _torn())
    assert sweeps.left_behind(now() + timedelta(minutes=1)) == [report.pk]
    assert job.make(report.pk, now=now())
    assert calls == ["pdf", "xlsx", "xlsx", "csv"]
    names = [str(file.file.name) for file in report.files.all()]
    assert names == [f"reports/{report.public_id}.{form}" for form in ("pdf", "xlsx", "csv")]
    assert content_of(report.files.get(format="xlsx"))[:2] == b"PK"


def _torn() -> Any:
    from django.core.files.base import ContentFile

    return ContentFile(b"half a fi")


@pytest.mark.django_db(transaction=True)
def test_of_two_processes_one_makes_it(here: Place) -> None:
    report = asked(here, ["json"])
    made: list[bool] = []
    gate = threading.Barrier(2)

    def run() -> None:
        gate.wait()
        made.append(job.make(report.pk, now=now()))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False, True]
    assert ReportFile.objects.filter(report=report).count() == 1


def test_given_up_in_the_middle_it_stops_and_leaves_no_file(
    here: Place, monkeypatch: pytest.MonkeyPatch, media_root: Path
) -> None:
    report = asked(here)
    real = making.write

    def cancelled_meanwhile(content: Any, form: str, *rest: Any) -> None:
        if form == "xlsx":
            services.cancel(Report.objects.get(pk=report.pk), by=here.supervisor, now=now())
        real(content, form, *rest)

    monkeypatch.setattr(job.making, "write", cancelled_meanwhile)
    assert not job.make(report.pk, now=now())
    report.refresh_from_db()
    assert report.state == State.CANCELLED
    assert list((media_root / "reports").glob("*")) == []
    with pytest.raises(WrongState):
        services.cancel(report, by=here.supervisor, now=now())


def test_a_failure_is_said_and_not_tried_for_ever(
    here: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = asked(here)
    monkeypatch.setattr(job.making, "content_of", lambda _frozen: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        job.make(report.pk, now=now())
    report.refresh_from_db()
    assert report.state == State.FAILED
    killed = asked(here)
    Report.objects.filter(pk=killed.pk).update(state=State.RUNNING, tries=job.MOST_TRIES)
    assert not job.make(killed.pk, now=now())
    killed.refresh_from_db()
    assert killed.state == State.FAILED


def test_files_are_deleted_when_their_time_is_over_and_can_be_made_again(
    here: Place, media_root: Path
) -> None:
    report = asked(here, ["csv"])
    job.make(report.pk, now=now())
    (file,) = report.files.all()
    assert job.expire(now()) == 0
    later = now() + timedelta(days=91)
    report.refresh_from_db()
    assert (job.expire(later), job.expire(later)) == (1, 0)
    assert list((media_root / "reports").glob("*")) == []
    again = services.make_again(report, by=here.supervisor, now=later)
    job.make(again.pk, now=later)
    assert again.files.get().sha256 == file.sha256


def test_a_link_opens_one_file_for_five_minutes_and_is_written_down(here: Place) -> None:
    report = asked(here, ["csv"])
    job.make(report.pk, now=now())
    token = services.path_to(report.files.get(), by=here.supervisor, now=now()).split("/")[2]
    found = services.file_of_link(token, now=now())
    assert found is not None
    assert services.file_of_link(token, now=now() + timedelta(minutes=6)) is None
    assert services.file_of_link(token[:-3] + "abc", now=now()) is None
    here.supervisor.offices.clear()
    assert services.file_of_link(token, now=now()) is None, "the office is no longer theirs"


def test_asking_is_audited_without_names(here: Place) -> None:
    report = asked(here, ["csv"], kind="participant", participant=here.person.public_id)
    entry = Entry.objects.get(verb="asked for a report")
    assert entry.object_id == report.public_id
    assert entry.participant_id == here.person.public_id
    assert here.person.family_name not in str(entry.facts)


def test_the_sums_are_signed_by_the_published_key_and_are_no_receipt(here: Place) -> None:
    report = asked(here, ["csv", "json"])
    job.make(report.pk, now=now())
    report.refresh_from_db()
    said = opened(report.signature, ReceiptKey.objects.get().public)
    assert said is not None
    assert {f["format"]: f["sha256"] for f in said["files"]} == dict(
        report.files.values_list("format", "sha256")
    )
    assert check(report.signature) is None


def test_a_month_is_reported_once_after_it_is_over(here: Place) -> None:
    october_2 = datetime(2026, 10, 2, tzinfo=UTC)
    schedule = services.schedule_monthly(october(), by=here.supervisor, now=october_2)
    assert sweeps.ask_scheduled(datetime(2026, 11, 2, 12, tzinfo=UTC)) == []
    (pk,) = sweeps.ask_scheduled(datetime(2026, 11, 3, 13, tzinfo=UTC))
    assert sweeps.ask_scheduled(datetime(2026, 11, 3, 13, tzinfo=UTC)) == []
    report = Report.objects.get(pk=pk)
    assert (report.parameters["from"], report.parameters["to"]) == ("2026-10-01", "2026-10-31")
    assert report.offices == [here.office.pk]
    caught_up = sweeps.ask_scheduled(datetime(2027, 1, 10, tzinfo=UTC))
    assert len(caught_up) == 2
    services.end_schedule(schedule, by=here.supervisor, now=now())
    assert sweeps.ask_scheduled(datetime(2028, 1, 10, tzinfo=UTC)) == []


def test_a_schedule_of_somebody_who_lost_the_office_ends(here: Place) -> None:
    services.schedule_monthly(october(), by=here.supervisor, now=datetime(2026, 10, 2, tzinfo=UTC))
    here.supervisor.offices.clear()
    assert sweeps.ask_scheduled(datetime(2026, 11, 9, tzinfo=UTC)) == []
    assert Schedule.objects.filter(ended_at__isnull=True).count() == 0


def test_nobody_asks_about_another_office(here: Place, there: Place) -> None:
    for wish in (
        october(office=there.office.public_id),
        october(officer=there.officer.public_id),
        october(kind="participant", participant=there.person.public_id),
        october(region="West"),
    ):
        with pytest.raises(RuleError) as refused:
            services.ask(wish, ["csv"], by=here.supervisor, now=now())
        assert refused.value.code == "not_found"
    own = asked(here)
    assert Report.objects.visible_to(there.supervisor).count() == 0
    assert list(Report.objects.visible_to(here.supervisor)) == [own]
    assert Report.objects.visible_to(here.officer).count() == 0
    assert Report.objects.visible_to(people.administrator()).count() == 1


def test_one_person_report_has_every_request_and_its_receipts(here: Place) -> None:
    frozen = asked(here, kind="participant", participant=here.person.public_id).parameters
    content = making.content_of(frozen)
    table = content.tables[1]
    rows = [dict(zip([c.name for c in table.columns], row, strict=True)) for row in table.rows()]
    assert [row["outcome"] for row in rows] == ["On time"] * 9 + ["Missed"] * 2 + ["Open"]
    assert rows[0]["issued_at"] == "2026-10-05 11:00 EDT"
    assert rows[0]["response_minutes"] == 7
    assert {str(one.public_id) for one in here.asked} == {row["reference"] for row in rows}


def test_the_list_of_people_agrees_with_the_totals_and_is_asked_for_once(
    here: Place, there: Place, django_assert_max_num_queries: Any
) -> None:
    second = people.participant(here.officer)
    content = making.content_of(asked(here, kind="participants").parameters)
    (table,) = content.tables
    first = list(table.rows())
    with django_assert_max_num_queries(0):
        assert list(table.rows()) == first
    names = [c.name for c in table.columns]
    assert len(first) == 1, "somebody enrolled after the period is not in it" if second else ""
    row = dict(zip(names, first[0], strict=True))
    assert (row["requests"], row["on_time"], row["missed"]) == (12, 9, 2)
    assert row["compliance_rate"] == pytest.approx(9 / 11)
    assert row["median_response"] == 7


def test_the_audit_of_the_draws_says_whether_each_day_holds(here: Place) -> None:
    from checkins.scheduling.keys import make_keys

    make_keys(now() - timedelta(days=3))
    day = DrawKey.objects.latest("-day").day
    content = making.content_of(asked(here, kind="draws", first=day, last=day).parameters)
    (row,) = content.tables[0].rows()
    assert row[:2] == (day, "Holds")
    none = making.content_of(
        asked(here, kind="draws", first=date(2020, 1, 1), last=date(2020, 1, 1)).parameters
    )
    assert next(iter(none.tables[0].rows()))[1] == "No key"
