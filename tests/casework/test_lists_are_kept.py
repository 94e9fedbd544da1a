"""The files of imports: certified when they go, kept under a hold, never begun too late."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from casework.common import clock
from casework.common.errors import WrongState
from casework.participants.imports.working import PEOPLE
from casework.retention.apply import apply_retention, hash_of
from casework.retention.holds import lift_hold, set_hold
from casework.retention.models import Certificate
from casework.staff.models import User
from tests import people
from tests.casework.lists import ANA, bring_in, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return people.officer(people.office(name="Newark"))


@pytest.fixture
def now() -> datetime:
    return clock.now().replace(microsecond=0)


def test_the_file_and_the_names_are_deleted_after_a_month(
    officer: User, now: datetime, media_root: Path
) -> None:
    upload = bring_in(table(ANA), officer)
    assert "Núñez" in upload.preview[0]["name"]
    apply_retention(now + timedelta(days=29))
    assert len(list(media_root.rglob("*.csv"))) == 1
    apply_retention(now + timedelta(days=31))
    assert list(media_root.rglob("*.csv")) == []
    upload.refresh_from_db()
    assert (upload.counts["new"], upload.preview, bool(upload.file)) == (1, [], False)
    certificate = Certificate.objects.get(rule="imported_people")
    assert (certificate.count, certificate.files, certificate.participant_id) == (1, 1, None)
    assert certificate.hashes == [hash_of(upload.public_id)]


def test_a_legal_hold_on_somebody_named_keeps_the_file(
    officer: User, now: datetime, media_root: Path
) -> None:
    upload = bring_in(table(ANA), officer)
    boss = people.supervisor(officer.offices.get())
    [ana] = PEOPLE.people_of(upload, officer)
    unrelated = people.participant(officer)
    set_hold(unrelated, reason="A suit.", by=boss, now=now)
    set_hold(ana, reason="A suit.", by=boss, now=now)
    later = now + timedelta(days=31)
    kept = next(one for one in apply_retention(later) if one.rule == "imported_people")
    assert (kept.due, kept.held, kept.deleted) == (0, 1, 0)
    assert len(list(media_root.rglob("*.csv"))) == 1
    lift_hold(ana, reason="It is over.", by=boss, now=later)
    apply_retention(later)
    assert list(media_root.rglob("*.csv")) == []


def test_a_file_that_went_before_its_row_does_not_stop_the_rule(
    officer: User, now: datetime, media_root: Path
) -> None:
    upload = bring_in(table(ANA), officer)
    [ana] = PEOPLE.people_of(upload, officer)
    boss = people.supervisor(officer.offices.get())
    set_hold(ana, reason="A suit.", by=boss, now=now)
    [path] = media_root.rglob("*.csv")
    path.unlink()
    apply_retention(now + timedelta(days=31))
    upload.refresh_from_db()
    assert not upload.file


@pytest.mark.parametrize("content", [b"", b"foo,bar\n1,2\n"])
def test_a_file_that_cannot_be_read_is_kept_under_a_hold_and_stops_no_rule(
    officer: User, now: datetime, media_root: Path, content: bytes
) -> None:
    bring_in(table(ANA), officer)
    boss = people.supervisor(officer.offices.get())
    somebody = people.participant(officer)
    set_hold(somebody, reason="A suit.", by=boss, now=now)
    [path] = media_root.rglob("*.csv")
    path.write_bytes(content)
    later = now + timedelta(days=31)
    kept = next(one for one in apply_retention(later) if one.rule == "imported_people")
    assert (kept.held, path.exists()) == (1, True)
    lift_hold(somebody, reason="It is over.", by=boss, now=later)
    apply_retention(later)
    assert not path.exists()


def test_what_was_checked_is_not_imported_once_its_file_is_gone(
    officer: User, now: datetime, media_root: Path
) -> None:
    upload = bring_in(table(ANA), officer, dry=True)
    later = now + timedelta(days=31)
    apply_retention(later)
    with pytest.raises(WrongState):
        PEOPLE.confirm(upload, by=officer, now=later)
    assert PEOPLE.left_behind(later + timedelta(hours=1)) == []
