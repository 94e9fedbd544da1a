"""A photo that has only partly arrived: what came of it, until the rest comes or a day is over."""

from django.db import models
from django.db.models import F, Q

from checkins.models.checkin import CheckIn


class PartialUpload(models.Model):
    """One body on its way, named by the sender's own key; never more than a day old.

    `length` and `received` are bytes of the whole body, `sha256` is of the whole, too.
    """

    check_in = models.ForeignKey(CheckIn, on_delete=models.CASCADE, related_name="partial_uploads")
    key = models.UUIDField()
    length = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=200)
    received = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()

    class Meta:
        ordering = ["begun_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["check_in", "key"], name="partial_upload_key_once"),
            models.CheckConstraint(
                condition=Q(received__lt=F("length")), name="partial_upload_is_not_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.received} of {self.length} bytes"


class UploadPiece(models.Model):
    """Bytes of a body from `offset` on, sealed: a photo is read in no copy of the database."""

    upload = models.ForeignKey(PartialUpload, on_delete=models.CASCADE, related_name="pieces")
    offset = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        ordering = ["upload", "offset"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "offset"], name="upload_piece_once")
        ]

    def __str__(self) -> str:
        return f"from byte {self.offset}"
