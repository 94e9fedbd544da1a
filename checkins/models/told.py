"""What a participant told with a check-in, and that an officer saw to it."""

from django.db import models
from django.db.models import Q

from casework.common.models import PublicIdModel
from casework.participants.models import Participant
from casework.staff.models import User
from checkins.models.checkin import CheckIn
from checkins.querysets import ToldQuerySet
from checkins.rules import Question


class Told(PublicIdModel):
    """One per check-in whose questions were answered; a later answer replaces an earlier one.

    `answers` are the questions answered with yes, each with the person's own words (maybe none):
    {"address": "12 Elm Street, Newark"}. Nothing ticked is an answer too.
    """

    check_in = models.OneToOneField(CheckIn, on_delete=models.CASCADE, related_name="told")
    answers = models.JSONField(default=dict)
    told_at = models.DateTimeField()
    needs_officer = models.BooleanField()
    handled_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    handled_note = models.TextField(blank=True)

    objects = ToldQuerySet.as_manager()

    class Meta:
        verbose_name = "answers told with a check-in"
        verbose_name_plural = "answers told with check-ins"
        ordering = ["-told_at"]
        indexes = [
            models.Index(
                fields=["told_at"],
                condition=Q(needs_officer=True, handled_at__isnull=True),
                name="told_to_handle",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(answers={}, needs_officer=False)
                | ~Q(answers={}) & Q(needs_officer=True),
                name="told_something_needs_an_officer",
            ),
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True, handled_by__isnull=True)
                | Q(handled_at__isnull=False, handled_by__isnull=False),
                name="told_handled_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"told with {self.check_in_id}"

    @property
    def participant(self) -> Participant:
        found: Participant = self.check_in.participant
        return found

    @property
    def items(self) -> list[tuple[Question, str]]:
        """What was answered with yes, in the order of the questions."""
        return [(one, self.answers[one.value]) for one in Question if one.value in self.answers]
