"""What a participant holds in hand for every answer, and the keys it is signed with."""

from django.db import models
from django.db.models import Q, Value

from casework.common.models import PublicIdModel
from checkins.models.attempt import Attempt
from checkins.models.checkin import CheckIn
from checkins.querysets import ReceiptQuerySet


class ReceiptKey(models.Model):
    """A signing key. Once retired its private half is gone; the public one stays published."""

    kid = models.CharField(max_length=64, unique=True)
    public = models.JSONField()
    sealed = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True, sealed__isnull=False)
                | Q(retired_at__isnull=False, sealed__isnull=True),
                name="receipt_key_retired_cannot_sign",
            ),
            models.UniqueConstraint(
                Value(1), condition=Q(retired_at__isnull=True), name="receipt_key_one_in_use"
            ),
        ]

    def __str__(self) -> str:
        return f"receipt key {self.kid}"


class RefusedUpload(PublicIdModel):
    """A file that could be no photo. Nothing of it is kept but what it was and why not."""

    check_in = models.ForeignKey(CheckIn, on_delete=models.CASCADE, related_name="refused_uploads")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    reason = models.CharField(max_length=24)
    received_at = models.DateTimeField()
    captured_at = models.DateTimeField(null=True)
    submission_key = models.CharField(max_length=128, null=True)  # noqa: DJ001 - none is not a key

    class Meta:
        ordering = ["check_in", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_in", "number"], name="refused_upload_number_once"
            ),
            models.UniqueConstraint(
                fields=["check_in", "submission_key", "sha256"], name="refused_upload_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="refused_upload_says_why"),
        ]

    def __str__(self) -> str:
        return f"refused upload {self.public_id}"


class Receipt(PublicIdModel):
    """The signed word that an answer arrived: `jws` as handed out, never changed.

    `code` is what a person reads out; it names the receipt and opens nothing personal.
    """

    check_in = models.ForeignKey(CheckIn, on_delete=models.CASCADE, related_name="receipts")
    attempt = models.OneToOneField(
        Attempt, on_delete=models.CASCADE, null=True, related_name="receipt"
    )
    refused_upload = models.OneToOneField(
        RefusedUpload, on_delete=models.CASCADE, null=True, related_name="receipt"
    )
    key = models.ForeignKey(ReceiptKey, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=14, unique=True)
    jws = models.TextField()
    received_at = models.DateTimeField()

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(attempt__isnull=True) ^ Q(refused_upload__isnull=True),
                name="receipt_is_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"receipt {self.code}"
