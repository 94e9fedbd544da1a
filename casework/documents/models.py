"""Documents: what participants send, and what staff put into their files; each has pages."""

from uuid import uuid4

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from casework.common.models import PublicIdModel, one_of
from casework.common.safe_files import PDF, SUFFIXES
from casework.documents.rules import LONGEST_NOTE, LONGEST_REASON, DocumentKind, Standing
from casework.participants.models import Participant
from casework.participants.querysets import scope
from casework.staff.models import User

KINDS = [
    (DocumentKind.HEARING.value, _("Hearing notice or court paper")),
    (DocumentKind.ADDRESS.value, _("Proof of address")),
    (DocumentKind.MEDICAL.value, _("Medical paper")),
    (DocumentKind.WORK.value, _("Work paper")),
    (DocumentKind.OTHER.value, _("Something else")),
]


class Author(models.TextChoices):
    STAFF = "staff", "staff"
    PARTICIPANT = "participant", "participant"


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: User) -> "DocumentQuerySet":
        return self.filter(scope(user, "participant"))

    def of(self, participant: Participant) -> "DocumentQuerySet":
        """All in the file, also what the participant does not see: see `shown_to`."""
        return self.filter(participant=participant)

    def shown_to(self, participant: Participant) -> "DocumentQuerySet":
        """The own ones, and what staff have shared; of a removed one what staff did is hidden."""
        own = Q(author=Author.PARTICIPANT)
        given = Q(author=Author.STAFF, shared=True, removed_at__isnull=True)
        return self.filter(own | given, participant=participant)

    def standing(self) -> "DocumentQuerySet":
        """Neither taken back nor removed."""
        return self.filter(removed_at__isnull=True)

    def to_look_at(self) -> "DocumentQuerySet":
        """From participants and not seen yet; what came with a message waits there."""
        return self.standing().filter(
            author=Author.PARTICIPANT, seen_at__isnull=True, came_with__isnull=True
        )

    def with_pages(self) -> "DocumentQuerySet":
        """Adds `number_of_pages` and `first_type`, in the same query."""
        pages = DocumentPage.objects.filter(document=OuterRef("pk")).order_by()
        number = pages.values("document").annotate(n=Count("pk")).values("n")
        annotated: DocumentQuerySet = self.annotate(
            number_of_pages=Subquery(number),
            first_type=Subquery(pages.filter(number=1).values("media_type")),
        )
        return annotated


class Document(PublicIdModel):
    """One document of one side. `note` is its sender's, `description` staff's alone.

    `shared` is False where staff keep it to themselves, and `why_hidden` says why. `looked_at` is
    when staff first opened a participant's: from then on it is the office's too. `seen_at` is
    when the other side said, or read the message, that it saw it. `came_with` names the message
    that it was sent with, `about_id` the thing of kind `about_kind`
    (`casework.documents.registry`) that staff linked it to.
    `key` is what a form gave and held: the same again is the same document.
    """

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="documents", db_index=False
    )
    author = models.CharField(max_length=12, choices=Author.choices)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=8, choices=KINDS)
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    description = models.CharField(max_length=LONGEST_NOTE, blank=True)
    shared = models.BooleanField(default=True)
    why_hidden = models.CharField(max_length=LONGEST_REASON, blank=True)
    sent_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    looked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    removal_reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    came_with = models.UUIDField(null=True)
    about_kind = models.CharField(max_length=12, blank=True)
    about_id = models.UUIDField(null=True)
    key = models.CharField(max_length=64, null=True)  # noqa: DJ001 - none is not an empty one

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["participant", "-id"], name="document_by_participant"),
            models.Index(
                fields=["sent_at"],
                condition=Q(
                    author="participant",
                    seen_at__isnull=True,
                    removed_at__isnull=True,
                    came_with__isnull=True,
                ),
                name="document_to_look_at",
            ),
            models.Index(
                fields=["came_with"],
                condition=Q(came_with__isnull=False),
                name="document_came_with",
            ),
            models.Index(
                fields=["removed_at"],
                condition=Q(removed_at__isnull=False),
                name="document_removed",
            ),
        ]
        constraints = [
            one_of("author", Author, "document_author_known"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in DocumentKind]),
                name="document_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(author="staff", added_by__isnull=False, seen_by__isnull=True)
                | Q(author="participant", added_by__isnull=True, shared=True),
                name="document_author_is_one_side",
            ),
            models.CheckConstraint(
                condition=Q(shared=True, why_hidden="") | Q(shared=False) & ~Q(why_hidden=""),
                name="document_hidden_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(seen_at__isnull=True, seen_by__isnull=True)
                | Q(seen_at__gte=F("sent_at"), author="participant", seen_by__isnull=False)
                | Q(seen_at__gte=F("sent_at"), author="staff"),
                name="document_seen_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(looked_at__isnull=True, looked_by__isnull=True)
                | Q(looked_at__isnull=False, looked_by__isnull=False, author="participant"),
                name="document_looked_at_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True, removal_reason="")
                | Q(removed_at__isnull=False, removed_by__isnull=False) & ~Q(removal_reason="")
                | Q(
                    removed_at__isnull=False,
                    removed_by__isnull=True,
                    removal_reason="",
                    author="participant",
                ),
                name="document_removed_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(about_kind="", about_id__isnull=True)
                | ~Q(about_kind="") & Q(about_id__isnull=False),
                name="document_about_is_whole",
            ),
            models.UniqueConstraint(
                fields=["participant", "author", "key"], name="document_once_a_key"
            ),
        ]

    def __str__(self) -> str:
        return f"document {self.public_id}"

    @property
    def state(self) -> str:
        """How it stands, in the words of `Standing`."""
        if self.removed_at is not None:
            taken_back = self.removed_by_id is None
            return Standing.TAKEN_BACK.value if taken_back else Standing.REMOVED.value
        if self.seen_at is not None:
            return Standing.SEEN.value
        return Standing.SENT.value if self.looked_at is None else Standing.LOOKED_AT.value

    @property
    def is_from_staff(self) -> bool:
        return bool(self.author == Author.STAFF)

    @property
    def waits(self) -> bool:
        """For somebody of staff to look at it and to say so."""
        return not self.is_from_staff and self.removed_at is None and self.seen_at is None

    @property
    def can_be_taken_back(self) -> bool:
        """Nobody of staff has opened it."""
        return not self.is_from_staff and self.state == Standing.SENT


def page_path(_page: models.Model, filename: str) -> str:
    """A name that says nothing about the person; the sender's own name is not kept."""
    suffix = next((one for one in SUFFIXES.values() if filename.endswith(one)), "")
    return f"documents/{uuid4()}{suffix}"


class DocumentPage(models.Model):
    """One file of a document: a photo of a page, or a whole PDF. Made safe before it is kept."""

    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="pages", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    file = models.FileField(upload_to=page_path)
    media_type = models.CharField(max_length=16)
    bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="document_page_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="document_pages_count_from_one"
            ),
            models.CheckConstraint(
                condition=Q(media_type__in=sorted(SUFFIXES)), name="document_page_type_known"
            ),
        ]

    def __str__(self) -> str:
        return f"page {self.number} of document {self.document_id}"

    @property
    def is_pdf(self) -> bool:
        return bool(self.media_type == PDF)
