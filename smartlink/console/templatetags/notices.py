"""How notices and deliveries look to staff."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from casework.notices.models import CHANNELS, Delivery, Notice
from casework.notices.rules import NOT_SENT, Channel, DeliveryState, Outcome

register = template.Library()

_ICONS = {"push": "notifications", "sms": "sms", "voice": "call", "email": "mail"}
# What the commonest codes of the provider mean, for those who can do something about it.
_ERRORS = {
    "21211": "no valid number",
    "21214": "no valid number",
    "21610": "the number has opted out",
    "21614": "no mobile number",
    "30003": "phone switched off or out of reach",
    "30004": "blocked by the phone or its network",
    "30005": "number not in use",
    "30006": "landline or network out of reach",
    "30007": "filtered by the network",
    "opted out": "the number has opted out",
    "no-answer": "nobody answered",
    "550": "no such mailbox",
}


def _drawn(tone: str, sign: str, word: str) -> SafeString:
    return format_html(
        '<span class="state {}"><span class="material-symbols-outlined" aria-hidden="true">{}'
        "</span>{}</span>",
        tone,
        sign,
        word,
    )


@register.filter
def outcome_badge(notice: Notice) -> SafeString:
    looks = {
        Outcome.UNDER_WAY: ("wait", "schedule_send", _("Under way")),
        Outcome.DELIVERED: ("good", "mark_email_read", _("Confirmed")),
        Outcome.SENT: ("calm", "send", _("Sent, not confirmed")),
        Outcome.FAILED: ("bad", "error", _("Not reached")),
        Outcome.UNREACHABLE: ("bad", "contact_phone", _("No address")),
        Outcome.EXPIRED: ("calm", "timer_off", _("Too late, not sent")),
        Outcome.CANCELLED: ("calm", "undo", _("Not needed")),
    }
    return _drawn(*looks[Outcome(notice.outcome)])


@register.filter
def delivery_badge(delivery: Delivery) -> SafeString:
    looks = {
        DeliveryState.WAITING: ("wait", _("waits")),
        DeliveryState.LEASED: ("wait", _("being sent")),
        DeliveryState.SENT: ("calm", _("sent")),
        DeliveryState.DELIVERED: ("good", _("delivered")),
        DeliveryState.FAILED: ("bad", _("failed")),
        DeliveryState.DEAD: ("bad", _("given up")),
        DeliveryState.DROPPED: ("calm", _("not sent")),
    }
    tone, word = looks[DeliveryState(delivery.state)]
    if delivery.provider == "console" and delivery.state == DeliveryState.SENT.value:
        word = _("kept here, not sent")
    return _drawn(tone, _ICONS[delivery.channel], f"{dict(CHANNELS)[delivery.channel]}: {word}")


@register.filter
def why(delivery: Delivery) -> str:
    """What went wrong, in words where we have them."""
    return _ERRORS.get(delivery.error, delivery.error)


@register.filter
def where(delivery: Delivery) -> str:
    """The address as staff may read it; a browser has none."""
    return "" if delivery.channel == Channel.PUSH.value else delivery.address


@register.filter
def may_go_again(delivery: Delivery) -> bool:
    return DeliveryState(delivery.state) in NOT_SENT and delivery.state != "dropped"


@register.filter
def words_of(notice: Notice) -> Delivery | None:
    """The delivery whose text shows best what the person was told."""
    tries: list[Delivery] = getattr(notice, "tries", [])
    return next((one for one in tries if one.body), None)
