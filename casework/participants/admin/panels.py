"""The parts of a participant's file that casework itself knows."""

from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from casework.audit.models import Entry
from casework.participants.registry import Looking, Panel, file_of_participant
from casework.participants.timeline import timeline as timeline_of_file
from casework.participants.timeline_sources import LOOK
from casework.staff.models import User

LINES = 12
MOST_LOOKS = 50
_IS_LOOK = ExpressionWrapper(Q(verb__regex=LOOK), output_field=BooleanField())


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
    """The last acts in this file, and of the looks since then only how many; one query."""
    name = User.objects.filter(public_id=OuterRef("actor_id")).values("full_name")[:1]
    rows: QuerySet[Any] = Entry.objects.filter(participant_id=looking.participant.public_id)
    for leave_out in timeline_of_file.out_of_file:
        rows = leave_out(looking, rows)
    rows = rows.annotate(actor_name=Subquery(name), is_look=_IS_LOOK)
    acts, seen = rows.filter(is_look=False)[:LINES], rows.filter(is_look=True)[:MOST_LOOKS]
    found = sorted(acts.union(seen, all=True), key=lambda one: one.pk, reverse=True)
    lines = [one for one in found if not one.is_look]
    begins = lines[-1].pk if len(lines) == LINES else 0
    looks = [one for one in found if one.is_look and one.pk > begins]
    return {
        "lines": lines,
        "looks": len(looks),
        "last_look": looks[0] if looks else None,
        "more_looks": len(looks) == MOST_LOOKS,
    }


def register() -> None:
    """Called once, when Django finds this app's admin."""
    file_of_participant.add(
        Panel("timeline", str(_("Timeline")), "console/panels/timeline.html", timeline, 90),
        Panel("terms", str(_("Supervision")), "console/panels/terms.html", terms, 25, side=True),
        Panel("case", str(_("Case")), "console/panels/cases.html", cases, 30, side=True),
        Panel("contact", str(_("Contact")), "console/panels/contact.html", contact, 40, side=True),
    )
