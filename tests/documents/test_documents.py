"""Documents: what is taken and made safe, who sees what, and how they go."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from PIL import Image

from casework.audit.models import Entry
from casework.common import clock
from casework.common.errors import NotPermitted, RuleError, TooOften, WrongState
from casework.copies import services as copies
from casework.documents import rules
from casework.documents.models import Document, DocumentPage
from casework.documents.registry import subjects
from casework.documents.services import add, describe, mark_seen, opened, remove, take_back
from casework.documents.telling import SHARED, still_new
from casework.notices.models import Notice
from casework.participants.models import Participant
from casework.requests import changes
from casework.requests.rules import ChangeKind
from casework.retention.apply import apply_retention
from casework.retention.holds import set_hold
from casework.retention.models import Certificate
from casework.staff.models import User
from tests import people
from tests.documents.conftest import PDF, page, paper

pytestmark = pytest.mark.django_db
NOW = clock.now()


def test_photos_become_one_document_of_pages_drawn_anew(alice: Participant) -> None:
    made = add(alice, alice, paper(page("red"), page(kind="WEBP"), PDF, note=" Lease. "), now=NOW)
    pages = list(made.pages.all())
    assert [one.media_type for one in pages] == ["image/jpeg", "image/jpeg", "application/pdf"]
    assert made.note == "Lease."
    with pages[0].file.open("rb") as file:
        assert Image.open(io.BytesIO(file.read())).format == "JPEG"
    assert all(one.file.name.startswith("documents/") for one in pages)
    assert made.state == "sent"


def test_two_taps_are_one_document(alice: Participant, officer: User) -> None:
    first = add(alice, alice, paper(key="k"), now=NOW)
    assert add(alice, alice, paper(key="k"), now=NOW) == first
    assert add(officer, alice, paper(key="k"), now=NOW) != first
    assert Document.objects.of(alice).count() == 2


def test_an_old_form_with_something_else_in_it_is_another_document(
    alice: Participant, officer: User
) -> None:
    first = add(alice, alice, paper(key="k"), now=NOW)
    assert add(alice, alice, paper(page("blue"), key="k"), now=NOW) != first
    shared = add(officer, alice, paper(key="k"), now=NOW)
    hidden = add(officer, alice, paper(key="k", shared=False, why_hidden="A witness."), now=NOW)
    assert (shared.shared, hidden.shared) == (True, False)
    assert Document.objects.of(alice).count() == 4
    assert len(default_storage.listdir("documents")[1]) >= 2


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ((), "Take a photo or choose a file first."),
        ((b"MZ a program",), "This file is neither."),
        ((page(), b""), "Page 2: The file is empty."),
        ((b"%PDF-1.7 /JavaScript %%EOF",), "This PDF is locked"),
        ((page(),) * (rules.MOST_PAGES + 1), "10 pages at most"),
        ((b"x" * (rules.MOST_FILE_BYTES + 1),), "10 MB at most"),
        ((b"x" * 9_000_000,) * 3, "All files together are too large"),
    ],
)
def test_what_is_not_taken_is_said_and_nothing_is_kept(
    alice: Participant, files: tuple[bytes, ...], said: str
) -> None:
    with pytest.raises(RuleError, match=said) as refused:
        add(alice, alice, _of(files), now=NOW)
    assert refused.value.field == "files"
    assert not Document.objects.exists()


def _of(files: tuple[bytes, ...]) -> Any:
    new = paper()
    return type(new)(new.kind, files)


def test_a_day_has_its_limit_and_after_supervision_none_is_sent(alice: Participant) -> None:
    Document.objects.bulk_create(
        Document(participant=alice, author="participant", kind="other", sent_at=NOW)
        for _n in range(rules.MOST_A_DAY)
    )
    with pytest.raises(TooOften):
        add(alice, alice, paper(), now=NOW)
    assert add(alice, alice, paper(), now=NOW + timedelta(days=1, minutes=1))
    alice.closed_at = NOW
    alice.save(update_fields=["closed_at"])
    with pytest.raises(WrongState):
        add(alice, alice, paper(), now=NOW + timedelta(days=3))


def test_nobody_sends_into_anothers_file(alice: Participant, officer: User) -> None:
    with pytest.raises(NotPermitted):
        add(people.participant(officer), alice, paper(), now=NOW)


def test_staff_hide_one_only_with_a_reason_and_tell_of_one_they_share(
    alice: Participant, officer: User
) -> None:
    with pytest.raises(RuleError) as refused:
        add(officer, alice, paper(shared=False), now=NOW)
    assert refused.value.field == "why_hidden"
    hidden = add(officer, alice, paper(shared=False, why_hidden="Names a witness."), now=NOW)
    assert not Notice.objects.filter(kind=SHARED).exists()
    shown = add(officer, alice, paper(), now=NOW)
    assert Notice.objects.get(kind=SHARED).subject_id == shown.public_id
    assert list(Document.objects.shown_to(alice)) == [shown]
    assert set(still_new([shown.public_id, hidden.public_id], NOW)) == {shown.public_id}
    opened(shown, now=NOW)
    opened(shown, now=NOW)
    assert Entry.objects.filter(verb="opened a document").count() == 1
    assert still_new([shown.public_id], NOW) == {}
    remove(shown, by=officer, reason="Another person's.", now=NOW)
    assert not Document.objects.shown_to(alice).exists()


def test_it_waits_for_staff_until_one_has_seen_it(
    alice: Participant, officer: User, colleague: User
) -> None:
    made = add(alice, alice, paper(), now=NOW)
    assert list(Document.objects.visible_to(officer).to_look_at()) == [made]
    assert not Document.objects.visible_to(colleague).exists()
    for _twice in range(2):
        mark_seen(made, by=officer, now=NOW)
    made.refresh_from_db()
    assert (made.state, made.seen_by) == ("seen", officer)
    assert Entry.objects.filter(verb="marked a document as seen").count() == 1
    assert not Document.objects.to_look_at().exists()
    with pytest.raises(WrongState):
        take_back(made, now=NOW)


def test_what_was_seen_meanwhile_is_not_taken_back(alice: Participant, officer: User) -> None:
    made = add(alice, alice, paper(), now=NOW)
    stale = Document.objects.get(pk=made.pk)
    mark_seen(made, by=officer, now=NOW)
    with pytest.raises(WrongState):
        take_back(stale, now=NOW)
    unseen = add(alice, alice, paper(), now=NOW)
    take_back(unseen, now=NOW)
    assert unseen.state == "taken_back"


def test_a_removal_has_a_reason_that_its_sender_reads(alice: Participant, officer: User) -> None:
    made = add(alice, alice, paper(), now=NOW)
    with pytest.raises(RuleError):
        remove(made, by=officer, reason=" ", now=NOW)
    remove(made, by=officer, reason="A neighbour's paper.", now=NOW)
    assert made.state == "removed"
    assert Document.objects.shown_to(alice).get().removal_reason == "A neighbour's paper."
    with pytest.raises(WrongState):
        remove(made, by=officer, reason="Again.", now=NOW)


def test_it_belongs_only_to_things_of_the_same_person(alice: Participant, officer: User) -> None:
    made = add(alice, alice, paper(), now=NOW)
    home = changes.NewChange(ChangeKind.ADDRESS, {"street": "12 Elm Street", "city": "Newark"})
    hers = changes.report(alice, home, now=NOW)
    others = changes.report(people.participant(officer), home, now=NOW)
    describe(made, "The new lease", f"change:{hers.public_id}", by=officer, now=NOW)
    made.refresh_from_db()
    assert (made.about_kind, made.about_id) == ("change", hers.public_id)
    assert subjects.named("hearing") is not None
    for wrong in (f"change:{others.public_id}", f"nothing:{hers.public_id}", "change:"):
        with pytest.raises(RuleError):
            describe(made, "", wrong, by=officer, now=NOW)


def test_the_audit_trail_has_no_word_of_it(alice: Participant, officer: User) -> None:
    made = add(alice, alice, paper(note="my rash"), now=NOW)
    describe(made, "a rash", "", by=officer, now=NOW)
    remove(made, by=officer, reason="not hers, a rash", now=NOW)
    lines = Entry.objects.filter(object_id=made.public_id)
    assert lines.count() == 3
    assert "rash" not in str(list(lines.values("facts", "verb")))


def test_a_file_is_not_left_behind_when_the_row_is_refused(alice: Participant) -> None:
    add(alice, alice, paper(), now=NOW)
    there = sorted(default_storage.listdir("documents")[1])
    new = paper(page("green"), page("blue"))
    with pytest.raises(ValueError, match="spell"):
        add(alice, alice, type(new)("spell", new.files), now=NOW)  # type: ignore[arg-type]
    with pytest.raises(IntegrityError), transaction.atomic():
        add(alice, alice, paper(why_hidden="Because.", shared=False), now=NOW)
    assert sorted(default_storage.listdir("documents")[1]) == there


def test_removed_ones_go_after_30_days_with_files_and_a_certificate_unless_held(
    alice: Participant, officer: User
) -> None:
    made = add(alice, alice, paper(page(), page()), now=NOW)
    kept = add(alice, alice, paper(), now=NOW)
    names = [one.file.name for one in made.pages.all()]
    remove(made, by=officer, reason="A mistake.", now=NOW)
    boss = people.supervisor(officer.offices.get())
    apply_retention(NOW + timedelta(days=29))
    assert Document.objects.filter(pk=made.pk).exists()
    hold = set_hold(alice, reason="a lawsuit", by=boss, now=NOW)
    apply_retention(NOW + timedelta(days=31))
    assert Document.objects.filter(pk=made.pk).exists()
    type(hold).objects.filter(pk=hold.pk).update(
        lifted_at=NOW + timedelta(days=31), lifted_by=boss, lift_reason="over"
    )
    apply_retention(NOW + timedelta(days=32))
    assert list(Document.objects.of(alice)) == [kept]
    assert not any(default_storage.exists(name) for name in names)
    done = Certificate.objects.get(rule="removed_documents")
    assert (done.count, done.files) == (1, 2)


def test_the_copy_of_the_person_has_no_file_that_staff_keep_and_the_office_s_has(
    alice: Participant, officer: User
) -> None:
    add(alice, alice, paper(page(), page()), now=NOW)
    add(officer, alice, paper(note="secret", shared=False, why_hidden="Names a witness."), now=NOW)
    boss = people.supervisor(officer.offices.get())
    found = {}
    for by in (None, boss):
        copy = copies.ask(alice, by=by, now=NOW)
        copies.make(copy.pk, now=NOW)
        copy.refresh_from_db()
        with copy.file.open("rb") as file:
            found[by] = zipfile.ZipFile(io.BytesIO(file.read()))
    photos = {by: [n for n in one.namelist() if "/document-" in n] for by, one in found.items()}
    assert (len(photos[None]), len(photos[boss])) == (2, 3)
    hers = b"".join(found[None].read(name) for name in found[None].namelist())
    assert b"Names a witness." in hers
    assert b"secret" not in hers
    assert b"secret" in found[boss].read("data/documents_of_staff.json")


def test_the_database_refuses_what_makes_no_sense(alice: Participant, officer: User) -> None:
    made = add(alice, alice, paper(), now=NOW)
    wrong: list[dict[str, Any]] = [
        {"shared": False}, {"kind": "spell"}, {"seen_at": NOW}, {"about_kind": "hearing"},
        {"added_by": officer}, {"removed_by": officer}, {"removal_reason": "x"},
    ]  # fmt: skip
    for facts in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Document.objects.filter(pk=made.pk).update(**facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentPage.objects.update(media_type="text/html")
