"""What became of each person's last check-in, kept beside the person."""

from django.db import models
from django.db.models import Q

from casework.participants.models import Participant
from checkins.models.checkin import STATE_CHOICES, CheckIn
from checkins.states import WAITING_FOR_PARTICIPANT, State

OVER = [s.value for s in State if s is not State.PLANNED and s not in WAITING_FOR_PARTICIPANT]


class LastCheckIn(models.Model):
    """A person's newest check-in that does not wait for them (any more), and its state.

    One that waits is newer, and found by an index: so issuing writes nothing here. Written by
    `checkins.lifecycle.last` alone. It repeats what the check-in says: neither the copy of the
    file nor retention has it as a thing of its own, it goes with its check-in.
    """

    participant = models.OneToOneField(
        Participant, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    # No index: nothing asks from here, and check-ins are not deleted.
    check_in = models.ForeignKey(
        CheckIn, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    issued_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=STATE_CHOICES)

    class Meta:
        verbose_name = "last check-in"
        ordering = ["participant"]
        indexes = [models.Index(fields=["state"], name="last_check_in_by_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=OVER), name="last_check_in_is_over")
        ]

    def __str__(self) -> str:
        return f"last of {self.participant_id}: {self.state}"
