"""A person's look at what a machine could not settle."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from casework.common.models import PublicIdModel
from casework.staff.models import User
from checkins.models.checkin import CheckIn


class Review(PublicIdModel):
    """One per check-in that reached review. `verdict` stays empty until somebody decides.

    Not accepting takes two: one proposes, another one confirms. A proposal alone is no verdict.
    """

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        NOT_ACCEPTED = "not_accepted", _("Not accepted")

    class Refresh(models.TextChoices):
        """Whether the accepted photo joins the reference photos (`checkins.refreshing`)."""

        NOT_ASKED = "", "not asked for"
        WISHED = "wished", "asked for"
        DONE = "done", "done"
        DROPPED = "dropped", "not possible any more"

    check_in = models.OneToOneField(CheckIn, on_delete=models.CASCADE, related_name="review")
    opened_at = models.DateTimeField()
    # Its place in the queue (`checkins.reviews.rules.ranks_from`).
    ranked_from = models.DateTimeField(db_default=Now())
    verdict = models.CharField(max_length=12, choices=Verdict.choices, blank=True)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_reason = models.TextField(blank=True, db_default="")
    proposed_at = models.DateTimeField(null=True)
    # Who is looking at it (`checkins.reviews.claims`); counts for some minutes.
    claimed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    claimed_at = models.DateTimeField(null=True)
    refresh = models.CharField(
        max_length=7, choices=Refresh.choices, blank=True, default="", db_default=""
    )

    class Meta:
        ordering = ["opened_at"]
        indexes = [
            models.Index(fields=["opened_at"], condition=Q(verdict=""), name="review_waiting"),
            models.Index(
                fields=["ranked_from"], condition=Q(verdict=""), name="review_waiting_by_rank"
            ),
            models.Index(fields=["decided_at"], condition=~Q(verdict=""), name="review_decided"),
            models.Index(
                fields=["claimed_by"],
                condition=Q(claimed_by__isnull=False),
                name="review_claimed",
            ),
            models.Index(
                fields=["decided_at"], condition=Q(refresh="wished"), name="review_refresh_wished"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="", decided_by__isnull=True, decided_at__isnull=True)
                | Q(
                    verdict__in=["accepted", "not_accepted"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="review_decided_by_a_person",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="not_accepted") | ~Q(reason=""),
                name="review_refusal_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True, proposed_at__isnull=True, proposed_reason="")
                | Q(proposed_by__isnull=False, proposed_at__isnull=False) & ~Q(proposed_reason=""),
                name="review_proposal_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="not_accepted")
                | Q(proposed_by__isnull=False) & ~Q(proposed_by=F("decided_by")),
                name="review_refusal_takes_two",
            ),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True, claimed_at__isnull=True)
                | Q(claimed_by__isnull=False, claimed_at__isnull=False, verdict=""),
                name="review_claimed_while_it_waits",
            ),
            models.CheckConstraint(
                condition=Q(refresh="")
                | Q(refresh__in=["wished", "done", "dropped"], verdict="accepted"),
                name="review_refresh_only_accepted",
            ),
        ]

    def __str__(self) -> str:
        return f"review of {self.check_in_id}"
