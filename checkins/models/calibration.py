"""The measured limits of the weight sets, and from when until when each was in use."""

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Q

from casework.common.models import PublicIdModel
from casework.staff.models import User
from checkins.verification import calibration as rules


def _under_the_ceilings() -> Q:
    """As `calibration.refuse_loose`, for whoever writes rows without it."""
    allowed = [
        Q(
            weights_name=name,
            match_at_single__lte=ceiling.single,
            match_at_averaged__lte=ceiling.averaged,
        )
        for name, ceiling in rules.CEILINGS.items()
    ]
    return reduce(or_, allowed)


class Calibration(PublicIdModel):
    """Limits for one weight set and what they were measured to give. Rows are never changed.

    Fields are those of `verification.calibration.Calibration`; `number` counts per weight set.
    """

    weights_name = models.CharField(max_length=32)
    weights_version = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    match_at_single = models.FloatField()
    match_at_averaged = models.FloatField()
    review_to = models.FloatField()
    target_fmr = models.FloatField()
    dataset = models.CharField(max_length=120)
    dataset_sha256 = models.CharField(max_length=64)
    pairs = models.PositiveIntegerField()
    photos = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    seed = models.CharField(max_length=64)
    figures = models.JSONField()
    beside = models.JSONField(default=list)
    beside_version = models.CharField(max_length=40, default="")
    notes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["weights_name", "number"], name="calibration_numbered_once"
            ),
            models.CheckConstraint(
                condition=Q(match_at_averaged__gt=0)
                & Q(match_at_averaged__lte=F("match_at_single"))
                & Q(match_at_single__lte=F("review_to"))
                & Q(review_to__lte=2),
                name="calibration_limits_in_order",
            ),
            models.CheckConstraint(
                condition=_under_the_ceilings(), name="calibration_under_the_ceiling"
            ),
            models.CheckConstraint(
                condition=Q(target_fmr__gt=0, target_fmr__lte=rules.HIGHEST_FMR),
                name="calibration_target_is_strict",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="calibration_has_reason"),
        ]

    def __str__(self) -> str:
        return self.version

    @property
    def version(self) -> str:
        """As it is written down with every result."""
        return f"{self.weights_name}-{self.number}"


class CalibrationUse(models.Model):
    """That a calibration was what the decision reads, from one instant until another.

    Put to use by another administrator than the one who proposed it; `alone_reason` says why not,
    where there was no other. Ending one is the only change that the database lets happen, once.
    """

    calibration = models.ForeignKey(Calibration, on_delete=models.PROTECT, related_name="uses")
    weights_name = models.CharField(max_length=32)
    weights_version = models.CharField(max_length=80)
    from_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    alone_reason = models.TextField(blank=True, default="", db_default="")
    until_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    end_reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-from_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["weights_name", "weights_version"],
                condition=Q(until_at__isnull=True),
                name="calibration_one_in_use",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="calibration_use_has_reason"),
            models.CheckConstraint(
                condition=Q(until_at__isnull=True, ended_by__isnull=True, end_reason="")
                | (Q(until_at__gte=F("from_at"), ended_by__isnull=False) & ~Q(end_reason="")),
                name="calibration_use_ends_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weights_name} from {self.from_at:%F}"
