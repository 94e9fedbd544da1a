"""The words of notices about check-ins. Whoever else sees the phone may read them."""

from django.urls import reverse
from django.utils.translation import gettext as _

from casework.common import phrases
from casework.notices.registry import Message, Reading
from checkins.notices.written import LAST_CALL


def _page(reading: Reading) -> str:
    return reverse("portal:check_in", args=[reading.subject_id])


def _deadline(reading: Reading) -> str:
    """ "by 4:30 PM today", by the person's clock."""
    return phrases.deadline(reading.facts["deadline_at"], reading.zone, now=reading.now)


def issued(reading: Reading) -> Message:
    when = {"deadline": _deadline(reading)}
    return Message(
        title=_("Check-in"),
        text=_("It is time for your check-in. Please answer %(deadline)s.") % when,
        spoken=_(
            "Hello. It is time for your check-in. Please answer %(deadline)s. Open your check-in "
            "page, or call your office."
        )
        % when,
        long=_(
            "It is time for your check-in. Please answer %(deadline)s. It takes a minute. If "
            "something stops you, call your office."
        )
        % when,
        path=_page(reading),
    )


def reminder(reading: Reading) -> Message:
    when = {"deadline": _deadline(reading)}
    if reading.variant == LAST_CALL:
        text = _("Your check-in ends soon. Please answer %(deadline)s.") % when
    else:
        text = _("Reminder: your check-in is open. Please answer %(deadline)s.") % when
    return Message(title=_("Check-in"), text=text, spoken=text, path=_page(reading))


def result(reading: Reading) -> Message:
    if reading.facts.get("state") == "open":
        text = _("Your check-in is not finished. Please look again %(deadline)s.") % {
            "deadline": _deadline(reading)
        }
    else:
        text = _("There is news about your check-in. Please look at your page.")
    return Message(title=_("Check-in"), text=text, spoken=text, path=_page(reading))
