"""Today: what needs me now, oldest first; each card leads to the list behind it."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.common import clock
from casework.faults.models import Fault
from casework.findings.models import Finding
from casework.findings.querysets import MAY_DECIDE
from casework.hearings.models import Hearing, HearingConflict
from casework.notices.models import Notice
from casework.staff.models import Role, User
from casework.transfers.models import HandOver
from checkins import renewal_progress
from checkins.admin.participant_file import with_face
from checkins.models import CheckIn
from checkins.states import State
from smartlink.console import asked, queue
from smartlink.console.cards import MOST_COUNTED, Card
from smartlink.console.people_cards import people_cards
from smartlink.reports import asking, groups
from smartlink.reports.models import Report

LAST_DAYS = timedelta(days=7)
LAST_MONTH = timedelta(days=30)


def today(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the first page shows besides its frame."""
    if not isinstance(request.user, User):
        return context
    now = clock.now()
    lists = asked.waiting_for(request.user, MOST_COUNTED + 1, now)
    cards = [
        *_faults(request.user, now),
        *_reports(request.user, now),
        *_apart(request.user),
        *_handed_over(request.user),
        _reviews(request, request.user),
        _missed(request.user, now),
        _not_reached(request.user, now),
        _findings(request.user, now),
        *_asked(lists),
        _disagreeing(request.user, now),
        _hearings(request.user, now),
        _attendance(request.user, now),
        *people_cards(request.user),
        *_local_help(lists["place"]),
    ]
    hour = clock_hour(now)
    greeting = _("Good morning") if hour < 12 else _("Good afternoon")
    return {
        **context,
        "title": _("Today"),
        "cards": cards,
        "quiet_cards": [card for card in cards if not card.rows],
        "all_quiet": not any(card.rows for card in cards),
        "renewal": renewal_progress.shown_to(request.user, ask=False),
        "greeting": greeting if hour < 18 else _("Good evening"),
        "now": now,
    }


def clock_hour(now: datetime) -> int:
    """The hour in the reader's zone."""
    return timezone.localtime(now).hour


def _faults(user: User, now: datetime) -> list[Card]:
    """Only while a fault is on: then it explains why the other cards stand still."""
    rows = list(Fault.objects.visible_to(user).on(now)[: MOST_COUNTED + 1])
    if not rows:
        return []
    url = reverse("console:faults")
    return [Card("fault", _("Faults of ours that are on"), "warning", rows, url, "", "bad")]


def _reports(user: User, now: datetime) -> list[Card]:
    """Only while a report that the reader asked for waits to be opened."""
    lately = Report.objects.ready_for(user).filter(finished_at__gte=now - LAST_DAYS)
    rows = [
        {
            "public_id": one.public_id,
            "what": asking.title_of(one.parameters),
            "finished_at": one.finished_at,
        }
        for one in lately.order_by("finished_at")[: MOST_COUNTED + 1]
    ]
    if not rows:
        return []
    url = reverse("console:reports:index")
    return [Card("report", _("Reports that are ready"), "description", rows, url, "")]


def _apart(user: User) -> list[Card]:
    """Only while a group stands apart, for those who oversee; asks no database."""
    rows = groups.noted_apart() if user.has_perm("reports.make_report") else []
    if not rows:
        return []
    url = reverse("console:error_rates")
    return [Card("apart", _("The computer errs more with some"), "balance", rows, url, "", "warn")]


def _handed_over(user: User) -> list[Card]:
    """Only while a note of a hand-over waits to be read."""
    waiting = HandOver.objects.visible_to(user).waiting_for(user).order_by("pk")
    rows = with_face(waiting).select_related("participant", "transfer__by")
    found = list(rows[: MOST_COUNTED + 1]) if user.role == Role.OFFICER else []
    if not found:
        return []
    url = reverse("console:handed_over")
    return [Card("handed", "Handed over to you", "move_down", found, url, "", "warn")]


def _local_help(rows: list[asked.Place]) -> list[Card]:
    """Only while a place of the directory was not said to be right for half a year."""
    url = reverse("console:resources") + "?show=again"
    title = "Local help to ask again"
    return [Card("place", title, "volunteer_activism", rows, url, "")] if rows else []


