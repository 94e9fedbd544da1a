"""Builders of the people that tests are about. Values are unique; nothing is shared."""

from itertools import count
from typing import Any

from casework.common import clock
from casework.participants import sign_in
from casework.participants.models import Assignment, Case, Participant
from casework.staff.models import Office, Role, User
from checkins import lifecycle
from checkins.models import Calibration, CheckIn

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


def calibration(by: User, **kw: Any) -> Calibration:
    """Limits kept as a proposal; nothing is in use by that."""
    rate = {"wrong": 3, "of": 4000, "share": 0.00075, "low": 0.0002, "high": 0.0022}
    figures = [
        {"references": n, "limit": 0.07, "people": 20, "fmr": rate, "fnmr": rate} for n in (1, 2, 3)
    ]
    facts = {
        "weights_name": "dlib", "weights_version": "fake.1", "number": next(_next),
        "match_at_single": 0.070, "match_at_averaged": 0.060, "review_to": 0.090,
        "target_fmr": 0.001, "dataset": "photos of tests", "dataset_sha256": "0" * 64,
        "pairs": 600, "photos": 807, "refused": 14, "seed": "1", "figures": figures,
        "beside": figures, "beside_version": "lfw-start-1",
        "made_at": clock.now(), "made_by": by, "reason": "photos from our own phones",
    }  # fmt: skip
    return Calibration.objects.create(**facts | kw)
