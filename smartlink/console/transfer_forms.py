"""The form of a transfer: to whom, and the notes. It reads and checks shape; services decide."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from casework.participants.models import Assignment
from casework.staff.models import Cover, Office, Role, User
from casework.transfers.rules import MOST_LETTERS


@dataclass(frozen=True)
class Colleague:
    """An officer at an office, with the size of the caseload and, when away, until when."""

    user_pk: int
    name: str
    office_pk: int
    office_name: str
    key: str
    caseload: int
    away_until: date | None

    @property
    def said(self) -> str:
        people = "1 person" if self.caseload == 1 else f"{self.caseload} people"
        away = f", away until {self.away_until:%-d %b}" if self.away_until else ""
        return f"{self.name} – {people}{away}"


def offices_to(user: User) -> Any:
    """Where this user may move people."""
    return Office.objects.all() if user.is_administrator else user.offices.all()


def colleagues(user: User, now: datetime) -> list[Colleague]:
    """Everybody who may get a case from this user, by office and name; one query."""
    theirs = Assignment.objects.filter(officer=OuterRef("user"), until_at__isnull=True)
    number = theirs.order_by().values("officer").annotate(number=Count("pk")).values("number")
    away = Cover.objects.on(now).filter(absent=OuterRef("user")).order_by("-until_on")
    works = User.offices.through.objects.filter(
        user__role=Role.OFFICER, user__is_active=True, office__in=offices_to(user).values("pk")
    )
    rows: Any = works.select_related("user", "office").annotate(
        caseload=Coalesce(Subquery(number, output_field=IntegerField()), 0),
        away_until=Subquery(away.values("until_on")[:1]),
    )
    return [
        Colleague(
            row.user_id,
            row.user.full_name,
            row.office_id,
            row.office.name,
            f"{row.office.public_id}:{row.user.public_id}",
            row.caseload,
            row.away_until,
        )
        for row in rows.order_by("office__name", "user__full_name", "user_id")
    ]


class TransferForm(forms.Form):
    to = forms.ChoiceField(label="New officer")
    note = forms.CharField(
        label="Hand-over note",
        max_length=MOST_LETTERS,
        help_text="What the next officer must know: agreements, how to reach people, what is due.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self, *args: Any, user: User, now: datetime, first: Collection[int] = (), **kwargs: Any
    ) -> None:
        """`first`: the offices whose officers are listed before all others."""
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in sorted(colleagues(user, now), key=lambda one: one.office_pk not in first):
            groups.setdefault(one.office_name, []).append((one.key, one.said))
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", "Choose"),
            *groups.items(),
        ]

    def chosen(self) -> tuple[User, Office]:
        """Of a valid form."""
        office, officer = self.cleaned_data["to"].split(":")
        return User.objects.get(public_id=officer), Office.objects.get(public_id=office)