def _reviews(request: HttpRequest, user: User) -> Card:
    return Card(
        "review",
        _("Reviews waiting"),
        "visibility",
        list(queue.on_today(request, user)),
        reverse("console:reviews"),
        _("No photo waits for you."),
        "warn",
    )


def _missed(user: User, now: datetime) -> Card:
    missed = CheckIn.objects.visible_to(user).filter(state=State.MISSED.value)
    # Whoever was asked since then had until later: said twice, the index of the missed is used.
    lately = missed.filter(issued_at__gte=now - LAST_DAYS, deadline_at__gte=now - LAST_DAYS)
    rows = with_face(lately)
    return Card(
        "missed",
        _("Missed in the last 7 days"),
        "event_busy",
        list(rows.select_related("participant").order_by("deadline_at")[: MOST_COUNTED + 1]),
        reverse("admin:checkins_checkin_changelist") + "?state=missed",
        _("Nobody missed a check-in."),
        "bad",
    )


def _not_reached(user: User, now: datetime) -> Card:
    failed = Notice.objects.visible_to(user).not_reached().nothing_got_through_since()
    rows = with_face(failed.filter(settled_at__gte=now - LAST_DAYS))
    return Card(
        "notice",
        _("Could not be told"),
        "unsubscribe",
        list(rows.select_related("participant").order_by("settled_at")[: MOST_COUNTED + 1]),
        reverse("console:notices") + "?show=not-reached",
        _("Every message found its way."),
        "bad",
    )


def _asked(lists: dict[str, list[Any]]) -> list[Card]:
    """Changes to confirm, wishes for help and new documents."""
    return [
        Card(
            "change",
            _("Changes to confirm"),
            "move_down",
            lists["change"],
            reverse("console:changes"),
            _("Nobody reported a change."),
            "warn",
        ),
        Card(
            "help",
            _("Help and calls asked for"),
            "support_agent",
            lists["help"],
            reverse("console:help"),
            _("Nobody asked for help or a call."),
            "warn",
        ),
        Card(
            "document",
            "Documents to look at",
            "description",
            lists["document"],
            reverse("console:documents"),
            "Every document is seen.",
            "warn",
        ),
    ]


def _findings(user: User, now: datetime) -> Card:
    """What waits for a second person's decision; for the others, answers to what they proposed."""
    rows = Finding.objects.visible_to(user)
    decides = user.has_perm(MAY_DECIDE)
    rows = rows.due(now).exclude(proposed_by=user) if decides else rows.answered_to(user)
    waiting = with_face(rows).select_related("participant").order_by("proposed_at")
    return Card(
        "finding",
        "Findings to decide" if decides else "Answers to your findings",
        "balance",
        list(waiting[: MOST_COUNTED + 1]),
        reverse("console:findings") + ("" if decides else "?show=answered"),
        "No finding waits for a decision." if decides else "No answer waits for a decision.",
        "warn",
    )


def _hearings(user: User, now: datetime) -> Card:
    coming = Hearing.objects.visible_to(user).to_come(now)
    rows = with_face(coming.filter(starts_at__lte=now + LAST_DAYS), "case__participant")
    return Card(
        "hearing",
        _("Hearings in the next 7 days"),
        "gavel",
        list(rows.select_related("case__participant", "court")[: MOST_COUNTED + 1]),
        reverse("admin:hearings_hearing_changelist") + "?o=1",
        _("No hearing this week."),
    )


def _disagreeing(user: User, now: datetime) -> Card:
    rows = HearingConflict.objects.visible_to(user).open(now).order_by("noticed_at")
    return Card(
        "conflict",
        _("Hearing dates that disagree"),
        "event_repeat",
        list(rows.select_related("first__case__participant")[: MOST_COUNTED + 1]),
        reverse("console:hearing_conflicts"),
        _("All sources agree."),
        "bad",
    )


def _attendance(user: User, now: datetime) -> Card:
    due = Hearing.objects.visible_to(user).without_attendance(now)
    rows = with_face(due.filter(starts_at__gte=now - LAST_MONTH), "case__participant")
    rows = rows.select_related("case__participant", "court").order_by("starts_at")
    return Card(
        "attendance",
        _("Attendance to record"),
        "how_to_reg",
        list(rows[: MOST_COUNTED + 1]),
        reverse("console:hearings_day"),
        _("Attendance is recorded for every hearing."),
        "warn",
    )
