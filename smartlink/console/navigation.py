"""The sidebar, and what the staff site shows beside its names."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from casework.staff.models import User
from smartlink.console import queue

MOST_IN_BADGE = 99


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Groups of links, each with what the role needs to see it."""
    see, audit = "participants.view_participant", "audit.view_entry"
    work = [
        _link(_("Today"), "today", "admin:index", see, exact=True),
        _link(_("Caseload"), "groups", "admin:participants_participant_changelist", see),
        _link(_("Enrol"), "person_add", "console:enrol", "participants.add_participant"),
        _link(_("Review queue"), "visibility", "console:reviews", "checkins.change_review"),
        _link(_("Check-ins"), "photo_camera", "admin:checkins_checkin_changelist", see),
        _link(_("Hearings"), "gavel", "console:hearings_day", "hearings.view_hearing"),
        _link("Findings", "balance", "console:findings", "findings.view_finding"),
        _link(_("Cover"), "supervisor_account", "console:covers", "staff.view_cover"),
        _link(_("Changes"), "move_down", "console:changes", "requests.view_changereport"),
        _link(_("Help asked for"), "support_agent", "console:help", "requests.view_helprequest"),
        _link("Documents", "description", "console:documents", "documents.view_document"),
        _link("Messages", "forum", "console:messages", "officer_messages.view_message"),
        _link("Local help", "volunteer_activism", "console:resources", "resources.view_resource"),
        _link(_("Messages sent"), "outgoing_mail", "console:notices", "notices.view_notice"),
        _link(
            _("Lighter supervision"),
            "trending_down",
            "console:lighter",
            "participants.add_supervisionterm",
        ),
    ]
    work[3]["badge"] = reviews_waiting(request)
    oversight = [
        _link("Balance", "equalizer", "console:balance", "participants.change_assignment"),
        _link(_("Reports"), "bar_chart", "console:reports:index", "reports.make_report"),
        _link(_("Error rates"), "troubleshoot", "console:error_rates", "reports.make_report"),
        _link(_("Staff"), "badge", "admin:staff_user_changelist", "staff.add_user"),
        _link(_("Sign-ins"), "login", "admin:staff_signin_changelist", "staff.view_signin"),
        _link(_("Offices"), "apartment", "admin:staff_office_changelist", "staff.add_office"),
        _link(_("Courts"), "account_balance", "admin:hearings_court_changelist", "staff.add_user"),
        _link(_("Our faults"), "warning", "console:faults", "faults.view_fault"),
        _link(_("Face comparison"), "face", "console:calibrations", "checkins.view_calibration"),
        _link(_("Audit"), "history", "admin:audit_entry_changelist", audit),
        _link(_("Legal holds"), "lock", "admin:retention_hold_changelist", "retention.view_hold"),
        _link(
            _("Deletions"),
            "auto_delete",
            "admin:retention_certificate_changelist",
            "retention.view_certificate",
        ),
        _link(_("API documents"), "api", "/api/v1/docs/", audit),
    ]
    groups: list[dict[str, Any]] = [
        {"title": _("Work"), "items": work},
        {"title": _("Oversight"), "items": oversight},
    ]
    for group in groups:
        group["items"] = [item for item in group["items"] if _may(request, item)]
    return [group for group in groups if group["items"]]


def _link(title: str, icon: str, view: str, needs: str, *, exact: bool = False) -> dict[str, Any]:
    link = view if view.startswith("/") else reverse(view)
    return {
        "title": title,
        "icon": icon,
        "link": link,
        "needs": needs,
        "active": (lambda request: request.path == link)
        if exact
        else (lambda request: request.path.startswith(link)),
        "badge_variant": "warning",
    }


def _may(request: HttpRequest, item: dict[str, Any]) -> bool:
    return isinstance(request.user, User) and request.user.has_perm(item["needs"])


def reviews_waiting(request: HttpRequest) -> str:
    """How many reviews wait for this user; nothing for none."""
    if not isinstance(request.user, User):
        return ""
    if request.path == reverse("admin:index"):
        waiting = len(queue.on_today(request, request.user))
    elif hasattr(request, "queue_number"):
        waiting = queue.number_waiting(request, request.user)
    else:
        # Nothing but rows: neither their order nor what the queue shows of them.
        rows = queue.waiting_for(request.user).order_by().values("pk")
        waiting = rows[: MOST_IN_BADGE + 1].count()
    return f"{MOST_IN_BADGE}+" if waiting > MOST_IN_BADGE else str(waiting or "")
