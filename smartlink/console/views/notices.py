"""Messages sent: what people were told, by which channel, and what came of it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Page
from django.db.models import Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casework.common import clock
from casework.common.admin import CappedPaginator
from casework.notices.models import CHANNELS, Delivery, Notice
from casework.notices.querysets import NoticeQuerySet
from casework.notices.registry import all_kinds
from casework.notices.rules import Outcome
from casework.notices.services import try_again
from smartlink.console.forms import ReasonForm
from smartlink.console.gates import StaffRequest, page, staff_page
from smartlink.console.views.file import Act, perform

PAGE = 25
# What failed longer ago is of no use to send again.
LATELY = timedelta(days=7)


@dataclass(frozen=True)
class Chip:
    """A way to narrow the list."""

    key: str
    title: str
    where: Q


def chips() -> list[Chip]:
    return [
        Chip("not-reached", _("Not reached"), Q(outcome__in=["failed", "unreachable"])),
        Chip("under-way", _("Under way"), Q(outcome=Outcome.UNDER_WAY.value)),
        Chip("delivered", _("Confirmed"), Q(outcome=Outcome.DELIVERED.value)),
        Chip("sent", _("Sent, not confirmed"), Q(outcome=Outcome.SENT.value)),
        Chip("not-sent", _("Not needed, or too late"), Q(outcome__in=["cancelled", "expired"])),
    ]


@staff_page("notices.view_notice")
@require_safe
def notices(request: StaffRequest) -> HttpResponse:
    """Newest first; `show`, `channel`, `kind` and `person` narrow it."""
    rows = narrowed(Notice.objects.visible_to(request.user), request)
    deliveries = Delivery.objects.order_by("pk")
    rows = rows.select_related("participant").prefetch_related(
        Prefetch("deliveries", queryset=deliveries, to_attr="tries")
    )
    shown: Page[Any] = CappedPaginator(rows.order_by("-pk"), PAGE).get_page(request.GET.get("p"))
    titles = {kind.name: kind.title for kind in all_kinds()}
    for row in shown:
        row.kind_title = titles.get(row.kind, row.kind)
    chosen = {name: request.GET.get(name, "") for name in ("show", "channel", "kind", "person")}
    context = {
        "rows": shown,
        "chips": chips(),
        "kinds": all_kinds(),
        "channels": CHANNELS,
        "chosen": chosen,
        "kept": "&".join(f"{name}={value}" for name, value in chosen.items() if value),
    }
    return page(request, "console/notices.html", _("Messages sent"), context)


def narrowed(rows: NoticeQuerySet, request: StaffRequest) -> NoticeQuerySet:
    """As the address asks; what it does not know narrows nothing."""
    asked = request.GET
    if not asked.get("show") and not asked.get("person"):
        rows = rows.exclude(outcome=Outcome.CANCELLED.value)  # answered before it was needed
    for chip in chips():
        if asked.get("show") == chip.key:
            rows = rows.filter(chip.where)
    if asked.get("channel") in dict(CHANNELS):
        rows = rows.filter(deliveries__channel=asked["channel"]).distinct()
    if asked.get("kind") in {kind.name for kind in all_kinds()}:
        rows = rows.filter(kind=asked["kind"])
    try:
        person = UUID(asked.get("person", ""))
    except ValueError:
        return rows
    return rows.filter(participant__public_id=person)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("notices.change_delivery")
def send_again(request: StaffRequest, delivery_id: UUID) -> HttpResponse:
    """A message that did not go out, once more, with a reason."""
    visible = Delivery.objects.visible_to(request.user).select_related("notice__participant")
    delivery = get_object_or_404(visible, public_id=delivery_id)
    participant = delivery.notice.participant
    form = ReasonForm(request.POST or None)
    act = Act(
        title=_("Send the message again"),
        submit=_("Send again"),
        done=_("It goes out within seconds."),
        intro=_("It goes to the same address as before. Correct a wrong number first."),
        quick=(_("Number corrected"), _("The provider is back"), _("The person asked for it")),
    )
    return perform(
        request,
        participant,
        act,
        form,
        lambda: try_again(
            delivery, by=request.user, reason=form.cleaned_data["reason"], now=clock.now()
        ),
    )
