"""Filling an empty database with the demo. Safe to run again: nothing is doubled."""

import io
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image, ImageEnhance

from casework.hearings.models import Court
from casework.notes.services import write
from casework.notices.models import Notice
from casework.notices.rules import Outcome
from casework.participants import rules, sign_in
from casework.participants.models import CaseKind, Participant, ReleaseBasis
from casework.participants.services import NewParticipant, enrol
from casework.participants.terms import Wanted, set_term
from casework.staff.covers import Days, set_cover, zone_of
from casework.staff.models import Office, User
from checkins import lifecycle, submissions
from checkins.models import ReferencePhoto
from checkins.models.reference import ReferenceState
from checkins.plans import PlanTerms, set_plan
from checkins.references import add_reference_photo
from smartlink.demo import cast, dates
from smartlink.demo.asked import give_requests
from smartlink.demo.calibrating import keep_measured
from smartlink.demo.chance import number, one
from smartlink.demo.findings import give_findings
from smartlink.demo.histories import ENDINGS, Life, live
from smartlink.demo.messages import give_messages
from smartlink.demo.places import give_places
from smartlink.demo.portraits import Face, draw

PORTRAIT = Path(__file__).with_name("portrait.jpg")


@dataclass(frozen=True)
class Keys:
    """What opens the demo; written to demo.json and kept nowhere else."""

    staff: list[dict[str, str]]
    participants: list[dict[str, str]]


def is_seeded() -> bool:
    return User.objects.filter(email=cast.STAFF[0][1]).exists()


