"""What check-ins add to the caseload and to a participant's file."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from casework.common import clock
from casework.participants.models import Participant
from casework.participants.querysets import ParticipantQuerySet
from casework.participants.registry import Column, Looking, Panel, file_of_participant
from checkins import looks
from checkins.models import CheckIn, LastCheckIn, ReferencePhoto, Told
from checkins.states import WAITING_FOR_PARTICIPANT, State

WEEKS = 8
ROWS = 60
RECENT = 10
TOLD = 3
OPEN_STATES = {State.OPEN.value, State.VERIFYING.value, State.IN_REVIEW.value}


def register() -> None:
    """Hang it all in; called once, when Django finds this app's admin."""
    file_of_participant.picture = picture
    file_of_participant.annotations.append(with_last_check_in)
    file_of_participant.filters += [ByCheckIn, ByPhotos]
    file_of_participant.add(
        Column("last_check_in", str(_("Last check-in")), last_check_in, 10),
        Panel("check_ins", str(_("Check-ins")), "console/panels/check_ins.html", check_ins, 10),
        Panel(
            "references", str(_("Reference photos")), "console/panels/references.html", references,
            10, side=True,
        ),
        Panel("plan", str(_("Plan")), "console/panels/plan.html", plan, 20, side=True),
    )  # fmt: skip


def with_last_check_in(rows: ParticipantQuerySet) -> ParticipantQuerySet:
    """Adds `face_id`, `last_state`, `last_issued_at` and the plan, in the same query."""
    last = CheckIn.objects.issued().filter(participant=OuterRef("pk"))
    last = last.order_by("-issued_at", "-pk")
    faces = ReferencePhoto.objects.usable().filter(participant=OuterRef("pk"))
    with_plan = rows.select_related("plan__location_authorised_by")
    annotated: ParticipantQuerySet = with_plan.annotate(
        face_id=Subquery(faces.order_by("added_at").values("public_id")[:1]),
        last_state=Subquery(last.values("state")[:1]),
        last_issued_at=Subquery(last.values("issued_at")[:1]),
    )
    return annotated


def picture(participant: Participant) -> str | None:
    """The small reference photo, where the rows were asked for with it."""
    face = getattr(participant, "face_id", None)
    return f"{reverse('console:reference_photo', args=[face])}?size=thumb" if face else None


def with_face(rows: QuerySet[Any], to_participant: str = "participant") -> QuerySet[Any]:
    """The same for rows of a participant: adds `face_id`; `of_row` hands it over."""
    faces = ReferencePhoto.objects.usable().filter(participant=OuterRef(to_participant))
    face = Subquery(faces.order_by("added_at").values("public_id")[:1])
    annotated: QuerySet[Any] = rows.annotate(face_id=face)
    return annotated


def of_row(row: Any) -> Participant:
    """The participant of a row that was asked for `with_face`."""
    participant: Any = row.participant
    participant.face_id = row.face_id
    found: Participant = participant
    return found


def last_check_in(participant: Any) -> str:
    if participant.last_state is None:
        return str(_("none yet"))
    when = looks.moment(participant.last_issued_at, clock.now())
    return format_html(
        '{} <small class="soft">{}</small>', looks.badge(participant.last_state), when
    )


class ByCheckIn(SimpleListFilter):
    """By the latest check-in, as it stands beside the person: not everybody's are read."""

    title = _("Latest check-in")
    parameter_name = "last"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        shown = [State.OPEN, State.IN_REVIEW, State.MISSED, State.NOT_ACCEPTED, State.ACCEPTED,
                 State.LAPSED, State.EXCUSED]  # fmt: skip
        return [*((s.value, looks.state_name(s)) for s in shown), ("none", _("None yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        state = self.value()
        if state is None:
            return queryset
        waiting = CheckIn.objects.to_answer().filter(participant=OuterRef("pk"))
        if state in WAITING_FOR_PARTICIPANT:
            return queryset.filter(Exists(waiting.filter(state=state)))
        over = LastCheckIn.objects.filter(participant=OuterRef("pk"))
        if state == "none":
            issued = CheckIn.objects.issued().filter(participant=OuterRef("pk"))
            return queryset.filter(~Exists(over), ~Exists(issued))
        # A look-up by person, not a join: that would be planned for the few check-ins that wait
        # by the statistics, and be slow when very many do.
        waits = Subquery(waiting.values("state")[:1])
        found: QuerySet[Any] = queryset.alias(waits=waits).filter(
            Exists(over.filter(state=state)), waits=None
        )
        return found


class ByPhotos(SimpleListFilter):
    title = _("Reference photos")
    parameter_name = "photos"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("none", _("None usable")),
            ("to-confirm", "One to be confirmed"),
            ("new-set", "One that the new weight set cannot use"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        photos = ReferencePhoto.objects.filter(participant=OuterRef("pk"))
        wanted = {
            "none": ~Exists(photos.usable()),
            "to-confirm": Exists(photos.to_confirm()),
            "new-set": Exists(photos.given_up()),
        }.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(wanted)


def check_ins(looking: Looking) -> dict[str, Any]:
    """The one to answer, the strip of the last weeks, and the latest rows; one query."""
    since = looking.now - timedelta(weeks=WEEKS)
    rows = list(
        CheckIn.objects.of(looking.participant)
        .select_related("told__handled_by")
        .filter(Q(issued_at__gte=since) | Q(state__in=OPEN_STATES))
        .order_by("-issued_at", "-pk")[:ROWS]
    )
    for row in rows:
        row.participant = looking.participant  # what was told names them: no query a file
    counted = Counter(row.state for row in rows)
    return {
        "current": next((row for row in rows if row.state in OPEN_STATES), None),
        "recent": rows[:RECENT],
        "told": _told(rows),
        "weeks": _weeks(rows, looking.now),
        "tally": [
            (looks.tone(state), looks.state_name(state), number)
            for state, number in counted.most_common()
        ],
        "number_of_weeks": WEEKS,
    }


def _weeks(rows: list[CheckIn], now: datetime) -> list[dict[str, Any]]:
    """Oldest first; each with its check-ins, oldest first."""
    weeks: list[dict[str, Any]] = [
        {"ends": now - timedelta(weeks=back), "rows": []} for back in reversed(range(WEEKS))
    ]
    for row in reversed(rows):
        back = (now - row.issued_at).days // 7 if row.issued_at else 0
        if 0 <= back < WEEKS:
            weeks[WEEKS - 1 - back]["rows"].append(
                {"row": row, "tone": looks.tone(row.state), "word": looks.state_name(row.state)}
            )
    return weeks


def references(looking: Looking) -> dict[str, Any]:
    current = ReferencePhoto.objects.filter(participant=looking.participant).current()
    photos = list(current.order_by("-source", "added_at", "pk"))
    return {"photos": photos, "refreshed": any(photo.is_refreshed for photo in photos)}


def plan(looking: Looking) -> dict[str, Any]:
    """None where no plan was made yet: reading a file writes nothing."""
    return {"plan": getattr(looking.participant, "plan", None)}


def _told(rows: list[CheckIn]) -> list[Told]:
    """What was told with these: what waits for an officer first, then the latest."""
    told = [row.told for row in rows if hasattr(row, "told") and row.told.needs_officer]
    return sorted(told, key=lambda one: one.handled_at is not None)[:TOLD]
