"""A letter to whoever asked for a report once it is ready: where it is, and no figure.

The row says whether a letter is due. A sender that dies leaves it due; the same letter keeps its
Message-ID, by which mailboxes know it.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from casework.notices.providers.base import Answer, Parcel
from casework.notices.providers.choice import provider_for
from casework.notices.rules import Channel
from smartlink.reports import asking
from smartlink.reports.models import Report

AGAIN_AFTER = timedelta(minutes=5)
GIVEN_UP_AFTER = timedelta(days=1)
BATCH = 20


def tell_ready(now: datetime) -> int:
    """Send the letters that are due; how many a mail server took."""
    return sum(_tell(report, now) for report in _claim(now))


@transaction.atomic
def _claim(now: datetime) -> list[Report]:
    """Reports of which a letter is due, for this sender alone until the next try."""
    due = Report.objects.filter(tell_at__lte=now).select_related("asked_by")
    rows = list(due.select_for_update(skip_locked=True, of=("self",)).order_by("tell_at")[:BATCH])
    Report.objects.filter(pk__in=[row.pk for row in rows]).update(tell_at=now + AGAIN_AFTER)
    return rows


def _tell(report: Report, now: datetime) -> bool:
    user = report.asked_by
    answer = Answer.REFUSED
    if user.is_active and Report.objects.visible_to(user).filter(pk=report.pk).exists():
        answer = provider_for(Channel.EMAIL).send(_letter(report, now)).answer
    since = report.finished_at or report.asked_at
    if answer in {Answer.LATER, Answer.UNSURE} and now - since < GIVEN_UP_AFTER:
        return False
    taken = answer is Answer.SENT
    Report.objects.filter(pk=report.pk).update(tell_at=None, told_at=now if taken else None)
    return taken


def _letter(report: Report, now: datetime) -> Parcel:
    """Names nobody: a mailbox is not the place."""
    link = settings.PUBLIC_URL + reverse("console:reports:one", args=[report.public_id])
    what = asking.title_of(report.parameters)
    lines = [
        f"The report you asked for is ready: {what}.",
        link,
        f"Sign in to open it. Its files are kept until {report.expires_at:%d %B %Y}.",
    ]
    return Parcel(
        pk=report.pk,
        key=report.public_id,
        channel=Channel.EMAIL,
        address=report.asked_by.email,
        language="en",
        title="Your report is ready",
        body="\n\n".join(lines) + "\n",
        link=link,
        tries=1,
        created_at=now,
        seconds_left=int(GIVEN_UP_AFTER.total_seconds()),
    )
