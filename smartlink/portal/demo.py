"""What only the demonstration does: throw-away visitors, and the persona that `make run` made."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from casework.common.errors import NotRecognised, RuleError
from casework.participants import rules, sign_in
from casework.participants.models import Participant
from casework.participants.services import NewParticipant, enrol
from casework.staff.models import Role, User
from checkins.lifecycle import request_check_in
from checkins.models.plan import LivenessMode
from checkins.plans import PlanTerms, set_plan
from checkins.submissions import PhotoNotTaken, submit_reference_photo
from checkins.verification.intake import PhotoRefused, inspect

REASON = "demo visitor"
FAMILY_NAME = "(visitor)"
WINDOW_MINUTES = 240
Photos = list[tuple[str, "UploadedFile[bytes]"]]


def welcome_visitor(
    given_name: str, language: str, photos: Photos, *, now: datetime
) -> sign_in.SignedIn:
    """Enrol a visitor with photos, plan and an open check-in, and sign them in.

    Raises `RuleError`, naming the photo's field, before anything is kept.
    """
    _require_usable_files(photos)
    officer, supervisor = _staff()
    visitor = _enrol(given_name, language, by=officer, now=now)
    terms = PlanTerms(
        window_minutes=WINDOW_MINUTES, liveness=LivenessMode.NONE.value, liveness_reason=REASON
    )
    set_plan(visitor, terms, by=supervisor, now=now)
    for _field, photo in photos:
        submit_reference_photo(visitor, photo, by=officer, now=now)
    request_check_in(visitor, by=officer, reason=REASON, now=now)
    code = sign_in.invite(visitor, by=officer, now=now)
    return sign_in.accept_invite(code, _any_pin(), consent=True, now=now)


def _require_usable_files(photos: Photos) -> None:
    seen: set[bytes] = set()
    for field, photo in photos:
        content = photo.read()
        photo.seek(0)
        try:
            inspect(content)
        except PhotoRefused as refused:
            raise RuleError(PhotoNotTaken(refused.reason).message, field=field) from refused
        if content in seen:
            raise RuleError(_("This very photo is already there. Take another one."), field=field)
        seen.add(content)


def _staff() -> tuple[User, User]:
    """The demo's first officer and somebody there who may let one photo be enough."""
    active = User.objects.filter(is_active=True).order_by("pk")
    officer = active.filter(role=Role.OFFICER, offices__isnull=False).first()
    supervisor = active.filter(role=Role.SUPERVISOR).first()
    supervisor = supervisor or active.filter(role=Role.ADMINISTRATOR).first()
    if officer is None or supervisor is None:
        raise RuleError(_("The demonstration has no staff yet. Please try again in a minute."))
    return officer, supervisor


def _enrol(given_name: str, language: str, *, by: User, now: datetime) -> Participant:
    """Under an invented A-number; tried again in the rare case that it is taken."""
    for _attempt in range(10):
        new = NewParticipant(
            given_name=given_name,
            family_name=FAMILY_NAME,
            a_number=f"9{secrets.randbelow(10**8):08d}",
            language=language,
        )
        try:
            return enrol(new, by=by, now=now)
        except RuleError as refusal:
            if refusal.field != "a_number":
                raise
    raise RuleError(_("The demonstration is full. Please try again in a minute."))


def _any_pin() -> str:
    """A PIN nobody needs: the visitor is signed in at once and the data is thrown away."""
    while True:
        pin = f"{secrets.randbelow(10**6):06d}"
        if not rules.pin_is_easy(pin):
            return pin


@dataclass(frozen=True)
class Persona:
    """A person of the demo whom a visitor may play; `invite_open` until the link was used."""

    name: str
    invite: str
    pin: str
    login: str
    invite_open: bool


def persona(now: datetime) -> Persona | None:
    """The first participant of `DATA_DIR/demo.json`, if `make run` has written it."""
    try:
        written = json.loads((Path(settings.DATA_DIR) / "demo.json").read_text())
    except FileNotFoundError:
        return None
    people: list[dict[str, Any]] = written.get("participants", [])
    if not people:
        return None
    first = people[0]
    invite = first.get("invite") or ""
    return Persona(
        name=first.get("name", ""),
        invite=invite,
        pin=first.get("pin") or "",
        login=first.get("login") or "",
        invite_open=_opens(invite, now),
    )


def _opens(invite: str, now: datetime) -> bool:
    try:
        sign_in.open_invite(invite, now=now)
    except NotRecognised:
        return False
    return True