@transaction.atomic
def seed(now: datetime) -> None:
    """Offices, staff, courts, participants and their histories, all or nothing."""
    offices = [
        Office.objects.create(name=name, region=region, timezone=zone, phone=phone)
        for name, region, zone, phone in cast.OFFICES
    ]
    staff = {}
    for name, email, role, at in cast.STAFF:
        user = User.objects.create_user(email, None, full_name=name, role=role)
        user.offices.set([offices[position] for position in at])
        staff[email] = user
    courts = dates.courts()
    officers = [user for user in staff.values() if user.role == "officer"]
    for position, part in enumerate(cast.CAST):
        # Shifted in each round of endings, so that every caseload shows different ones.
        officer = officers[(position + position // len(ENDINGS)) % len(officers)]
        _take_in(position, part, officer, courts, now)
    give_findings(now)
    give_messages(now)
    give_places(now)
    give_requests(now)
    _away(staff["officer2@example.org"], staff["officer@example.org"], now)
    keep_measured(staff["administrator@example.org"], now)
    _let_notices_begin_now(now)


def _away(absent: User, colleague: User, now: datetime) -> None:
    """On leave from today: the officer of the demo covers."""
    today = now.astimezone(zone_of(absent)).date()
    days = Days(today, today + timedelta(days=6))
    set_cover(absent, colleague, days, "Leave.", by=absent, now=now)


def _let_notices_begin_now(now: datetime) -> None:
    """What the past would have sent is over; what is open is told from now on.

    Else the first look at the queue would take it for stuck since the oldest history began, and
    a fault of ours would excuse everybody in it.
    """
    waiting = Notice.objects.under_way()
    waiting.filter(expires_at__lte=now).update(
        outcome=Outcome.EXPIRED.value, next_at=None, settled_at=now
    )
    waiting.filter(expires_at__gt=now, next_at__lt=now).update(next_at=now)


def _take_in(
    position: int, part: cast.Part, officer: User, courts: list[Court], now: datetime
) -> None:
    office = officer.offices.get()
    began = now - timedelta(days=70 + number(200, part.family_name))
    new = NewParticipant(
        given_name=part.given_name,
        family_name=part.family_name,
        a_number=f"{200_000_000 + number(19_999_999, part.given_name, part.family_name):09d}",
        language=part.language,
        sex=part.sex,
        phone=f"+1{office.phone[2:5]}555{100 + position:04d}",
        case={
            "kind": one(CaseKind.values[:4], part.family_name),
            "release_basis": one(ReleaseBasis.values, part.family_name, "basis"),
            "released_on": began.date(),
        },
    )
    person = enrol(new, by=officer, now=began)
    Participant.objects.filter(pk=person.pk).update(created_at=began)
    _supervise(position, person, officer, began, now)
    if position % 3 == 0:
        write(
            person,
            one(cast.NOTES, part.family_name, "note"),
            by=officer,
            now=now - timedelta(days=12),
        )
    court = courts[0 if "York" in office.name else 1]
    dates.give_dates(position, person, court, officer, now)
    if part is cast.PERSONA:
        _persona(person, officer, now)
        return
    ending = ENDINGS[position % len(ENDINGS)]
    if ending != "not signed in":
        _let_in(person, officer, began + timedelta(hours=1))
    face = Face(str(person), woman=part.sex == "female", covered=part.covered)
    for take in range(3):
        photo = add_reference_photo(person, draw(face, take), ".jpg", by=officer, now=began)
        # A drawing has no template: the engine is never asked to make one.
        ReferencePhoto.objects.filter(pk=photo.pk).update(state=ReferenceState.USABLE)
    set_plan(person, PlanTerms(rate_per_week=_rate(position)), by=officer, now=began)
    live(Life(person, officer, face), ending, now)


def _supervise(
    position: int, person: Participant, officer: User, began: datetime, now: datetime
) -> None:
    """Most by smartphone; some by telephone; some came from a monitor."""
    boss = User.objects.get(role="supervisor", offices=person.office)
    first = ("gps", "smartphone", "smartphone", "telephonic")[position % 4]
    set_term(person, Wanted(first, 2, "On release."), by=boss, now=began)
    if first == "gps":
        lighter = Wanted("smartphone", 1, "Kept every check-in for two months.")
        set_term(person, lighter, by=officer, now=now - timedelta(days=8))


def _rate(position: int) -> Any:
    return [1, 2, 2, 3][position % 4]


def _let_in(person: Participant, officer: User, at: datetime) -> sign_in.SignedIn:
    code = sign_in.invite(person, by=officer, now=at)
    return sign_in.accept_invite(code, new_pin(), consent=True, now=at, device="Demo phone")


def _persona(person: Participant, officer: User, now: datetime) -> None:
    """The one with a photograph: the face engine really looks at these."""
    _let_in(person, officer, now - timedelta(days=30))
    boss = User.objects.get(email="supervisor@example.org")
    terms = PlanTerms(liveness="none", liveness_reason="demo persona: one still photograph")
    set_plan(person, terms, by=boss, now=now - timedelta(days=30))
    for content in portrait_variations()[:3]:
        upload = SimpleUploadedFile("reference.jpg", content, "image/jpeg")
        submissions.submit_reference_photo(person, upload, by=officer, now=now)
    start = now - timedelta(days=1, hours=2)
    late = lifecycle.request_check_in(person, by=officer, reason=cast.REASONS[1], now=start)
    lifecycle.mark_delivered(late, now=start + timedelta(minutes=1))
    lifecycle.close_overdue(late, now=now)
    late.refresh_from_db()
    upload = SimpleUploadedFile("late.jpg", portrait_variations()[3], "image/jpeg")
    submissions.submit_attempt(late, upload, submissions.Sent(device="Demo phone"), now=now)
    lifecycle.request_check_in(person, by=officer, reason=cast.REASONS[0], now=now)


def portrait_variations() -> list[bytes]:
    """The portrait under four lights and frames, as JPEG: three references and a selfie."""
    portrait = Image.open(PORTRAIT).convert("RGB")
    frames = [(0, 0, 512, 512), (40, 0, 440, 400), (20, 10, 500, 490), (60, 0, 420, 440)]
    lights = [1.0, 1.12, 0.9, 1.05]
    pictures = []
    for frame, light in zip(frames, lights, strict=True):
        picture = ImageEnhance.Brightness(portrait.crop(frame)).enhance(light)
        file = io.BytesIO()
        picture.resize((720, 720), Image.Resampling.LANCZOS).save(file, "JPEG", quality=88)
        pictures.append(file.getvalue())
    return pictures


def new_keys(now: datetime) -> Keys:
    """New passwords, PINs and invites for the accounts that visitors use."""
    staff = []
    for email in ("officer@example.org", "supervisor@example.org", "administrator@example.org"):
        user = User.objects.get(email=email)
        password = secrets.token_urlsafe(12)
        user.set_password(password)
        user.save(update_fields=["password"])
        staff.append({"role": user.role, "email": email, "password": password})
    parts = [cast.PERSONA, *_first_of_each_kind()]
    return Keys(staff, [_participant_keys(part, now) for part in parts])


def _first_of_each_kind() -> list[cast.Part]:
    """One who has not signed in yet, and one each who reads Spanish and Arabic."""
    unsigned = cast.CAST[ENDINGS.index("not signed in")]
    return [unsigned, cast.CAST[1], cast.CAST[2]]


def _participant_keys(part: cast.Part, now: datetime) -> dict[str, str]:
    person = Participant.objects.get(given_name=part.given_name, family_name=part.family_name)
    officer = person.assignments.get(until_at__isnull=True).officer
    pin = new_pin()
    keys = {"id": str(person.public_id), "name": person.full_name, "pin": pin}
    if hasattr(person, "credential"):
        code = sign_in.invite(person, by=officer, now=now)
        keys["login"] = sign_in.accept_invite(code, pin, consent=True, now=now).login
    keys["invite"] = sign_in.invite(person, by=officer, now=now)
    return keys


def new_pin() -> str:
    while rules.pin_is_easy(pin := f"{secrets.randbelow(10**6):06d}"):
        continue
    return pin
