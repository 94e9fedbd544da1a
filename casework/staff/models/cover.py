"""Cover: who looks after an absent officer's caseload, and on which days."""

from datetime import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from casework.common.models import PublicIdModel
from casework.staff.models.people import User


class CoverQuerySet(models.QuerySet["Cover"]):
    def standing(self) -> "CoverQuerySet":
        """Not ended early: over, on, or still to come."""
        return self.filter(ended_at__isnull=True)

    def on(self, now: datetime) -> "CoverQuerySet":
        """Those whose days these are."""
        return self.standing().filter(from_at__lte=now, until_at__gt=now)

    def not_over(self, now: datetime) -> "CoverQuerySet":
        return self.standing().filter(until_at__gt=now)

    def visible_to(self, user: User) -> "CoverQuerySet":
        """Both officers see it, their supervisors and administrators."""
        if not user.is_active:
            return self.none()
        if user.is_administrator:
            return self
        theirs = Q(absent=user) | Q(officer=user)
        if user.is_supervisor:
            theirs |= Q(absent__in=User.objects.filter(offices__in=user.offices.all()))
        return self.filter(theirs)


class CoverRange(Func):
    """The instants from the first day's midnight to that after the last."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Cover(PublicIdModel):
    """`officer` sees the caseload of `absent` too, from `from_on` through `until_on`.

    The days are local to the absent officer's office; `from_at` and `until_at` are the same as
    instants, the later one not counted any more. One that is ended early keeps its days.
    """

    absent = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences")
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="covers")
    from_on = models.DateField()
    until_on = models.DateField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = CoverQuerySet.as_manager()

    class Meta:
        ordering = ["from_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(absent=F("officer")), name="cover_not_oneself"),
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on"), until_at__gt=F("from_at")),
                name="cover_has_a_day",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="cover_has_a_reason"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="cover_ended_by_somebody",
            ),
            ExclusionConstraint(
                name="cover_once_by_the_same_pair",
                expressions=[
                    (F("absent"), RangeOperators.EQUAL),
                    (F("officer"), RangeOperators.EQUAL),
                    (CoverRange("from_at", "until_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(ended_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["officer", "from_at", "until_at"],
                condition=Q(ended_at__isnull=True),
                name="cover_by_officer",
            )
        ]

    def __str__(self) -> str:
        return f"cover {self.pk}"

    def is_on(self, now: datetime) -> bool:
        return self.ended_at is None and self.from_at <= now < self.until_at
