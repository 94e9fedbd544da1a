"""Times as staff read them: how long ago, with the exact time beside it."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def span(length: timedelta) -> str:
    """The largest unit that fits: "45 s", "12 min", "3 h", "5 days"."""
    seconds = int(abs(length).total_seconds())
    if seconds < 60:
        return _("%d s") % seconds
    if seconds < 3600:
        return _("%d min") % (seconds // 60)
    if seconds < 48 * 3600:
        hours, rest = divmod(seconds // 60, 60)
        return _("%d h") % hours if hours > 5 or not rest else _("%d h %02d min") % (hours, rest)
    days = seconds // 86_400
    return ngettext("%d day", "%d days", days) % days


def exact(at: datetime) -> str:
    """In the reader's zone, which the staff site has activated."""
    return f"{timezone.localtime(at):%a %-d %b %Y, %H:%M %Z}"


def moment(at: datetime, now: datetime) -> SafeString:
    """Relative to now; the exact time is in the title and for machines."""
    if at > now:
        words = _("in %s") % span(at - now)
    elif now - at < timedelta(minutes=1):
        words = _("just now")
    else:
        words = _("%s ago") % span(now - at)
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), exact(at), words)
