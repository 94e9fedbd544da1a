"""What casework itself holds about a person, and how long a copy of it is kept."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from casework.audit.models import Entry
from casework.copies.models import Copy
from casework.copies.registry import Part, Row, columns, parts_of_file
from casework.participants.models import Participant
from casework.retention.models import Certificate
from casework.retention.registry import Folder, Rule, retention
from casework.staff.models import User


def _person(person: Participant) -> Iterator[Row]:
    yield columns(
        person, "public_id", "given_name", "family_name", "a_number", "language", "timezone",
        "date_of_birth", "sex", "created_at", "closed_at",
    ) | {"office": person.office.name}  # fmt: skip


def _contacts(person: Participant) -> Iterator[Row]:
    for row in person.contact_points.all():
        yield columns(row, "kind", "phone", "email", "preferred", "verified_at")


def _cases(person: Participant) -> Iterator[Row]:
    for row in person.cases.all():
        yield columns(
            row, "public_id", "kind", "docket", "release_basis", "nta_on", "released_on",
            "representative", "closed_on",
        )  # fmt: skip


def _officers(person: Participant) -> Iterator[Row]:
    for row in person.assignments.select_related("officer"):
        yield {"officer": row.officer.full_name} | columns(row, "from_at", "until_at")


def _officers_noted(person: Participant) -> Iterator[Row]:
    """A note may be about several people who moved together: it is in no copy of one of them."""
    for row in person.assignments.exclude(note="").select_related("officer"):
        yield {"officer": row.officer.full_name} | columns(row, "from_at", "note")


def _terms(person: Participant) -> Iterator[Row]:
    for row in person.terms.select_related("set_by"):
        yield {"set_by": row.set_by.full_name} | columns(
            row, "technology", "level", "step", "reason", "from_at", "until_at"
        )


def _access(person: Participant) -> Iterator[Row]:
    for consent in person.consents.all():
        yield {"what": "consent"} | columns(
            consent, "notice_version", "language", "given_at", "withdrawn_at"
        )
    for invite in person.invites.all():
        yield {"what": "invite"} | columns(invite, "created_at", "expires_at", "used_at")
    for key in person.passkeys.all():
        yield {"what": "passkey"} | columns(key, "name", "made_at", "last_used_at")
    for session in person.portal_sessions.all():
        yield {"what": "sign-in"} | columns(
            session, "created_at", "last_seen_at", "ended_at", "device"
        )


def _trail(person: Participant) -> Iterator[Row]:
    lines = Entry.objects.filter(participant_id=person.public_id).order_by("id")
    names: dict[Any, str] = dict(
        User.objects.filter(
            public_id__in=lines.filter(actor_kind="staff").values("actor_id")
        ).values_list("public_id", "full_name")
    )
    for line in lines.iterator():
        yield {
            "at": line.at,
            "who": names.get(line.actor_id, line.actor_kind),
            "did": line.verb,
            "to": line.object_type,
        }


def _keeping(person: Participant) -> Iterator[Row]:
    for hold in person.holds.all():
        yield {"what": "legal hold"} | columns(hold, "set_at", "lifted_at")
    for made in Certificate.objects.of(person):
        yield {"what": "deletion certificate"} | columns(
            made, "public_id", "made_at", "kind", "count", "files", "rule", "days", "signature"
        )


def _old(cutoff: datetime) -> QuerySet[Any]:
    """Counted from when it was made; one that never came to be, from when it was asked for."""
    return Copy.objects.filter(Q(made_at__lt=cutoff) | Q(made_at=None, asked_at__lt=cutoff))


def _used(names: list[str]) -> set[str]:
    return set(Copy.objects.filter(file__in=names).values_list("file", flat=True))


def _file(copy: Any) -> list[str]:
    return [copy.file.name] if copy.file else []


def register() -> None:
    parts_of_file.add(
        Part("person", _("You"), _person, 10),
        Part("contacts", _("How to reach you"), _contacts, 20),
        Part("cases", _("Your case"), _cases, 30),
        Part("officers", _("Your officers"), _officers, 40),
        Part(
            "officers_noted", "Officers: what was noted when one took over",
            _officers_noted, 41, office_only=True,
        ),
        Part("terms", _("How you are supervised"), _terms, 45),
        Part("access", _("Consent, invites and sign-ins"), _access, 80),
        Part("trail", _("Who did what in your file"), _trail, 90),
        Part("keeping", _("What was deleted, and legal holds"), _keeping, 100),
    )  # fmt: skip
    retention.add(
        Rule(
            "copies", "copy of a file",
            what=_("Copies of your file that were made for download"),
            why=_("To let you or your office download it"),
            since=_("after the copy is made"),
            days=7, due=_old, person="participant", files=_file, order=55,
        ),
        Folder("copies", _used),
    )  # fmt: skip
