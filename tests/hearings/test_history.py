"""What was changed is kept, only grows, and is acknowledged; sources that disagree are noticed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from casework.common.errors import RuleError, WrongState
from casework.hearings import conflicts, history
from casework.hearings.models import ChangeNotice, Court, Hearing, HearingChange, HearingConflict
from casework.hearings.services import change
from casework.participants.models import Participant
from casework.staff.models import User
from tests import people
from tests.hearings.conftest import Enter, browser_of

pytestmark = pytest.mark.django_db


def test_every_change_keeps_old_and_new_by_whom_and_from_where(
    entered: Enter, officer: User, now: datetime
) -> None:
    hearing = entered()
    later = now + timedelta(days=12)
    change(hearing, {"starts_at": later, "source": "court_notice"}, by=officer, now=now)
    change(hearing, {"cancelled": True}, by=officer, now=now)
    change(hearing, {"room": ""}, by=officer, now=now)  # nothing differs
    rows = list(HearingChange.objects.order_by("pk"))
    assert [row.kind for row in rows] == ["entered", "moved", "cancelled"]
    assert rows[1].before["starts_at"] == hearing.starts_at.isoformat()
    assert rows[1].after == {"starts_at": later.isoformat(), "source": "court_notice"}
    assert {row.actor_id for row in rows} == {officer.public_id}
    assert rows[1].source == "court_notice"


def test_the_history_cannot_be_changed_or_removed(entered: Enter) -> None:
    entered()
    for statement in ("UPDATE hearings_hearingchange SET kind = 'moved'",
                      "DELETE FROM hearings_hearingchange"):  # fmt: skip
        with pytest.raises(IntegrityError, match="only added to"), transaction.atomic():
            connection.cursor().execute(statement)
    assert HearingChange.objects.get().kind == "entered"


def test_the_participant_is_asked_about_the_latest_change_only(
    entered: Enter, officer: User, alice: Participant, now: datetime
) -> None:
    hearing = entered()
    first = ChangeNotice.objects.get()
    change(hearing, {"room": "4"}, by=officer, now=now)
    first.refresh_from_db()
    assert first.replaced_at == now
    assert history.acknowledge(first, by=alice, now=now) is False
    current = ChangeNotice.objects.get(replaced_at__isnull=True)
    assert current.change.after == {"room": "4"}
    assert history.acknowledge(current, by=people.participant(officer), now=now) is False
    assert history.acknowledge(current, by=alice, now=now) is True
    assert history.acknowledge(current, by=alice, now=now) is False
    current.refresh_from_db()
    assert current.acknowledged_at == now


def test_the_past_and_a_judges_name_alarm_nobody(
    entered: Enter, officer: User, now: datetime
) -> None:
    hearing = entered(starts_at=now - timedelta(days=1))
    change(hearing, {"judge": "A. Judge"}, by=officer, now=now)
    assert HearingChange.objects.count() == 2
    assert not ChangeNotice.objects.exists()


def test_the_same_date_is_not_entered_twice(entered: Enter) -> None:
    entered()
    with pytest.raises(RuleError, match="in the file already"):
        entered(source="court_notice")


def test_a_participants_report_is_not_verified_by_whoever_types_it(
    entered: Enter, officer: User, now: datetime
) -> None:
    reported = entered(source="participant")
    assert reported.verified_at is None
    assert change(reported, {"source": "court_notice"}, by=officer, now=now).verified_at == now


def test_two_sources_with_two_dates_disagree_once(
    entered: Enter, now: datetime, officer: User
) -> None:
    first = entered(source="court_notice")
    entered(source="court_notice", starts_at=now + timedelta(days=40))  # one source may know two
    assert not HearingConflict.objects.exists()
    second = entered(source="import", starts_at=now + timedelta(days=11))
    assert HearingConflict.objects.open(now).count() == 2
    change(second, {"room": "9"}, by=officer, now=now)
    assert HearingConflict.objects.count() == 2
    change(second, {"starts_at": first.starts_at, "kind": "bond"}, by=officer, now=now)
    assert set(HearingConflict.objects.open(now).values_list("first", flat=True)) != {first.pk}


def test_other_kinds_past_dates_and_other_people_do_not_disagree(
    entered: Enter, now: datetime, officer: User
) -> None:
    entered(source="court_notice")
    entered(source="import", kind="individual", starts_at=now + timedelta(days=11))
    entered(source="import", starts_at=now - timedelta(days=11))
    entered(source="import", of=people.participant(officer), starts_at=now + timedelta(days=12))
    assert not HearingConflict.objects.exists()


@pytest.mark.parametrize(
    ("decision", "standing"),
    [("first", [True, False]), ("second", [False, True]), ("both", [True, True])],
)
def test_settling_takes_the_other_date_back(
    entered: Enter,
    now: datetime,
    officer: User,
    decision: str,
    standing: list[bool],
) -> None:
    pair = [
        entered(source="court_notice"),
        entered(source="import", starts_at=now + timedelta(days=9)),
    ]
    conflict = HearingConflict.objects.get()
    conflicts.settle(conflict, decision, by=officer, now=now)
    for hearing in pair:
        hearing.refresh_from_db()
    assert [hearing.cancelled_at is None for hearing in pair] == standing
    conflict.refresh_from_db()
    assert (conflict.decision, conflict.settled_by) == (decision, officer)
    with pytest.raises(WrongState):
        conflicts.settle(conflict, decision, by=officer, now=now)
    change(pair[0], {"judge": "J"}, by=officer, now=now)
    assert HearingConflict.objects.open(now).count() == 0, "what was settled stays settled"


def test_the_officer_sees_it_today_and_settles_it_in_two_steps(
    entered: Enter, now: datetime, officer: User, stranger: User
) -> None:
    entered(source="court_notice")
    wrong = entered(source="import", starts_at=now + timedelta(days=9))
    conflict = HearingConflict.objects.get()
    url = reverse("console:settle_hearing", args=[conflict.public_id])
    client = browser_of(officer)
    assert url in client.get("/staff/").content.decode()
    assert url in client.get(reverse("console:hearing_conflicts")).content.decode()
    assert "1-800-898-7180" in client.get(url).content.decode()
    outside = browser_of(stranger)
    assert outside.get(url).status_code == 404
    assert outside.post(url, {"decision": "first"}).status_code == 404
    assert url not in outside.get(reverse("console:hearing_conflicts")).content.decode()
    assert client.post(url, {"decision": "first"}).status_code == 302
    wrong.refresh_from_db()
    assert wrong.cancelled_at is not None
    assert url not in client.get("/staff/").content.decode()


def test_the_page_of_a_hearing_shows_its_history_and_whether_it_was_seen(
    entered: Enter, officer: User, alice: Participant, now: datetime
) -> None:
    hearing = entered()
    change(hearing, {"room": "4"}, by=officer, now=now)
    client = browser_of(officer)
    url = reverse("console:hearing", args=[hearing.public_id])
    page = client.get(url).content.decode()
    assert "Not yet seen by the participant" in page
    assert officer.full_name in page
    assert "<ins>4</ins>" in page
    history.acknowledge(ChangeNotice.objects.get(replaced_at=None), by=alice, now=now)
    assert "Seen by the participant" in client.get(url).content.decode()


def test_a_local_time_that_does_not_exist_is_said_on_the_form(
    officer: User, alice: Participant, court: Court
) -> None:
    url = reverse("console:add_hearing", args=[alice.public_id])
    sent: dict[str, Any] = {
        "court": court.pk, "kind": "master", "mode": "in_person", "source": "officer",
    }  # fmt: skip
    client = browser_of(officer)
    for day, at, said in (("2027-03-14", "02:30", "does not exist"),
                          ("2027-11-07", "01:30", "comes twice")):  # fmt: skip
        answer = client.post(url, sent | {"day": day, "at": at})
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert not Hearing.objects.exists()
