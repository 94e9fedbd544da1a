"""Giving cases to another officer with a note, taking that back, and confirming the note."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from casework.audit.models import Entry
from casework.audit.services import entry_of
from casework.common.errors import NotPermitted, RuleError, WrongState
from casework.participants.models import Assignment, Participant
from casework.staff.models import Office, Role, User
from casework.transfers.models import HandOver, Transfer
from casework.transfers.rules import MOST, MOST_LETTERS, UNDO_FOR
from casework.transfers.telling import take_back, tell

MAY_TRANSFER = "participants.change_assignment"
MOST_LATELY = 20


class MovedMeanwhile(WrongState):
    """Somebody else was quicker with one of these people."""

    code = "moved_meanwhile"


@dataclass(frozen=True)
class Wanted:
    """Who goes where. `seen`: participant → the assignment (or None) that was on the preview."""

    seen: Mapping[int, int | None]
    officer: User
    office: Office
    note: str
    notes: Mapping[int, str] = field(default_factory=dict)


@transaction.atomic
def transfer(wanted: Wanted, *, by: User, now: datetime) -> Transfer:
    """All of these people or, with a `RuleError`, none of them.

    The assignment before ends at the instant at which the new one begins. Participants are told
    when it cannot be taken back any more.
    """
    note = _check(wanted, by)
    people = _locked(wanted, by)
    current = {
        one.participant_id: one
        for one in Assignment.objects.filter(participant__in=people, until_at__isnull=True)
        .select_related("officer")
    }  # fmt: skip
    _check_people(people, current, wanted)
    Assignment.objects.filter(pk__in=[one.pk for one in current.values()]).update(until_at=now)
    after = Assignment.objects.bulk_create(
        Assignment(
            participant_id=pk,
            officer=wanted.officer,
            from_at=now,
            note=wanted.notes.get(pk, "").strip() or note,
        )
        for pk in people
    )
    made = Transfer.objects.create(
        officer=wanted.officer, office=wanted.office, note=note, by=by, made_at=now
    )
    handed = HandOver.objects.bulk_create(
        HandOver(
            transfer=made,
            participant=people[one.participant_id],
            before=current.get(one.participant_id),
            after=one,
            office_before_id=people[one.participant_id].office_id,
            note=wanted.notes.get(one.participant_id, "").strip(),
        )
        for one in after
    )
    Participant.objects.filter(pk__in=people).update(office=wanted.office)
    _record("handed over", made, handed, by, now)
    tell(made, handed)
    return made


def made_already(wanted: Wanted, *, by: User, now: datetime) -> Transfer | None:
    """The same transfer, made a moment ago by the first of two presses, and still so."""
    lately = Transfer.objects.filter(
        by=by, officer=wanted.officer, office=wanted.office,
        undone_at__isnull=True, made_at__gt=now - UNDO_FOR,
    ).prefetch_related("hand_overs")  # fmt: skip
    for made in lately.order_by("-pk")[:MOST_LATELY]:
        handed = {one.participant_id: one.before_id for one in made.hand_overs.all()}
        if handed == wanted.seen and _says(made, wanted) and not _moved_since(made):
            return made
    return None


def _says(made: Transfer, wanted: Wanted) -> bool:
    """Another note would be lost, were it taken for the first press."""
    own = {one.participant_id: one.note for one in made.hand_overs.all()}
    asked = {pk: wanted.notes.get(pk, "").strip() for pk in own}
    return made.note == wanted.note.strip() and own == asked


def _moved_since(made: Transfer) -> bool:
    return made.hand_overs.filter(after__until_at__isnull=False).exists()


def _check(wanted: Wanted, by: User) -> str:
    """What can be said without a look at the people; the note as it is kept."""
    if not by.has_perm(MAY_TRANSFER):
        raise NotPermitted("Only a supervisor moves a case to another officer.")
    if not by.is_administrator and not by.offices.filter(pk=wanted.office.pk).exists():
        raise RuleError("That is not an office of yours.", field="to")
    theirs = wanted.officer.offices.filter(pk=wanted.office.pk)
    works = wanted.officer.role == Role.OFFICER and wanted.officer.is_active and theirs.exists()
    if not works:
        raise RuleError("That officer does not work in this office.", field="to")
    if not wanted.seen:
        raise RuleError("Choose at least one person.")
    if len(wanted.seen) > MOST:
        raise RuleError(f"At most {MOST} people at once.")
    note = wanted.note.strip()
    if not note:
        raise RuleError("Say what the next officer must know.", field="note")
    if any(len(text) > MOST_LETTERS for text in (note, *wanted.notes.values())):
        raise RuleError(f"A note has at most {MOST_LETTERS} characters.", field="note")
    return note


def _locked(wanted: Wanted, by: User) -> dict[int, Participant]:
    rows = Participant.objects.visible_to(by).filter(pk__in=wanted.seen).order_by("pk")
    people = {one.pk: one for one in rows.select_for_update(of=("self",))}
    if len(people) != len(wanted.seen):
        raise MovedMeanwhile("One of these people is not in your offices any more. Nobody moved.")
    return people


def _check_people(
    people: Mapping[int, Participant], current: Mapping[int, Assignment], wanted: Wanted
) -> None:
    for pk, person in people.items():
        now_with = current.get(pk)
        if person.closed_at is not None:
            raise RuleError(f"Supervision of {person.full_name} has ended.")
        if wanted.seen[pk] != (now_with.pk if now_with else None):
            raise MovedMeanwhile(_who_has(person, now_with))
        stays = person.office_id == wanted.office.pk
        if stays and now_with is not None and now_with.officer_id == wanted.officer.pk:
            raise RuleError(f"{wanted.officer} already has {person.full_name}.", field="to")


def _who_has(person: Participant, now_with: Assignment | None) -> str:
    holder = f"with {now_with.officer}" if now_with else "with nobody"
    return f"Somebody was quicker: {person.full_name} is {holder} now. Nobody was moved."


@transaction.atomic
def undo(made: Transfer, *, by: User, now: datetime) -> Transfer:
    """Everybody goes back to whoever had them, as a move of its own. Raises `RuleError`."""
    made = Transfer.objects.select_for_update(of=("self",)).get(pk=made.pk)
    if made.by_id != by.pk or not by.has_perm(MAY_TRANSFER):
        raise NotPermitted("Whoever made a transfer takes it back.")
    if made.undone_at is not None:
        raise WrongState("It has been taken back already.")
    if not made.may_undo(by, now):
        raise WrongState("It is too late to take it back. Make a new transfer instead.")
    rows = made.hand_overs.select_related("participant", "before__officer", "after")
    handed = list(rows.order_by("participant_id"))
    people = list(
        Participant.objects.select_for_update()
        .filter(pk__in=[one.participant_id for one in handed])
        .order_by("pk")
    )
    if any(one.office_id != made.office_id for one in people):
        raise MovedMeanwhile("One of these people is in another office now. Nobody was moved back.")
    ended = Assignment.objects.filter(
        pk__in=[one.after_id for one in handed], until_at__isnull=True
    ).update(until_at=now)
    if ended != len(handed):
        raise MovedMeanwhile("One of these people was moved again since. Nobody was moved back.")
    Assignment.objects.bulk_create(
        Assignment(
            participant_id=one.participant_id,
            officer=one.before.officer,
            from_at=now,
            note=one.before.note,
        )
        for one in handed
        if one.before is not None
    )
    for one in handed:
        if one.office_before_id != made.office_id:
            Participant.objects.filter(pk=one.participant_id).update(office=one.office_before_id)
    made.undone_at, made.undone_by = now, by
    made.save(update_fields=["undone_at", "undone_by"])
    _record("took back a hand-over", made, handed, by, now)
    take_back(handed, now=now)
    return made


@transaction.atomic
def acknowledge(hand_overs: Collection[HandOver], *, by: User, now: datetime) -> int:
    """`by` has read the notes; how many of them waited for that."""
    rows = HandOver.objects.waiting_for(by).filter(pk__in=[one.pk for one in hand_overs])
    waiting = list(rows.select_related("participant", "transfer"))
    HandOver.objects.filter(pk__in=[one.pk for one in waiting], acknowledged_at=None).update(
        acknowledged_at=now, acknowledged_by=by
    )
    _record("confirmed a hand-over", None, waiting, by, now)
    return len(waiting)


def _record(
    verb: str, made: Transfer | None, handed: Collection[HandOver], by: User, now: datetime
) -> None:
    """A line in each file."""
    Entry.objects.bulk_create(
        entry_of(
            verb,
            ("hand-over", one.public_id),
            by=by.actor,
            now=now,
            participant=one.participant.public_id,
            facts={"officer": str(made.officer.public_id)} if made else {},
        )
        for one in handed
    )
