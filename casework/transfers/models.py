"""Transfers: who gave whose case to whom, and what was said with it."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from casework.common.models import PublicIdModel
from casework.participants.models import Assignment, Participant
from casework.participants.querysets import caseloads_of, scope
from casework.staff.models import Office, User
from casework.transfers.rules import IS_NEWS_FOR, UNDO_FOR, may_undo, undo_until


class TransferQuerySet(models.QuerySet["Transfer"]):
    def visible_to(self, user: User) -> "TransferQuerySet":
        """Of the offices that `user` oversees, and the own ones: an officer received it.

        Whoever received it by mistake does not see it any more once it is taken back.
        """
        if not user.is_active:
            return self.none()
        if user.is_administrator:
            return self
        theirs = Q(by=user) | Q(officer=user, undone_at__isnull=True)
        if user.is_supervisor:
            theirs |= Q(office__in=user.offices.values("pk"))
        return self.filter(theirs)


class Transfer(PublicIdModel):
    """One decision: some people go to `officer`. What was moved is in its hand-overs."""

    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    # Demanded when it is made; blank once retention took the last of its hand-overs.
    note = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__gt=F("made_at"), undone_by__isnull=False),
                name="transfer_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"transfer {self.public_id}"

    @property
    def undo_until(self) -> datetime:
        return undo_until(self.made_at)

    def may_read_note(self, user: User) -> bool:
        """Whoever wrote it, and the new officer while the transfer stands."""
        return self.by_id == user.pk or (self.undone_at is None and self.officer_id == user.pk)

    def may_undo(self, by: User, now: datetime) -> bool:
        """Whoever made it, for some minutes."""
        return self.undone_at is None and self.by_id == by.pk and may_undo(self.made_at, now)


class HandOverQuerySet(models.QuerySet["HandOver"]):
    def visible_to(self, user: User) -> "HandOverQuerySet":
        return self.filter(scope(user, "participant"))

    def of(self, participant: Participant) -> "HandOverQuerySet":
        return self.filter(participant=participant)

    def standing(self) -> "HandOverQuerySet":
        """Not taken back, and the case was not given to anybody else since."""
        return self.filter(transfer__undone_at__isnull=True, after__until_at__isnull=True)

    def waiting_for(self, user: User) -> "HandOverQuerySet":
        """That `user`, or whom `user` covers for, has not confirmed yet."""
        mine = self.standing().filter(acknowledged_at__isnull=True)
        return mine.filter(after__officer__in=caseloads_of(user))

    def with_names(self) -> "HandOverQuerySet":
        """With the officer, in the same query; the newest first."""
        return self.select_related("transfer__officer").order_by("-pk")

    def news(self, now: datetime) -> "HandOverQuerySet":
        """Those that the participant is told of now."""
        return self.standing().filter(
            transfer__made_at__lte=now - UNDO_FOR, transfer__made_at__gt=now - IS_NEWS_FOR
        )


class HandOver(PublicIdModel):
    """One person of a transfer: the assignments before (where there was one) and after."""

    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="hand_overs")
    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="hand_overs"
    )
    before = models.ForeignKey(Assignment, on_delete=models.CASCADE, null=True, related_name="+")
    after = models.OneToOneField(Assignment, on_delete=models.CASCADE, related_name="hand_over")
    office_before = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = HandOverQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="hand_over_acknowledged_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"hand-over {self.public_id}"
