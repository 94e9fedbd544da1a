"""Builders of the people that tests are about. Values are unique; nothing is shared."""

from itertools import count
from typing import Any

from casework.common import clock
from casework.participants import sign_in
from casework.participants.models import Assignment, Case, Participant
from casework.staff.models import Office, Role, User
from checkins import lifecycle
from checkins.models import CheckIn

PASSWORD = "correct horse battery staple"
PIN = "274913"
_next = count(1)


def office(**kw: Any) -> Office:
    return Office.objects.create(**{"name": f"Office {next(_next)}", "phone": "+12025550100"} | kw)


def _staff(role: Role, *offices: Office, **kw: Any) -> User:
    number = next(_next)
    user = User.objects.create_user(
        kw.pop("email", f"staff{number}@example.org"),
        PASSWORD,
        **{"full_name": f"{role.label} {number}", "role": role} | kw,
    )
    user.offices.set(offices)
    return user


def officer(at: Office, **kw: Any) -> User:
    return _staff(Role.OFFICER, at, **kw)


def supervisor(at: Office, **kw: Any) -> User:
    return _staff(Role.SUPERVISOR, at, **kw)


def administrator(**kw: Any) -> User:
    return _staff(Role.ADMINISTRATOR, *kw.pop("offices", []), **kw)


def participant(officer: User, **kw: Any) -> Participant:
    """Enrolled in the officer's office, with a case, on the officer's caseload."""
    number = next(_next)
    now = clock.now()
    facts = {
        "given_name": "Alice",
        "family_name": f"Number{number}",
        "a_number": f"{number:09d}",
        "office": kw.get("office") or officer.offices.get(),
        "created_at": now,
    }
    person = Participant.objects.create(**facts | kw)
    Case.objects.create(participant=person)
    Assignment.objects.create(participant=person, officer=officer, from_at=now)
    return person


def accepted_invite(participant: Participant, officer: User, pin: str = PIN) -> sign_in.SignedIn:
    """The participant has opened the invite, set the PIN and consented."""
    now = clock.now()
    code = sign_in.invite(participant, by=officer, now=now)
    return sign_in.accept_invite(code, pin, consent=True, now=now)


def open_check_in(participant: Participant, officer: User, **kw: Any) -> CheckIn:
    """An officer-requested check-in that is open now."""
    return lifecycle.request_check_in(
        participant, by=officer, reason=kw.get("reason", "a test"), now=kw.get("now", clock.now())
    )
