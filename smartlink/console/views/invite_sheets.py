"""Invites for many: a page a person, in their language, for those of a list who are not in yet."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache

from casework.common import clock
from casework.common.imports.working import WORKING
from casework.participants.imports.working import PEOPLE
from casework.participants.models import Participant, ParticipantImport
from casework.participants.querysets import ParticipantQuerySet
from casework.staff.models import User
from smartlink.console.gates import StaffRequest, page, staff_page
from smartlink.console.invites import Card, make_card
from smartlink.console.views.file import form_page
from smartlink.console.views.people_imports import PAGES

SHEET = 50
TITLE = "Invites to print"


class SheetForm(forms.Form):
    """For whom the page offered invites, and when: a second press cannot mean the next ones."""

    who = forms.CharField(required=False, widget=forms.HiddenInput())
    seen_at = forms.DateTimeField(widget=forms.HiddenInput())
    again = forms.BooleanField(required=False, widget=forms.HiddenInput())

    def clean_who(self) -> list[UUID]:
        try:
            ids = [UUID(one) for one in self.cleaned_data["who"].split()]
        except ValueError as error:
            raise forms.ValidationError("No ids.") from error
        if len(ids) > SHEET:
            raise forms.ValidationError("Too many.")
        return ids


@dataclass
class Made:
    """`earlier`: who had got one since the page was made, so that none was made again."""

    cards: list[Card] = field(default_factory=list)
    earlier: list[Participant] = field(default_factory=list)


@form_page
@staff_page("participants.view_invite")
@never_cache
def sheet(request: StaffRequest, import_id: UUID) -> HttpResponse:
    """GET says who would get one; POST makes them, and shows them this once."""
    upload: ParticipantImport = PAGES.upload_or_404(request, import_id)
    made = Made()
    if request.method == "POST":
        form = SheetForm(request.POST)
        if not form.is_valid():
            raise Http404
        made = _make(upload, form.cleaned_data, request.user, clock.now())
    now = clock.now()
    people = PEOPLE.people_of(upload, request.user)
    absent = people.filter(credential__isnull=True)
    waiting = _without_invite(absent, now)
    total, not_in, left = people.count(), absent.count(), waiting.count()
    first = list(waiting.prefetch_related("contact_points")[:SHEET])
    context = {
        "upload": upload,
        "working": upload.state in WORKING,
        "most": SHEET,
        "cards": made.cards,
        "earlier": made.earlier,
        "signed_in": total - not_in,
        "invited": not_in - left,
        "waiting": left,
        "first": first,
        "next_form": _offer(first, now),
        "again_form": _offer(_oldest_first(absent)[:SHEET], now, again=True),
        "earlier_form": _offer(made.earlier, now, again=True),
    }
    return page(request, "console/invite_sheet.html", TITLE, context)


def _offer(people: Iterable[Participant], now: datetime, *, again: bool = False) -> SheetForm:
    ids = " ".join(str(one.public_id) for one in people)
    said = {"who": ids, "seen_at": now.isoformat()}
    return SheetForm(initial=said | ({"again": "1"} if again else {}), auto_id=False)


@transaction.atomic
def _make(upload: ParticipantImport, said: dict[str, Any], by: User, now: datetime) -> Made:
    """One press after another: the second waits for the first, and finds what it made."""
    ParticipantImport.objects.select_for_update().get(pk=upload.pk)
    people = PEOPLE.people_of(upload, by).filter(credential__isnull=True)
    chosen = _oldest_first(people.filter(public_id__in=said["who"])).select_related("office")
    without = set(_without_invite(people, now).values_list("pk", flat=True))
    made = Made()
    for person in chosen:
        if person.last is not None and person.last >= said["seen_at"]:
            made.earlier.append(person)
        elif said["again"] or person.pk in without:
            made.cards.append(make_card(person, by=by, now=now))
    return made


def _without_invite(people: ParticipantQuerySet, now: datetime) -> ParticipantQuerySet:
    """Those who hold no invite that opens."""
    opens = Q(
        invites__used_at__isnull=True,
        invites__replaced_at__isnull=True,
        invites__expires_at__gt=now,
    )
    found: ParticipantQuerySet = people.exclude(pk__in=people.filter(opens).values("pk"))
    return found


def _oldest_first(people: ParticipantQuerySet) -> QuerySet[Any]:
    """Pressed again and again it comes round to everybody."""
    found: QuerySet[Any] = people.annotate(last=Max("invites__created_at"))
    return found.order_by("last", "family_name", "pk")
