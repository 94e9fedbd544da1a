"""A file that could be no photo, or came too late: nothing moves, but its sender gets a receipt."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from checkins.lifecycle.attempts import MAX_ATTEMPTS, too_many_tries
from checkins.models import CheckIn, Receipt, RefusedUpload
from checkins.receipts import receipt_of_refusal
from checkins.states import NEEDS_NO_ANSWER, TAKES_ATTEMPTS, State
from checkins.verification.codes import Reason


@dataclass(frozen=True)
class NotAPhoto:
    """All that is kept of the file."""

    sha256: str
    reason: Reason
    captured_at: datetime | None = None
    submission_key: str | None = None


@transaction.atomic
def refuse_upload(check_in: CheckIn, what: NotAPhoto, *, now: datetime) -> Receipt | None:
    """Note the refused file and give its receipt; None while an answer is being looked
    at, or after a verdict.

    The same file under the same `submission_key` gives the same receipt. Raises `TooOften` past 20.
    """
    locked = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    if State(locked.state) not in TAKES_ATTEMPTS | NEEDS_NO_ANSWER:
        return None
    earlier = locked.refused_uploads.all()
    if what.submission_key is not None:
        same = earlier.filter(submission_key=what.submission_key, sha256=what.sha256)
        found = same.first()
        if found is not None:
            return Receipt.objects.get(refused_upload=found)
    number = (earlier.aggregate(top=Max("number"))["top"] or 0) + 1
    if number > MAX_ATTEMPTS:
        raise too_many_tries()
    refused = RefusedUpload.objects.create(
        check_in=locked,
        number=number,
        sha256=what.sha256,
        reason=what.reason.value,
        received_at=now,
        captured_at=what.captured_at,
        submission_key=what.submission_key,
    )
    return receipt_of_refusal(refused, now=now)
