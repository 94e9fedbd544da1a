"""Offices, staff and participants of a crowd."""

from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from casework.hearings.models import Court, Hearing
from casework.participants.models import (
    Assignment,
    Case,
    Consent,
    ContactPoint,
    Credential,
    Participant,
    SupervisionTerm,
)
from casework.participants.sign_in import PRIVACY_NOTICE_VERSION
from casework.staff.models import Office, Role, User
from checkins.models import Plan, ReferencePhoto
from smartlink.demo.crowd import names
from smartlink.demo.crowd.bulk import insert
from smartlink.demo.portraits import Face, draw

FIRST_A_NUMBER = 300_000_000
CASELOAD = 200
PEOPLE_AN_OFFICE = 5_000
PORTRAITS = 24


def staff_for(people: int) -> list[tuple[int, int]]:
    """(officer, office) for each caseload; the demo's own four officers come first."""
    own = User.objects.filter(role=Role.OFFICER, email__endswith="@example.org").order_by("pk")
    known = [(user.pk, user.offices.values_list("pk", flat=True)[0]) for user in own]
    wanted = max(len(known), -(-people // CASELOAD))
    offices = _offices(-(-people // PEOPLE_AN_OFFICE))
    for number in range(len(known), wanted):
        office = offices[number % len(offices)]
        name = f"{names.GIVEN[number % 40]} {names.FAMILY[number * 7 % len(names.FAMILY)]}"
        user = User.objects.create_user(
            f"crowd-officer{number}@example.org", None, full_name=name, role=Role.OFFICER
        )
        user.offices.set([office])
        known.append((user.pk, office.pk))
    return known


def _offices(wanted: int) -> list[Office]:
    for number, (name, region, zone) in enumerate(names.OFFICES[: max(wanted, 2) - 2]):
        office, made = Office.objects.get_or_create(
            name=name,
            defaults={"region": region, "timezone": zone, "phone": f"+1202555{150 + number:04d}"},
        )
        if made:
            boss = User.objects.create_user(
                f"crowd-supervisor{number}@example.org",
                None,
                full_name=f"{names.GIVEN[39 - number]} {names.FAMILY[number * 11]}",
                role=Role.SUPERVISOR,
            )
            boss.offices.set([office])
    return list(Office.objects.order_by("pk"))


def portraits() -> list[str]:
    """The files of a few drawings that the whole crowd shares."""
    kept = []
    for number in range(PORTRAITS):
        name = f"references/crowd-{number}"
        if not default_storage.exists(name):
            face = Face(f"crowd {number}", woman=number % 2 == 0, covered=number % 12 == 0)
            default_storage.save(name, ContentFile(draw(face)))
        kept.append(name)
    return kept


def enrol(first: int, last: int, facts: dict[str, Any]) -> int:
    """Participants number `first` to `last` with all that belongs to them; how many.

    `facts` hold the staff, the portraits, the years and the present instant.
    """
    params = {**facts, "first": first, "last": last}
    made = insert(Participant, _PARTICIPANT, _NUMBERS, params)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS crowd_now")
        cursor.execute(_CROWD, params)
        cursor.execute("ANALYZE crowd_now")
    for model, values, source in _BELONGINGS:
        insert(model, values, source, params)
    return made


def facts_of(staff: list[tuple[int, int]], years: float, now: datetime) -> dict[str, Any]:
    """What the statements below refer to."""
    return {
        "now": now,
        "days": round(years * 365),
        "base": FIRST_A_NUMBER,
        "caseload": CASELOAD,
        "officers": [officer for officer, _office in staff],
        "offices": [office for _officer, office in staff],
        "given": names.GIVEN,
        "sexes": names.SEXES,
        "languages": names.LANGUAGES,
        "family": names.FAMILY,
        "courts": list(Court.objects.order_by("pk").values_list("pk", flat=True)),
        "portraits": portraits(),
        "notice": PRIVACY_NOTICE_VERSION,
        "no_pin": make_password(None),
    }


def chance(number: str, salt: int) -> str:
    """SQL: a number from 0 up to 1 that looks drawn and is always the same."""
    return f"((hashint8extended(({number})::bigint, {salt}) & 1048575)::float8 / 1048576)"


def _pick(array: str, number: str, salt: int) -> str:
    return f"(%({array})s)[1 + floor({chance(number, salt)} * array_length(%({array})s, 1))::int]"


_NUMBERS = """FROM generate_series(%(first)s, %(last)s) AS i
JOIN staff_office o ON o.id = (%(offices)s)[1 + ((i - 1) / %(caseload)s)::int]"""
_PERSON = f"1 + floor({chance('i', 1)} * 40)::int"  # given name, sex and language go together
_PARTICIPANT = {
    "given_name": f"(%(given)s)[{_PERSON}]",
    "family_name": _pick("family", "i", 2),
    "a_number": "(%(base)s + i)::text",
    "language": f"(%(languages)s)[{_PERSON}]",
    "sex": f"(%(sexes)s)[{_PERSON}]",
    "timezone": "o.timezone",
    "date_of_birth": f"date '1955-01-01' + floor({chance('i', 3)} * 18000)::int",
    "office_id": "o.id",
    "created_at": f"%(now)s - %(days)s * interval '1 day' * (0.5 + {chance('i', 4)} / 2)",
}
_CROWD = """CREATE TEMPORARY TABLE crowd_now ON COMMIT DROP AS
SELECT p.id, p.a_number::bigint - %(base)s AS i, p.timezone AS zone, p.created_at AS began,
       p.language,
       (%(officers)s)[1 + ((p.a_number::bigint - %(base)s - 1) / %(caseload)s)::int] AS officer
FROM participants_participant p
WHERE p.a_number BETWEEN (%(base)s + %(first)s)::text AND (%(base)s + %(last)s)::text"""
_FROM = "FROM crowd_now c"
_BELONGINGS: list[tuple[Any, dict[str, str], str]] = [
    (Case, {"participant_id": "c.id", "released_on": "c.began::date"}, _FROM),
    (
        Assignment,
        {"participant_id": "c.id", "officer_id": "c.officer", "from_at": "c.began"},
        _FROM,
    ),
    (
        SupervisionTerm,
        {
            "participant_id": "c.id",
            "technology": (
                "(ARRAY['smartphone', 'smartphone', 'smartphone', 'telephonic', 'gps'])"
                f"[1 + floor({chance('c.i', 10)} * 5)::int]"
            ),
            "level": f"1 + floor({chance('c.i', 11)} * 3)::int",
            "step": "'first'",
            "reason": "'On release.'",
            "set_by_id": "c.officer",
            "from_at": "c.began",
        },
        _FROM,
    ),
    (
        ContactPoint,
        {
            "participant_id": "c.id",
            "kind": "'phone'",
            "phone": "'+1202555' || lpad((c.i %% 10000)::text, 4, '0')",
            "preferred": "true",
            "verified_at": f"CASE WHEN {chance('c.i', 5)} < 0.8 THEN c.began END",
        },
        _FROM,
    ),
    (
        Credential,
        {
            "participant_id": "c.id",
            "login": "'CROW-' || c.i",
            "pin_hash": "%(no_pin)s",
            "set_at": "c.began",
        },
        _FROM,
    ),
    (
        Consent,
        {
            "participant_id": "c.id",
            "notice_version": "%(notice)s",
            "language": "c.language",
            "given_at": "c.began",
        },
        _FROM,
    ),
    (
        Plan,
        {
            "participant_id": "c.id",
            "rate_per_week": f"(ARRAY[1, 2, 2, 3])[1 + floor({chance('c.i', 6)} * 4)::int]",
            "updated_at": "c.began",
        },
        _FROM,
    ),
    (
        ReferencePhoto,
        {
            "participant_id": "c.id",
            "photo": _pick("portraits", "c.i", 7),
            "photo_sha256": "repeat('0', 64)",
            "added_at": "c.began",
            "added_by_id": "c.officer",
            "state": "'usable'",
            "next_nudge_at": "c.began",
        },
        _FROM,
    ),
    (
        Hearing,
        {
            "case_id": "s.id",
            "court_id": _pick("courts", "c.i", 8),
            "starts_at": (
                "(((%(now)s AT TIME ZONE c.zone)::date + n * 180 + time '09:30'"
                f" + floor({chance('c.i * 8 + n', 9)} * 150) * interval '1 day')"
                " AT TIME ZONE c.zone)"
            ),
            "verified_at": "c.began",
        },
        f"{_FROM} JOIN participants_case s ON s.participant_id = c.id, generate_series(-1, 0) n",
    ),
]
