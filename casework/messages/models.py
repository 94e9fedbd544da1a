"""What officer and participant write to each other: one thread a participant."""

from collections.abc import Sequence
from typing import Final

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from casework.common.models import PublicIdModel, one_of
from casework.documents.models import Document
from casework.documents.rules import MOST_WITH_A_MESSAGE
from casework.participants.models import Participant
from casework.participants.querysets import scope
from casework.staff.models import Office, User

LONGEST: Final = 4_000


class Author(models.TextChoices):
    STAFF = "staff", "staff"
    PARTICIPANT = "participant", "participant"


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> "MessageQuerySet":
        return self.filter(scope(user, "participant"))

    def of(self, participant: Participant) -> "MessageQuerySet":
        return self.filter(participant=participant)

    def waiting(self) -> "MessageQuerySet":
        """From participants, and neither read nor answered by staff."""
        return self.filter(author=Author.PARTICIPANT, read_at__isnull=True)

    def unseen(self) -> "MessageQuerySet":
        """From staff, and not yet before the participant's eyes."""
        return self.filter(author=Author.STAFF, read_at__isnull=True)

    def first_of_each(self) -> "MessageQuerySet":
        """Of those that wait for staff, the oldest of each participant."""
        earlier = Message.objects.waiting().filter(
            participant=models.OuterRef("participant"), pk__lt=models.OuterRef("pk")
        )
        return self.waiting().filter(~models.Exists(earlier))

    def last_of_each(self) -> "MessageQuerySet":
        """The newest of each thread."""
        later = Message.objects.filter(
            participant=models.OuterRef("participant"), pk__gt=models.OuterRef("pk")
        )
        return self.filter(~models.Exists(later))


class Message(PublicIdModel):
    """One message. `written_by` is set where staff wrote it, `read_by` where staff read it.

    `attachments` is how many documents came with it: their `came_with` names it.
    `key` is made of what a form gave and held: the same again is the same message.
    """

    papers: Sequence[Document]
    """What came with it and may be shown, where `casework.messages.attachments` has put it."""

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    author = models.CharField(max_length=12, choices=Author.choices)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField(blank=True)
    attachments = models.PositiveSmallIntegerField(default=0, db_default=0)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=64, null=True)  # noqa: DJ001 - none is not an empty one

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["participant", "-id"], name="message_thread"),
            models.Index(
                fields=["sent_at"],
                condition=Q(author="participant", read_at__isnull=True),
                name="message_waiting",
            ),
            models.Index(
                fields=["participant"],
                condition=Q(author="staff", read_at__isnull=True),
                name="message_unseen",
            ),
        ]
        constraints = [
            one_of("author", Author, "message_author_known"),
            models.CheckConstraint(
                condition=Q(author="staff", written_by__isnull=False, read_by__isnull=True)
                | Q(author="participant", written_by__isnull=True),
                name="message_author_is_one_side",
            ),
            models.CheckConstraint(
                condition=~Q(author="participant")
                | Q(read_at__isnull=True, read_by__isnull=True)
                | Q(read_at__isnull=False, read_by__isnull=False),
                name="message_read_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True) | Q(read_at__gte=F("sent_at")),
                name="message_read_after_it_was_sent",
            ),
            models.CheckConstraint(
                condition=(~Q(text="") | Q(attachments__gt=0))
                & Q(LessThanOrEqual(Length("text"), LONGEST)),
                name="message_says_something_of_its_length",
            ),
            models.CheckConstraint(
                condition=Q(attachments__lte=MOST_WITH_A_MESSAGE),
                name="message_has_few_attachments",
            ),
            models.UniqueConstraint(
                fields=["participant", "author", "key"], name="message_once_a_key"
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.public_id}"


class CannedAnswerQuerySet(models.QuerySet["CannedAnswer"]):
    def visible_to(self, user: User) -> "CannedAnswerQuerySet":
        """One's own, and what the own offices share; administrators see what all offices share."""
        if not user.is_active:
            return self.none()
        shared = Q(office__isnull=False) if user.is_administrator else Q(office__in=_keys(user))
        return self.filter(Q(owner=user) | shared)

    def editable_by(self, user: User) -> "CannedAnswerQuerySet":
        """One's own, and for supervisors what their offices share."""
        shared = Q(office__in=CannedAnswer.offices_of(user).values("pk"))
        return self.visible_to(user).filter(Q(owner=user) | shared)

    def for_thread(self, participant: Participant, user: User) -> "CannedAnswerQuerySet":
        """What may be inserted there: one's own first, then what the person's office shares."""
        mine = Q(owner=user) | Q(office=participant.office_id)
        return self.visible_to(user).filter(mine).order_by(F("owner").asc(nulls_last=True), "title")


def _keys(user: User) -> models.QuerySet[Office, int]:
    return user.offices.values_list("pk", flat=True)


class CannedAnswer(PublicIdModel):
    """Words to begin an answer with: of one member of staff, or shared by an office.

    `texts` by language (IETF tag), with placeholders in braces; never about one person.
    """

    owner = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    office = models.ForeignKey(Office, on_delete=models.CASCADE, null=True, related_name="+")
    title = models.CharField(max_length=80)
    texts = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    objects = CannedAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=False, office__isnull=True)
                | Q(owner__isnull=True, office__isnull=False),
                name="canned_answer_of_one_person_or_one_office",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(texts={}), name="canned_answer_says_something"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def whose(self) -> str:
        return "own" if self.owner_id else "office"

    @staticmethod
    def offices_of(user: User) -> models.QuerySet[Office]:
        """The offices whose shared answers `user` looks after."""
        if user.is_administrator:
            return Office.objects.all()
        return user.offices.all() if user.is_supervisor else Office.objects.none()
