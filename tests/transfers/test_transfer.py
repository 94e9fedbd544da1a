"""Handing cases over: all or none, with a note, taken back in time, told once it stands."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from casework.audit.models import Entry
from casework.audit.verify import verify
from casework.common import clock
from casework.common.errors import NotPermitted, RuleError, WrongState
from casework.copies.registry import parts_of_file
from casework.notices.models import Notice
from casework.notices.registry import Reading, kind_named
from casework.participants.models import Assignment, Participant
from casework.retention.apply import apply_retention
from casework.retention.holds import lift_hold, set_hold
from casework.retention.registry import retention
from casework.transfers import rules, telling
from casework.transfers.models import HandOver, Transfer
from casework.transfers.services import MovedMeanwhile, acknowledge, transfer, undo
from tests import people
from tests.transfers.conftest import Desk, officer_of, officer_row

NOW = clock.now() + timedelta(days=1)


def test_everybody_moves_in_one_act_and_the_history_stays(desk: Desk) -> None:
    made = transfer(
        desk.wanted(desk.alice, desk.bea, notes={desk.bea.pk: "Call her brother."}),
        by=desk.boss,
        now=NOW,
    )
    for person in (desk.alice, desk.bea):
        new, old = person.assignments.all()
        assert (new.officer, new.from_at, old.officer, old.until_at) == (
            desk.ben, NOW, desk.ann, NOW,
        )  # fmt: skip
        assert not Participant.objects.visible_to(desk.ann).filter(pk=person.pk).exists()
        assert Participant.objects.visible_to(desk.ben).filter(pk=person.pk).exists()
    assert made.note == "She works nights."
    assert desk.bea.assignments.first().note == "Call her brother."  # type: ignore[union-attr]
    lines = Entry.objects.filter(verb="handed over")
    assert {line.participant_id for line in lines} == {desk.alice.public_id, desk.bea.public_id}
    assert "nights" not in str([line.facts for line in lines])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"note": "  "}, "Say what"),
        ({"note": "x" * 2001}, "at most"),
        ({"notes": {1: "x" * 2001}}, "at most"),
        ({"officer": "far"}, "does not work in this office"),
        ({"officer": "boss"}, "does not work in this office"),
        ({"officer": "ann"}, "already has Alice"),
        ({"office": "elsewhere", "officer": "far"}, "not an office of yours"),
        ({"seen": {}}, "at least one"),
        ({"seen": dict.fromkeys(range(301))}, "At most 300"),
    ],
)
def test_what_does_not_fit_is_said_and_nobody_moves(
    desk: Desk, changed: dict[str, Any], said: str
) -> None:
    changed = {
        key: getattr(desk, value) if isinstance(value, str) and hasattr(desk, value) else value
        for key, value in changed.items()
    }
    wanted = desk.wanted(desk.alice)
    wanted = type(wanted)(**{**vars(wanted), **changed})
    with pytest.raises(RuleError, match=said):
        transfer(wanted, by=desk.boss, now=NOW)
    assert officer_of(desk.alice) == desk.ann
    assert not Transfer.objects.exists()


def test_an_officer_moves_nobody_and_a_supervisor_nobody_of_another_office(desk: Desk) -> None:
    with pytest.raises(NotPermitted):
        transfer(desk.wanted(desk.alice), by=desk.ann, now=NOW)
    stranger = people.participant(desk.far)
    with pytest.raises(MovedMeanwhile):
        transfer(desk.wanted(desk.alice, stranger), by=desk.boss, now=NOW)
    assert officer_of(desk.alice) == desk.ann


def test_whose_supervision_has_ended_moves_nowhere(desk: Desk) -> None:
    Participant.objects.filter(pk=desk.alice.pk).update(closed_at=NOW)
    with pytest.raises(RuleError, match="has ended"):
        transfer(desk.wanted(desk.alice), by=desk.boss, now=NOW)


def test_to_another_office_and_back(desk: Desk) -> None:
    wanted = desk.wanted(desk.alice, to=desk.far, office=desk.elsewhere)
    made = transfer(wanted, by=desk.admin, now=NOW)
    desk.alice.refresh_from_db()
    assert (desk.alice.office, officer_of(desk.alice)) == (desk.elsewhere, desk.far)
    undo(made, by=desk.admin, now=NOW + timedelta(minutes=1))
    desk.alice.refresh_from_db()
    assert (desk.alice.office, officer_of(desk.alice)) == (desk.office, desk.ann)


def test_what_the_preview_showed_must_still_be_so(desk: Desk) -> None:
    mine, theirs = desk.wanted(desk.alice, desk.bea), desk.wanted(desk.bea, to=desk.ann)
    transfer(mine, by=desk.boss, now=NOW)
    with pytest.raises(MovedMeanwhile, match=r"Bea .* is with Ben Officer now"):
        transfer(theirs, by=desk.admin, now=NOW + timedelta(seconds=5))
    assert Transfer.objects.count() == 1


def test_taking_back_is_a_move_of_its_own(desk: Desk) -> None:
    Assignment.objects.filter(participant=desk.bea).delete()
    made = transfer(desk.wanted(desk.alice, desk.bea), by=desk.boss, now=NOW)
    later = NOW + timedelta(minutes=9)
    undo(made, by=desk.boss, now=later)
    assert officer_of(desk.alice) == desk.ann
    assert officer_of(desk.bea) is None
    assert [one.until_at for one in desk.alice.assignments.all()] == [None, later, NOW]
    assert Entry.objects.filter(verb="took back a hand-over").count() == 2
    assert set(Notice.objects.values_list("outcome", flat=True)) == {"cancelled"}
    assert not HandOver.objects.waiting_for(desk.ben).exists()
    with pytest.raises(WrongState):
        undo(made, by=desk.boss, now=later + timedelta(seconds=1))


def test_too_late_by_another_or_after_a_further_move_nothing_is_taken_back(desk: Desk) -> None:
    made = transfer(desk.wanted(desk.alice, desk.bea), by=desk.boss, now=NOW)
    with pytest.raises(NotPermitted):
        undo(made, by=desk.admin, now=NOW + timedelta(minutes=1))
    with pytest.raises(WrongState, match="too late"):
        undo(made, by=desk.boss, now=NOW + rules.UNDO_FOR)
    again = NOW + timedelta(minutes=2)
    transfer(desk.wanted(desk.bea, to=desk.ann), by=desk.boss, now=again)
    with pytest.raises(MovedMeanwhile):
        undo(made, by=desk.boss, now=again + timedelta(minutes=1))
    assert officer_of(desk.alice) == desk.ben


def test_the_participant_is_told_when_it_can_no_longer_be_taken_back(desk: Desk) -> None:
    transfer(desk.wanted(desk.alice), by=desk.boss, now=NOW)
    notice = Notice.objects.get()
    assert notice.due_at == NOW + rules.UNDO_FOR
    assert notice.participant == desk.alice
    kind = kind_named(telling.KIND)
    later = NOW + rules.UNDO_FOR
    assert list(kind.current([notice.subject_id], later)) == [notice.subject_id]
    reading = Reading(notice.subject_id, "", {}, UTC, later)
    with translation.override("es"):
        assert "persona de contacto ha cambiado" in kind.render(reading).text
    news = HandOver.objects.of(desk.alice)
    assert not news.news(later - timedelta(seconds=1)).exists()
    assert news.news(later).exists()
    assert not news.news(NOW + rules.IS_NEWS_FOR).exists()
    transfer(desk.wanted(desk.alice, to=desk.ann), by=desk.boss, now=later)
    assert not kind.current([notice.subject_id], later), "old news"


def test_the_note_waits_for_the_new_officer_and_for_who_covers(desk: Desk) -> None:
    transfer(desk.wanted(desk.alice, desk.bea), by=desk.boss, now=NOW)
    waiting = HandOver.objects.waiting_for(desk.ben)
    assert waiting.count() == 2
    assert not HandOver.objects.waiting_for(desk.ann).exists()
    assert acknowledge(list(waiting), by=desk.ann, now=NOW) == 0
    one = waiting.filter(participant=desk.bea)
    assert acknowledge(list(one), by=desk.ben, now=NOW) == 1
    assert [row.participant for row in waiting.all()] == [desk.alice]
    assert HandOver.objects.get(participant=desk.bea).acknowledged_by == desk.ben


def test_the_office_finds_the_note_in_the_copy_and_it_is_not_kept_for_ever(desk: Desk) -> None:
    transfer(desk.wanted(desk.alice), by=desk.boss, now=NOW)
    part = next(one for one in parts_of_file.parts if one.slug == "hand_overs")
    (row,) = part.rows(desk.alice)
    assert (row["note"], row["from"], row["to"]) == (
        "She works nights.", "Ann Officer", "Ben Officer",
    )  # fmt: skip
    rule = next(one for one in retention.rules if one.slug == "hand_overs")
    assert not rule.due(NOW).exists()
    Participant.objects.filter(pk=desk.alice.pk).update(closed_at=NOW - timedelta(days=1))
    assert rule.due(NOW).exists()


def copy_of(person: Participant, *, office: bool) -> dict[str, list[dict[str, Any]]]:
    return {one.slug: list(one.rows(person)) for one in parts_of_file.parts_for(office=office)}


def test_the_persons_own_copy_has_the_officers_but_no_note_about_several(desk: Desk) -> None:
    wanted = desk.wanted(desk.alice, desk.bea, note="Both are sisters of Cleo.")
    transfer(wanted, by=desk.boss, now=NOW)
    own, whole = copy_of(desk.alice, office=False), copy_of(desk.alice, office=True)
    assert "Cleo" not in str(own)
    new, old = own["officers"]
    assert (new["officer"], new["from_at"], old["until_at"]) == ("Ben Officer", NOW, NOW)
    assert [row["note"] for row in whole["hand_overs"]] == ["Both are sisters of Cleo."]
    assert [row["note"] for row in whole["officers_noted"]] == ["Both are sisters of Cleo."]


def test_with_the_hand_overs_go_the_notes_wherever_they_stand(desk: Desk) -> None:
    notes = {desk.bea.pk: "Call her brother."}
    made = transfer(desk.wanted(desk.alice, desk.bea, notes=notes), by=desk.boss, now=NOW)
    back = NOW + timedelta(hours=1)
    further = desk.wanted(desk.bea, to=desk.ann, note="Back again.")
    undo(transfer(further, by=desk.boss, now=back), by=desk.boss, now=back + timedelta(minutes=1))
    Assignment.objects.filter(from_at__lt=NOW).update(note="She came in March.")
    Participant.objects.update(closed_at=back)
    set_hold(desk.alice, reason="The court asked.", by=desk.boss, now=back)
    over = back + timedelta(days=366)
    apply_retention(over)
    made.refresh_from_db()
    assert made.note == "She works nights.", "one of its hand-overs is under a legal hold"
    assert "brother" not in str(list(Assignment.objects.values()))
    assert desk.alice.assignments.filter(note="She works nights.").exists()
    assert Transfer.objects.exclude(pk=made.pk).get().note == ""
    lift_hold(desk.alice, reason="It is decided.", by=desk.boss, now=over)
    apply_retention(over + timedelta(days=1))
    made.refresh_from_db()
    assert (made.note, HandOver.objects.count()) == ("", 0)
    kept = set(Assignment.objects.values_list("note", flat=True))
    assert kept == {"", "She came in March."}, "no hand-over wrote that"


def test_nothing_is_taken_back_for_whom_another_office_took_over(desk: Desk) -> None:
    made = transfer(desk.wanted(desk.alice, desk.bea), by=desk.boss, now=NOW)
    Participant.objects.filter(pk=desk.bea.pk).update(office=desk.elsewhere)
    with pytest.raises(MovedMeanwhile, match="another office now"):
        undo(made, by=desk.boss, now=NOW + timedelta(minutes=1))
    desk.bea.refresh_from_db()
    assert (desk.bea.office, officer_of(desk.alice)) == (desk.elsewhere, desk.ben)


def test_the_audit_chain_holds(desk: Desk) -> None:
    transfer(desk.wanted(desk.alice, desk.bea), by=desk.boss, now=NOW)
    assert officer_row(desk.alice) is not None
    assert verify().problems == []


def standing(key: int, day: int, **counts: int) -> rules.Standing:
    return rules.Standing(key, datetime(2026, 1, day, tzinfo=UTC), **counts)


def test_whom_a_move_disturbs_least_is_suggested_first() -> None:
    long_quiet, new_quiet = standing(1, 1), standing(2, 20)
    heard, busy = standing(3, 25, hearings=1), standing(4, 28, reviews=1, messages=1)
    everybody = [busy, heard, long_quiet, new_quiet]
    assert rules.suggested(everybody, 3) == [new_quiet, long_quiet, heard]
    assert rules.suggested(everybody, 9) == [new_quiet, long_quiet, heard, busy]
    assert rules.suggested(everybody, -1) == []
    same = [standing(8, 3), standing(7, 3)]
    assert [one.key for one in rules.suggested(same, 2)] == [7, 8]
