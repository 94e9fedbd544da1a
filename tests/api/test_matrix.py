"""Every address with every method by every kind of caller, and no address without a row."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import URLPattern
from rest_framework.views import APIView

from casework.common import clock
from casework.common.actors import SYSTEM
from casework.documents.services import add as add_document
from casework.findings.services import Proposal, propose
from casework.hearings.imports.working import HEARINGS
from casework.hearings.models import ChangeNotice, Court
from casework.hearings.services import enter
from casework.messages import services as messages
from casework.notes import services as notes
from casework.participants.imports.working import PEOPLE
from casework.requests import asking, changes
from casework.requests.rules import ChangeKind, HelpKind
from checkins import lifecycle
from checkins.lifecycle.moves import move
from checkins.models import Attempt, CheckIn
from checkins.references import add_reference_photo
from checkins.states import State
from checkins.telling import tell
from checkins.uploads import CONTENT_TYPE as PIECE
from checkins.verification.codes import Reason, Result
from smartlink.api.urls import urlpatterns
from smartlink.reports.asking import Wish
from smartlink.reports.services import ask
from tests import fake_engine, people
from tests.api.conftest import V1, World, photo
from tests.documents.conftest import paper

CSV = b"a_number,court,kind,starts\n876543210,Nowhere,master,2030-01-02 09:00\n"
LIST = b"a_number,given_name,family_name\n12,Eve,Olsen\n"
HOME = changes.NewChange(ChangeKind.ADDRESS, {"street": "12 Elm Street", "city": "Newark"})
CALLERS = (
    "anonymous",
    "alice",
    "bob",
    "officer",
    "colleague",
    "supervisor",
    "foreign_supervisor",
    "administrator",
)


def staff_of_alice(ok: int) -> dict[str, int]:
    return {
        "anonymous": 401, "alice": 403, "bob": 403, "officer": ok, "colleague": 404,
        "supervisor": ok, "foreign_supervisor": 404, "administrator": ok,
    }  # fmt: skip


def any_staff(ok: int) -> dict[str, int]:
    return staff_of_alice(ok) | {"colleague": ok, "foreign_supervisor": ok}


def only_its_uploader() -> dict[str, int]:
    """Supervisors and administrators too: an import says whom its uploader may see."""
    others = dict.fromkeys(CALLERS, 404) | {"anonymous": 401, "alice": 403, "bob": 403}
    return others | {"officer": 200}


def also_alice(ok: int, *, stranger: int = 404) -> dict[str, int]:
    return staff_of_alice(ok) | {"alice": ok, "bob": stranger}


def anyone_signed_in(ok: int) -> dict[str, int]:
    return dict.fromkeys(CALLERS, ok) | {"anonymous": 401}


def participants(ok: int) -> dict[str, int]:
    return dict.fromkeys(CALLERS, 403) | {"anonymous": 401, "alice": ok, "bob": ok}


def only_alice(ok: int) -> dict[str, int]:
    return participants(ok) | {"bob": 404}


def everyone(ok: int) -> dict[str, int]:
    return dict.fromkeys(CALLERS, ok)


def any_supervisor(ok: int) -> dict[str, int]:
    return any_staff(ok) | {"officer": 404, "colleague": 404}


OCTOBER = {"date_from": "2026-10-01", "date_to": "2026-10-31"}
NEW = {"given_name": "Eve", "family_name": "Olsen", "a_number": "A099000111"}
WHY = {"reason": "moved house"}
MULTIPART = "a photo"


class Sent(dict[str, Any]):
    """What the client is told, as it is."""


A_PIECE = Sent(
    data=b"x" * 2000,
    content_type=PIECE,
    headers={
        "Upload-Offset": "0", "Upload-Length": "9000", "Repr-Digest": f"sha-256=:{'A' * 42}E=:",
        "Upload-Content-Type": "multipart/form-data; boundary=x",
    },
)  # fmt: skip
ROWS: list[tuple[str, str, Any, dict[str, int]]] = [
    ("POST", "auth/token/", {"email": "a@example.org", "password": "wrong"}, everyone(401)),
    ("POST", "auth/sign-out/", None, any_staff(204)),
    ("GET", "auth/me/", None, any_staff(200)),
    ("POST", "portal/sign-in/", {"login": "AAAA-AAAA", "pin": "274913"}, everyone(401)),
    ("POST", "portal/sign-out/", None, participants(204)),
    ("GET", "portal/me/", None, participants(200)),
    ("GET", "participants/", None, any_staff(200)),
    # The administrator belongs to neither of the two offices, and has to name one.
    ("POST", "participants/", NEW, any_staff(201) | {"administrator": 400}),
    ("POST", "participants/import/", "a list", any_staff(200)),
    ("GET", "participants/import/{people_import}/", None, only_its_uploader()),
    ("GET", "participants/{alice}/", None, staff_of_alice(200)),
    ("PATCH", "participants/{alice}/", {"given_name": "Alicia"}, staff_of_alice(200)),
    ("POST", "participants/{alice}/invite/", None, staff_of_alice(201)),
    ("GET", "participants/{alice}/reference-photos/", None, staff_of_alice(200)),
    ("POST", "participants/{alice}/reference-photos/", MULTIPART, staff_of_alice(201)),
    ("GET", "participants/{alice}/reference-photos/{photo}/", None, staff_of_alice(200)),
    ("DELETE", "participants/{alice}/reference-photos/{photo}/", None, staff_of_alice(204)),
    ("POST", "participants/{alice}/reference-photos/{photo}/confirm/", WHY,
     staff_of_alice(409) | {"officer": 404}),  # an enrolment photo waits for nobody
    ("GET", "participants/{alice}/plan/", None, staff_of_alice(200)),
    ("PUT", "participants/{alice}/plan/", {"rate_per_week": "1"}, staff_of_alice(200)),
    ("PATCH", "participants/{alice}/plan/", {"window_minutes": 60}, staff_of_alice(200)),
    ("GET", "participants/{alice}/plan/pin-alone/", None, staff_of_alice(200)),
    ("PUT", "participants/{alice}/plan/pin-alone/", {"alone": True, **WHY},
     staff_of_alice(200) | {"officer": 403}),
    ("GET", "participants/{alice}/check-ins/", None, staff_of_alice(200)),
    ("POST", "participants/{idle}/check-ins/", WHY, staff_of_alice(201)),
    ("GET", "participants/{alice}/notes/", None, staff_of_alice(200)),
    ("POST", "participants/{alice}/notes/", {"text": "Called."}, staff_of_alice(201)),
    ("PATCH", "notes/{note}/", {"text": "Called twice."},
     staff_of_alice(200) | {"supervisor": 403, "administrator": 403}),  # not theirs
    ("GET", "check-ins/", None, anyone_signed_in(200)),
    ("GET", "check-ins/{open}/", None, also_alice(200)),
    ("POST", "check-ins/{open}/withdraw/", WHY, staff_of_alice(200)),
    ("POST", "check-ins/{missed}/excuse/", WHY, staff_of_alice(200)),
    ("GET", "check-ins/{open}/attempts/", None, also_alice(200)),
    ("POST", "check-ins/{open}/attempts/", MULTIPART, only_alice(202)),
    ("GET", "check-ins/{open}/attempts/uploads/{upload}/", None, only_alice(200)),
    ("PATCH", "check-ins/{open}/attempts/uploads/{upload}/", A_PIECE, only_alice(204)),
    ("DELETE", "check-ins/{open}/attempts/uploads/{upload}/", None, only_alice(204)),
    ("POST", "check-ins/{open}/challenge/", None, only_alice(201)),
    ("GET", "check-ins/{in_review}/review/", None, staff_of_alice(200)),
    ("POST", "check-ins/{in_review}/review/", {"verdict": "accepted"}, staff_of_alice(200)),
    ("POST", "check-ins/{in_review}/review/claim/", {}, staff_of_alice(200)),
    ("POST", "check-ins/{in_review}/review/claim/", {"take_over": True},
     staff_of_alice(200) | {"officer": 403}),
    ("POST", "check-ins/{in_review}/review/release/", None, staff_of_alice(200)),
    ("POST", "check-ins/{in_review}/review/undo/", None, staff_of_alice(409)),  # not accepted yet
    ("GET", "check-ins/{open}/questions/", None, also_alice(200)),
    ("PUT", "check-ins/{open}/questions/", {"answers": {"work": ""}}, only_alice(200)),
    ("POST", "check-ins/{missed}/questions/handled/", {"note": ""}, staff_of_alice(200)),
    ("POST", "receipts/verify/", {"receipt": "BCDF-2345-GHJK"}, everyone(200)),
    ("GET", "courts/", None, any_staff(200)),
    ("GET", "hearings/", None, anyone_signed_in(200)),
    ("POST", "hearings/", "a hearing", staff_of_alice(201)),
    ("POST", "hearings/import/", "a file", any_staff(200)),
    ("GET", "hearings/import/{import}/", None, only_its_uploader()),
    ("GET", "hearings/changes/", None, anyone_signed_in(200)),
    ("POST", "hearings/changes/{change}/seen/", None, only_alice(200)),
    ("GET", "hearings/{hearing}/", None, also_alice(200)),
    ("PATCH", "hearings/{hearing}/", {"room": "4"}, staff_of_alice(200)),
    ("GET", "findings/", None, anyone_signed_in(200)),
    ("POST", "findings/", "a finding", staff_of_alice(409)),  # its review comes first
    ("GET", "findings/{finding}/", None, also_alice(200)),
    ("POST", "findings/{finding}/answer/", {"answer": "I was ill."}, only_alice(200)),
    ("POST", "findings/{finding}/decision/", {"decision": "upheld", **WHY},
     staff_of_alice(409) | {"officer": 404}),  # nobody has told her yet
    ("POST", "findings/{finding}/withdraw/", WHY,
     staff_of_alice(200) | {"supervisor": 403, "administrator": 403}),
    ("POST", "findings/{finding}/more-time/", {"answer_by": "2030-01-02T15:00:00Z", **WHY},
     staff_of_alice(409)),
    ("GET", "resources/", None, anyone_signed_in(200)),
    ("GET", "messages/", None, anyone_signed_in(200)),
    ("POST", "messages/", "a message", staff_of_alice(201) | {"alice": 201, "bob": 201}),
    ("POST", "messages/{message}/read/", None, also_alice(200)),
    ("GET", "documents/", None, anyone_signed_in(200)),
    ("POST", "documents/", "a paper", staff_of_alice(201) | {"alice": 201, "bob": 201}),
    ("GET", "documents/{document}/", None, also_alice(200)),
    ("PATCH", "documents/{document}/", {"description": "A lease."}, staff_of_alice(200)),
    ("GET", "documents/{document}/pages/{page}/", None, also_alice(200)),
    ("POST", "documents/{document}/seen/", None, staff_of_alice(200)),
    ("POST", "documents/{document}/take-back/", None, only_alice(200)),
    ("POST", "documents/{document}/remove/", WHY, staff_of_alice(200)),
    ("GET", "changes/", None, anyone_signed_in(200)),
    ("POST", "changes/", {"kind": "work", "value": {"employer": "A bakery"}}, participants(201)),
    ("GET", "changes/{reported}/", None, also_alice(200)),
    ("POST", "changes/{reported}/withdraw/", {}, only_alice(200)),
    ("POST", "changes/{reported}/confirm/", {}, staff_of_alice(200)),
    ("POST", "changes/{reported}/refuse/", {"reason": "A slip."}, staff_of_alice(200)),
    ("GET", "help-requests/", None, anyone_signed_in(200)),
    ("POST", "help-requests/", {"kind": "call"}, participants(201)),
    ("POST", "help-requests/{wish}/withdraw/", {}, only_alice(200)),
    ("POST", "help-requests/{wish}/acknowledge/", {}, staff_of_alice(200)),
    ("POST", "help-requests/{wish}/close/", {"note": "Called."}, staff_of_alice(200)),
    ("GET", "reports/", None, any_supervisor(200)),
    ("POST", "reports/", OCTOBER, any_supervisor(202)),
    ("GET", "reports/{report}/", None, any_supervisor(200) | {"foreign_supervisor": 404}),
    ("POST", "reports/{report}/cancel/", None, any_supervisor(200) | {"foreign_supervisor": 404}),
    ("GET", "schema/", None, everyone(200)),
    ("GET", "docs/", None, everyone(200)),
]  # fmt: skip


def _check_in(world: World, to: State) -> CheckIn:
    days = {State.MISSED: 3, State.IN_REVIEW: 2}.get(to, 0)
    then = clock.now() - timedelta(days=days)
    check_in = people.open_check_in(world.alice_person, world.officer_user, now=then)
    if to is State.MISSED:
        lifecycle.mark_delivered(check_in, now=then)
        lifecycle.close_overdue(check_in, now=clock.now())
    elif to is State.IN_REVIEW:
        new = lifecycle.NewAttempt(fake_engine.picture("bob"), ".jpg")
        attempt = lifecycle.receive_attempt(check_in, new, now=then)
        found = lifecycle.Finding(Result.NO_MATCH, (Reason.DOES_NOT_MATCH,), distance=0.9)
        lifecycle.record_verification(attempt, found, now=then)
    return CheckIn.objects.get(pk=check_in.pk)


@pytest.fixture
def places(world: World) -> dict[str, Any]:
    """What the addresses of the rows name; all of it is Alice's."""
    person, officer, now = world.alice_person, world.officer_user, clock.now()
    kept = add_reference_photo(person, fake_engine.picture("alice"), ".jpg", by=officer, now=now)
    court = Court.objects.create(name="Court of the matrix")
    hearing = enter(
        person, {"court": court, "starts_at": now + timedelta(days=9)}, by=officer, now=now
    )
    found = {state.value: _check_in(world, state) for state in (State.MISSED, State.IN_REVIEW)}
    found |= {"open": _check_in(world, State.OPEN)}
    tell(found["missed"], {"support": ""}, now=now - timedelta(days=2))
    ids = {state: check_in.public_id for state, check_in in found.items()}
    upload = HEARINGS.take_in(CSV, by=officer, now=now)
    wish = Wish("compliance", date(2026, 10, 1), date(2026, 10, 31))
    report = ask(wish, ["csv"], by=world.supervisor_user, now=now)
    finding = propose(
        Proposal("check_in", ids["missed"], "missed", "no answer"), by=officer, now=now
    )
    return ids | {
        "finding": finding.public_id,
        "import": upload.public_id,
        "people_import": PEOPLE.take_in(LIST, by=officer, now=now).public_id,
        "report": report.public_id,
        "alice": person.public_id,
        "photo": kept.public_id,
        "court": court.public_id,
        "hearing": hearing.public_id,
        "change": ChangeNotice.objects.get(hearing=hearing).public_id,
        "reported": changes.report(person, HOME, now=now).public_id,
        "wish": asking.ask(person, asking.NewRequest(HelpKind.CALL), now=now).public_id,
        "message": messages.send(person, person, "When is my hearing?", now=now).public_id,
        "page": 1,
        "document": add_document(person, person, paper(), now=now).public_id,
        "note": notes.write(person, "Called.", by=officer, now=now).public_id,
        "idle": people.participant(officer).public_id,
        "upload": uuid4(),
    }


