"""The day's keys, and the terms under which each participant's check-ins are drawn."""

from django.db import models
from django.db.models import F, Q

from casework.participants.models import Participant


class DrawKey(models.Model):
    """The key of one date. Its hash is public from `published_at` on, itself from `revealed_at`."""

    day = models.DateField(unique=True)
    sha256 = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField()
    published_at = models.DateTimeField()
    revealed_at = models.DateTimeField(null=True)
    revealed_key = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = "draw key"
        ordering = ["-day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revealed_at__isnull=True, revealed_key="")
                | (Q(revealed_at__isnull=False) & ~Q(revealed_key="")),
                name="draw_key_revealed_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"draw key of {self.day}"


class DrawTerms(models.Model):
    """What one participant's draws depend on, from one instant until another; never changed.

    `quiet_since`, `last_at` and `made_today` are what went before `from_at`: the local date that
    the longest silence counts from, the last drawn request, and how many there were on that local
    day. The last three fields are the sweeps' own marks.
    """

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="draw_terms"
    )
    number = models.PositiveIntegerField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    running = models.BooleanField()
    zone = models.CharField(max_length=64)
    week = models.JSONField()
    rate_per_week = models.DecimalField(max_digits=4, decimal_places=2)
    mean_seconds = models.PositiveIntegerField()
    gap_seconds = models.PositiveIntegerField()
    max_per_day = models.PositiveIntegerField(null=True)
    silence_days = models.PositiveIntegerField(null=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    blackouts = models.JSONField(default=list)
    quiet_since = models.DateField()
    last_at = models.DateTimeField(null=True)
    made_today = models.PositiveIntegerField(default=0)
    plan_seen_at = models.DateTimeField()
    drawn_through = models.DateField()
    last_drawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "terms of the draw"
        verbose_name_plural = "terms of the draw"
        ordering = ["-number"]
        indexes = [
            models.Index(
                fields=["zone", "drawn_through"],
                condition=Q(until_at__isnull=True, running=True),
                name="draw_terms_to_draw",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "number"], name="draw_terms_numbered_once"
            ),
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(until_at__isnull=True),
                name="draw_terms_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_at__gt=F("from_at")),
                name="draw_terms_end_after_they_begin",
            ),
        ]

    def __str__(self) -> str:
        return f"terms {self.number} of the draw"
