"""Notes of staff about a participant. A version is never changed: amending adds the next one."""

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from casework.common.models import PublicIdModel
from casework.participants.models import Participant
from casework.participants.querysets import scope
from casework.staff.models import User


class NoteQuerySet(models.QuerySet["Note"]):
    def visible_to(self, user: User) -> "NoteQuerySet":
        """Whoever may open the file; nobody of another office."""
        return self.filter(scope(user, "participant"))

    def of(self, participant: Participant) -> "NoteQuerySet":
        return self.filter(participant=participant)

    def as_it_stands(self) -> "NoteQuerySet":
        """Adds `text`, `written_at` and `number` of the newest version."""
        newest = NoteVersion.objects.filter(note=OuterRef("pk")).order_by("-number")
        annotated: NoteQuerySet = self.annotate(
            text=Subquery(newest.values("text")[:1]),
            written_at=Subquery(newest.values("written_at")[:1]),
            number=Subquery(newest.values("number")[:1]),
        )
        return annotated


class Note(PublicIdModel):
    """One note of one author; what it says is in its versions."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"note {self.public_id}"


class NoteVersion(models.Model):
    """What a note said from `written_at` on. The database only ever adds rows."""

    note = models.ForeignKey(
        Note, on_delete=models.CASCADE, related_name="versions", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["note", "number"], name="note_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="note_version_counts_from_one"),
            models.CheckConstraint(
                condition=Q(text__regex=r"\S"), name="note_version_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of note {self.note_id}"
