"""A crowd filled in bulk is one that the real services could have left behind."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F, Q
from django.test import override_settings

from casework.common import clock
from casework.documents.models import Document
from casework.messages.models import Message
from casework.participants.models import Participant
from casework.requests.models import ChangeReport, HelpRequest
from casework.staff.models import User
from checkins.models import Attempt, CheckIn, CheckInEvent, LastCheckIn, Review, Verification
from checkins.states import MOVES, State
from smartlink.demo import crowd
from smartlink.demo.crowd import history, papers, people
from tests.demo.test_seed import Undo

pytestmark = pytest.mark.django_db
PEOPLE = 450  # more than two caseloads: new officers are taken on


@pytest.fixture(scope="module", autouse=True)
def filled(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("crowd")
    with django_db_blocker.unblock(), suppress(Undo), transaction.atomic():
        with override_settings(MEDIA_ROOT=folder / "media"):
            call_command("seed_demo", participants=PEOPLE, years=0.25)
        yield
        raise Undo


def of_crowd() -> Any:
    return CheckIn.objects.filter(participant__a_number__startswith="3")


def test_there_are_as_many_people_as_asked_for_and_a_second_run_adds_none() -> None:
    assert Participant.objects.count() == PEOPLE
    before = CheckIn.objects.count()
    assert crowd.fill(PEOPLE, 0.25, clock.now(), lambda _done, _of: None) == (0, 0)
    assert (Participant.objects.count(), CheckIn.objects.count()) == (PEOPLE, before)


def test_every_foreign_key_leads_somewhere_though_none_was_checked_on_the_way() -> None:
    """The bulk path switches these look-ups off; so this looks them all up."""
    for model in [
        *history.TABLES,
        *papers.TABLES,
        *(model for model, _values, _source in people._BELONGINGS),
    ]:
        for field in model._meta.concrete_fields:
            if field.is_relation:
                lost = model.objects.filter(
                    Q(**{f"{field.attname}__isnull": False}),
                    ~Q(**{f"{field.attname}__in": field.related_model.objects.values("pk")}),
                )
                assert not lost.exists(), f"{model.__name__}.{field.name}"


def test_every_log_is_a_path_through_the_table_of_moves() -> None:
    moves = CheckInEvent.objects.filter(check_in__in=of_crowd()).exclude(from_state="")
    pairs = set(moves.values_list("from_state", "to_state").distinct())
    assert len(pairs) >= 8
    assert all(State(to) in MOVES[State(from_)] for from_, to in pairs)
    for check_in in of_crowd().prefetch_related("events")[:300]:
        events = sorted(check_in.events.all(), key=lambda event: (event.at, event.pk))
        assert [e.from_state for e in events] == ["", *(e.to_state for e in events[:-1])]
        assert events[-1].to_state == check_in.state


def test_what_came_of_each_check_in_hangs_together() -> None:
    answered = Q(state__in=["accepted", "in_review", "not_accepted"])
    assert not of_crowd().filter(answered, attempts=None).exists()
    assert not of_crowd().filter(~answered & ~Q(attempts=None)).exists()
    matched = Verification.objects.filter(result="match", attempt__check_in__in=of_crowd())
    assert set(matched.values_list("attempt__check_in__state", flat=True)) == {"accepted"}
    own = Attempt.objects.filter(check_in__in=of_crowd())
    assert not own.filter(received_at__gt=F("check_in__deadline_at")).exists()
    waiting = Review.objects.filter(check_in__in=of_crowd(), verdict="")
    assert set(waiting.values_list("check_in__state", flat=True)) <= {"in_review"}


def test_people_send_messages_papers_and_requests_of_which_the_youngest_wait() -> None:
    crowd_of: Any = {"participant__a_number__startswith": "3"}
    for waiting, settled in (
        (Message.objects.waiting(), Message.objects.filter(author="staff")),
        (Document.objects.to_look_at(), Document.objects.filter(seen_at__isnull=False)),
        (HelpRequest.objects.waiting(), HelpRequest.objects.filter(state="closed")),
        (ChangeReport.objects.waiting(), ChangeReport.objects.filter(state="confirmed")),
    ):
        some = waiting.filter(**crowd_of).count()
        assert 0 < some < settled.filter(**crowd_of).count()
    papers_sent = Document.objects.filter(**crowd_of).with_pages()
    assert set(papers_sent.values_list("number_of_pages", flat=True)) == {1}


def test_what_became_of_each_last_check_in_stands_beside_the_person() -> None:
    over = of_crowd().exclude(state__in=["planned", "open", "verifying"])
    newest = over.order_by("participant_id", "-issued_at", "-pk").distinct("participant_id")
    kept = LastCheckIn.objects.filter(participant__a_number__startswith="3")
    facts = ("participant_id", "check_in_id", "issued_at", "state")
    wanted = newest.values_list("participant_id", "pk", "issued_at", "state")
    assert sorted(kept.values_list(*facts)) == sorted(wanted)
    assert len(wanted) > PEOPLE / 2


def test_requests_come_at_the_plans_rate_within_daytime_and_never_from_a_key() -> None:
    weeks = sum(
        float(plan.plan.rate_per_week) * (clock.now() - plan.created_at) / timedelta(weeks=1)
        for plan in Participant.objects.filter(a_number__startswith="3").select_related("plan")
    )
    assert of_crowd().count() == pytest.approx(weeks, rel=0.1)
    assert not of_crowd().filter(draw_sequence__isnull=False, issued_at__isnull=False).exists()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(extract(hour FROM issued_at AT TIME ZONE p.timezone)),"
            " max(extract(hour FROM issued_at AT TIME ZONE p.timezone))"
            " FROM checkins_checkin c JOIN participants_participant p ON p.id = c.participant_id"
            " WHERE p.a_number LIKE '3%%'"
        )
        assert cursor.fetchone() == (8, 19)


def test_every_officer_has_a_caseload_of_an_own_office() -> None:
    officers = User.objects.filter(role="officer", assignments__isnull=False).distinct()
    assert officers.count() == 4
    own = [officer.assignments.filter(until_at__isnull=True) for officer in officers]
    sizes = [rows.count() for rows in own]  # without what is covered for a colleague
    assert max(sizes) <= people.CASELOAD + 11  # the demo's own, and one handed over
    astray = Participant.objects.exclude(assignments__officer__offices=F("office"))
    assert not astray.exists()


def test_the_same_number_gives_the_same_person(tmp_path: Path, settings: Any) -> None:
    row = Participant.objects.get(a_number=str(people.FIRST_A_NUMBER + 1))
    facts = people.facts_of([(1, row.office_id)], 0.25, datetime(2026, 1, 1, tzinfo=UTC))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {people._PARTICIPANT['given_name']}, {people._PARTICIPANT['family_name']}"
            " FROM (SELECT 1 AS i) numbers",
            facts,
        )
        assert cursor.fetchone() == (row.given_name, row.family_name)