def _sent(body: Any, places: dict[str, Any]) -> dict[str, Any]:
    """What the test client sends: made anew for each caller, files are read once."""
    files = {
        MULTIPART: lambda: photo(person="new"),
        "a file": lambda: {"file": SimpleUploadedFile("h.csv", CSV)},
        "a list": lambda: {"file": SimpleUploadedFile("p.csv", LIST)},
        "a paper": lambda: {
            "files": [SimpleUploadedFile("a.jpg", fake_engine.picture("alice"))],
            "kind": "other",
            "participant": places["alice"],
        },
    }
    facts = {
        "a finding": {"about": "check_in", "subject": places["in_review"], "kind": "missed"} | WHY,
        "a message": {"text": "Thank you.", "participant": places["alice"]},
        "a hearing": {
            "participant": places["alice"],
            "court": places["court"],
            "starts_at": "2030-01-02T15:00:00Z",
        },
    }
    if isinstance(body, Sent):
        return body
    if isinstance(body, str) and body in files:
        return {"data": files[body](), "format": "multipart"}
    return {"data": facts[body] if isinstance(body, str) else body}


@pytest.mark.parametrize(("method", "route", "body", "expected"), ROWS, ids=lambda v: str(v)[:44])
def test_who_may_what(
    world: World, places: dict[str, Any], method: str, route: str, body: Any, expected: Any
) -> None:
    answered = {}
    for caller in CALLERS:
        sent = _sent(body, places)
        send = getattr(getattr(world, caller), method.lower())
        with transaction.atomic():  # each caller finds the same
            answered[caller] = send(V1 + route.format(**places), **sent).status_code
            transaction.set_rollback(True)
    assert answered == expected


