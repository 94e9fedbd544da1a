"""The kinds of notices about findings: that there is one, that time runs out, what was decided.

Whoever else sees the phone may read them: they speak of a letter and of nothing in it.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from casework.common import phrases
from casework.findings.models import Finding
from casework.findings.rules import AWAITS_ANSWER
from casework.findings.services import mark_told
from casework.findings.telling import REMINDER, RESULT, TOLD
from casework.notices.registry import Facts, Kind, Message, Reading, register
from casework.notices.rules import Channel


def waiting_for_answer(subjects: Collection[UUID], now: datetime) -> Mapping[UUID, Facts]:
    """Findings that nobody has answered, with the end of the time to answer as it is now."""
    awaiting = sorted(state.value for state in AWAITS_ANSWER)
    rows = Finding.objects.filter(public_id__in=subjects, state__in=awaiting)
    return {
        key: {"answer_by": answer_by}
        for key, answer_by in rows.values_list("public_id", "answer_by")
    }


def news(subjects: Collection[UUID], now: datetime) -> Mapping[UUID, Facts]:
    """Findings that are over."""
    over = Finding.objects.filter(public_id__in=subjects).exclude(
        pk__in=Finding.objects.live().values("pk")
    )
    return {key: {} for key in over.values_list("public_id", flat=True)}


def delivered(subject: UUID, now: datetime) -> None:
    """A receipt: the person has the letter's notice, so the time to answer runs."""
    finding = Finding.objects.filter(public_id=subject).first()
    if finding is not None:
        mark_told(finding, now=now)


def _page(reading: Reading) -> str:
    return reverse("portal:finding", args=[reading.subject_id])


def told(reading: Reading) -> Message:
    text = _("There is a letter for you on your page. Please read it and answer.")
    return Message(title=_("A letter"), text=text, spoken=text, path=_page(reading))


def reminder(reading: Reading) -> Message:
    until = reading.facts["answer_by"] or reading.now
    text = _("Reminder: please answer the letter on your page %(deadline)s.") % {
        "deadline": phrases.deadline(until, reading.zone, now=reading.now)
    }
    return Message(title=_("A letter"), text=text, spoken=text, path=_page(reading))


def result(reading: Reading) -> Message:
    text = _("There is news about a letter of ours. Please look at your page.")
    return Message(title=_("A letter"), text=text, spoken=text, path=_page(reading))


def register_kinds() -> None:
    """Called once, at start. The titles stand in the list of messages sent, also of a finding that
    was overturned: they speak of a letter."""
    quietly = (Channel.PUSH, Channel.SMS, Channel.EMAIL)
    register(
        Kind(TOLD, "Letter", told, waiting_for_answer, escalates=True, delivered=delivered),
        Kind(REMINDER, "Letter: time to answer", reminder, waiting_for_answer, channels=quietly),
        Kind(RESULT, "Letter: news", result, news, channels=quietly),
    )
