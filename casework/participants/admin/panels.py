"""The parts of a participant's file that casework itself knows."""

from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from casework.audit.models import Entry
from casework.participants.registry import Looking, Panel, file_of_participant
from casework.staff.models import User

LINES = 12


def cases(looking: Looking) -> dict[str, Any]:
    return {"cases": list(looking.participant.cases.all())}


def terms(looking: Looking) -> dict[str, Any]:
    """Every term, the one in force first."""
    rows = list(looking.participant.terms.select_related("set_by"))
    current = rows[0] if rows and rows[0].until_at is None else None
    return {"term": current, "past": rows[1:] if current else rows}


def contact(looking: Looking) -> dict[str, Any]:
    return {"points": list(looking.participant.contact_points.all())}


def timeline(looking: Looking) -> dict[str, Any]:
    """The last acts in this file, looks at it included."""
    name = User.objects.filter(public_id=OuterRef("actor_id")).values("full_name")[:1]
    lines = Entry.objects.filter(participant_id=looking.participant.public_id)
    return {"lines": list(lines.annotate(actor_name=Subquery(name))[:LINES])}


def register() -> None:
    """Called once, when Django finds this app's admin."""
    file_of_participant.add(
        Panel("timeline", str(_("Timeline")), "console/panels/timeline.html", timeline, 90),
        Panel("terms", str(_("Supervision")), "console/panels/terms.html", terms, 25, side=True),
        Panel("case", str(_("Case")), "console/panels/cases.html", cases, 30, side=True),
        Panel("contact", str(_("Contact")), "console/panels/contact.html", contact, 40, side=True),
    )