def _view_of(pattern: URLPattern) -> type[APIView]:
    return pattern.callback.cls  # type: ignore[attr-defined,no-any-return]


def test_every_view_says_itself_who_may_call() -> None:
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        declared = [
            cls
            for cls in _view_of(pattern).__mro__
            if cls.__module__.startswith(("smartlink.", "casework.", "checkins."))
            and "permission_classes" in vars(cls)
        ]
        assert declared, pattern


def test_every_address_and_method_has_a_row() -> None:
    rows = {(method, route.replace("{idle}", "{alice}")) for method, route, _b, _e in ROWS}
    shapes = {(method, _shape(route)) for method, route in rows}
    for pattern in urlpatterns:
        view = _view_of(pattern)  # type: ignore[arg-type]
        for method in ("get", "post", "put", "patch", "delete"):
            if hasattr(view, method):
                assert (method.upper(), _shape(str(pattern.pattern))) in shapes, pattern


def _shape(route: str) -> str:
    parts = route.strip("/").split("/")
    return "/".join("*" if part[:1] in {"{", "<"} else part for part in parts)


def test_lists_hold_only_what_the_caller_may_see(world: World, places: dict[str, Any]) -> None:
    def count(client: Any, what: str) -> int:
        return int(client.get(f"{V1}{what}/").json()["count"])

    for what, expected in {
        "participants": {"officer": 3, "colleague": 0, "supervisor": 3, "foreign_supervisor": 0},
        "check-ins": {"alice": 3, "bob": 0, "officer": 3, "colleague": 0, "foreign_supervisor": 0},
        "hearings": {"alice": 1, "bob": 0, "officer": 1, "colleague": 0, "administrator": 1},
        "findings": {"alice": 1, "bob": 0, "officer": 1, "colleague": 0, "supervisor": 1},
        "messages": {"alice": 1, "bob": 0, "officer": 1, "colleague": 0, "supervisor": 1},
        "documents": {"alice": 1, "bob": 0, "officer": 1, "colleague": 0, "foreign_supervisor": 0},
        "hearings/changes": {"alice": 1, "bob": 0, "officer": 1, "foreign_supervisor": 0},
    }.items():
        found = {caller: count(getattr(world, caller), what) for caller in expected}
        assert found == expected, what


def test_planned_times_are_secret_from_everyone(world: World) -> None:
    planned = CheckIn.objects.create(
        participant=world.alice_person,
        origin=CheckIn.Origin.DRAWN,
        method="selfie",
        liveness="none",
        state=State.PLANNED.value,
        created_at=clock.now(),
        planned_for=clock.now() + timedelta(days=1),
    )
    for caller in ("alice", "officer", "supervisor", "administrator"):
        client = getattr(world, caller)
        assert client.get(f"{V1}check-ins/{planned.public_id}/").status_code == 404
        assert client.get(f"{V1}check-ins/").json()["count"] == 0
        refused = client.post(f"{V1}check-ins/{planned.public_id}/withdraw/", WHY)
        assert refused.status_code in {403, 404}
    assert world.officer.get(f"{world.alice_at}check-ins/").json()["count"] == 0
    move(planned, State.CANCELLED, by=SYSTEM, now=clock.now())
    assert world.administrator.get(f"{V1}check-ins/{planned.public_id}/").status_code == 404
    assert not Attempt.objects.exists()
