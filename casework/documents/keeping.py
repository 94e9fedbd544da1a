"""How long documents are kept, and what of them goes into the copy of a person's file."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from casework.copies.registry import Part, Picture, Row, columns, parts_of_file
from casework.documents.models import Document, DocumentPage
from casework.participants.models import Participant
from casework.retention.registry import Folder, Rule, retention

DAYS = 365
REMOVED_DAYS = 30


def _over(cutoff: datetime) -> QuerySet[Any]:
    return Document.objects.filter(participant__closed_at__lt=cutoff)


def _removed(cutoff: datetime) -> QuerySet[Any]:
    return Document.objects.filter(removed_at__lt=cutoff)


def _files(document: Any) -> list[str]:
    return list(document.pages.values_list("file", flat=True))


def _used(names: list[str]) -> set[str]:
    return set(DocumentPage.objects.filter(file__in=names).values_list("file", flat=True))


def _rows(person: Participant) -> Iterator[Row]:
    """Of what the person does not see: that it is there, since when, and why."""
    shown = set(Document.objects.shown_to(person).values_list("pk", flat=True))
    rows: Any = Document.objects.of(person).with_pages().select_related("added_by")
    for one in rows:
        facts = columns(one, "public_id", "kind", "sent_at", "came_with") | {
            "from": _sender(one, person)
        }
        if one.pk in shown:
            facts |= columns(one, "note", "looked_at", "seen_at", "removed_at", "removal_reason")
            yield facts | {"pages": one.number_of_pages}
        else:
            yield facts | columns(one, "shared", "why_hidden", "removed_at")


def _sender(one: Document, person: Participant) -> str:
    return one.added_by.full_name if one.added_by is not None else person.full_name


def _of_staff(person: Participant) -> Iterator[Row]:
    """What staff wrote about documents, and all of those that the person does not see."""
    shown = set(Document.objects.shown_to(person).values_list("pk", flat=True))
    rows: Any = Document.objects.of(person).with_pages().select_related("added_by")
    for one in rows:
        if one.pk in shown and not (one.description or one.about_kind):
            continue
        yield columns(
            one, "public_id", "kind", "sent_at", "shared", "why_hidden", "note", "description",
            "about_kind", "about_id", "removed_at", "removal_reason",
        ) | {"from": _sender(one, person), "pages": one.number_of_pages}  # fmt: skip


def _pictures(person: Participant) -> Iterator[Picture]:
    yield from _files_in(Document.objects.shown_to(person))


def _pictures_of_staff(person: Participant) -> Iterator[Picture]:
    shown = Document.objects.shown_to(person).values("pk")
    yield from _files_in(Document.objects.of(person).exclude(pk__in=shown))


def _files_in(documents: QuerySet[Any]) -> Iterator[Picture]:
    pages = DocumentPage.objects.filter(document__in=documents.order_by().values("pk"))
    for page in pages.select_related("document").order_by("document", "number"):
        one = page.document
        yield Picture(
            f"document-{one.sent_at:%Y-%m-%d}-{one.pk}-{page.number}", str(page.file.name)
        )


def register() -> None:
    """Called once, at start."""
    parts_of_file.add(
        Part("documents", _("Documents"), _rows, 71, _pictures),
        Part(
            "documents_of_staff", "Documents: what staff wrote, and what they keep to themselves",
            _of_staff, 72, _pictures_of_staff, office_only=True,
        ),
    )  # fmt: skip
    retention.add(
        Rule(
            "removed_documents", "removed document",
            what=_("Documents that you took back or that your office removed"),
            why=_("So that a mistake can be put right"),
            since=_("after they are removed"),
            days=REMOVED_DAYS, due=_removed, person="participant", files=_files, order=29,
        ),
        Rule(
            "documents", "document",
            what=_("Documents that you sent, or that your office put into your file"),
            why=_("So that they can be shown to your office and to a court"),
            since=_("after your supervision ends"),
            days=DAYS, due=_over, person="participant", files=_files, order=53,
        ),
        Folder("documents", _used),
    )  # fmt: skip
