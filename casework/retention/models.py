"""Legal holds, and the certificates of what was deleted."""

from django.db import models
from django.db.models import F, Q

from casework.common.models import PublicIdModel
from casework.participants.models import Participant
from casework.participants.querysets import scope
from casework.staff.models import User


class HoldQuerySet(models.QuerySet["Hold"]):
    def visible_to(self, user: User) -> "HoldQuerySet":
        return self.filter(scope(user, "participant"))

    def standing(self) -> "HoldQuerySet":
        """Set and not lifted."""
        return self.filter(lifted_at__isnull=True)


class Hold(PublicIdModel):
    """While it stands, retention deletes nothing in this participant's file."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="holds")
    reason = models.TextField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    lift_reason = models.TextField(blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = "legal hold"
        ordering = ["-set_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(lifted_at__isnull=True),
                name="hold_one_standing",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="hold_has_reason"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lift_reason="")
                | (Q(lifted_at__gte=F("set_at"), lifted_by__isnull=False) & ~Q(lift_reason="")),
                name="hold_lifted_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"legal hold {self.public_id}"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: User) -> "CertificateQuerySet":
        """Those of files the user may open; those of nobody's file are the administrators'."""
        if user.is_administrator:
            return self
        files = Participant.objects.visible_to(user).values("public_id")
        return self.filter(participant_id__in=files)

    def of(self, participant: Participant) -> "CertificateQuerySet":
        return self.filter(participant_id=participant.public_id)


class Certificate(PublicIdModel):
    """What one run deleted under one rule in one person's file (or in nobody's).

    `hashes` are SHA-256 of the deleted rows' public ids: whoever knows an id can look whether its
    deletion is certified; the certificate says nothing to others. `signature` is a JWS over the
    facts where the deployment has signing keys; the audit chain vouches for it in any case.
    """

    rule = models.CharField(max_length=40)
    days = models.PositiveIntegerField()
    kind = models.CharField(max_length=60)
    participant_id = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    files = models.PositiveIntegerField()
    hashes = models.JSONField()
    signature = models.TextField(blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = "deletion certificate"
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(fields=["participant_id", "-made_at"], name="certificate_by_person"),
            models.Index(fields=["-made_at"], name="certificate_by_time"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(count__gt=0), name="certificate_of_something")
        ]

    def __str__(self) -> str:
        return f"deletion certificate {self.public_id}"


__all__ = ["Certificate", "Hold"]
