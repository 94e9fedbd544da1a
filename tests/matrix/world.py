"""Alice with one of everything, and everybody who might look: for the matrix of addresses.

A new page fails the matrix until it is known here whose thing its address names: a parameter with
a name of its own goes into `BY_NAME`, any other into `BY_ROUTE`, a new model of the staff site
into `BY_MODEL`.
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import SimpleCookie
from django.test import Client

from casework.audit.models import Entry
from casework.common import clock
from casework.copies import services as copies
from casework.documents.rules import DocumentKind
from casework.documents.services import NewDocument
from casework.documents.services import add as add_document
from casework.faults.rules import Kind
from casework.faults.services import open_fault
from casework.findings.services import Proposal, propose
from casework.hearings import conflicts
from casework.hearings.imports.working import HEARINGS
from casework.hearings.models import Court, Hearing, HearingConflict
from casework.hearings.models.appointment import Appointment
from casework.hearings.models.history import ChangeNotice
from casework.hearings.services import change, enter
from casework.messages import canned
from casework.messages.services import send
from casework.notes.services import write
from casework.notices.models import Delivery, Notice, PushSubscription
from casework.participants.imports.working import PEOPLE
from casework.participants.models import ContactPoint, Participant
from casework.requests import asking
from casework.requests import changes as reported
from casework.requests.rules import ChangeKind, HelpKind
from casework.resources import services as resources
from casework.retention.apply import certify
from casework.retention.holds import set_hold
from casework.retention.registry import retention
from casework.staff import covers
from casework.staff.models import Cover, SignIn, StaffSession, User
from casework.staff.saved_views import save as save_view
from casework.transfers.models import Transfer
from casework.transfers.services import Wanted, transfer
from checkins import lifecycle
from checkins.lifecycle import Finding, NewAttempt
from checkins.models import Attempt, Receipt
from checkins.models.call import PhoneCall
from checkins.models.challenge import Frame
from checkins.models.told import Told
from checkins.references import add_reference_photo
from checkins.verification.codes import Reason, Result
from smartlink.portal.sessions import COOKIE
from smartlink.reports.asking import Wish
from smartlink.reports.services import ask, schedule_monthly
from tests import people
from tests.fake_engine import picture

CSV = b"a_number,court,kind,starts\n876543210,Nowhere,master,2030-01-02 09:00\n"
LIST = b"a_number,given_name,family_name\n12,Eve,Olsen\n"
SECRETS = (
    "Quillfeather",
    "087654321",
    "quill@example.org",
    "2025550177",
    "because of the flood",
    "about her brother",
)
"""What is written about Alice and nowhere else."""
STAFF = frozenset({"officer", "colleague", "officer_elsewhere", "covering", "covers_tomorrow",
                   "covered_yesterday", "cover_ended_early", "supervisor", "supervisor_elsewhere",
                   "administrator"})  # fmt: skip
ROLES = ("anonymous", "alice", "bob", *sorted(STAFF))
OF_HER_FILE = frozenset({"alice", "officer", "covering", "supervisor", "administrator"})
OF_OFFICE = STAFF - {"officer_elsewhere", "supervisor_elsewhere"}
# Those of the office who cover for the officer, or did, or will: first and last day from today.
COVERS = {"covering": (0, 0), "covers_tomorrow": (1, 3), "covered_yesterday": (-3, -1),
          "cover_ended_early": (-3, 3)}  # fmt: skip


class World:
    """Alice is the officer's; the colleague works next door; Bob is the officer's too."""

    def __init__(self) -> None:
        self.now = clock.now()
        here, elsewhere = people.office(), people.office()
        self.users: dict[str, User] = {
            "officer": people.officer(here),
            "colleague": people.officer(here),
            "officer_elsewhere": people.officer(elsewhere),
            "supervisor": people.supervisor(here),
            "supervisor_elsewhere": people.supervisor(elsewhere),
            "administrator": people.administrator(),
        } | {role: people.officer(here) for role in COVERS}
        self.covers = {role: self._cover(role, *days) for role, days in COVERS.items()}
        officer = self.users["officer"]
        self.alice = people.participant(
            officer, given_name="Alice", family_name=SECRETS[0], a_number=SECRETS[1]
        )
        self.bob = people.participant(officer, given_name="Bob")
        self.clients = {role: self._browser(role) for role in ROLES}
        self._fill(self.alice, officer)

    def _cover(self, role: str, first: int, last: int) -> Cover:
        """As set days ago: the services take no cover of the past."""
        absent, zone = self.users["officer"], covers.zone_of(self.users["officer"])
        days = [
            self.now.astimezone(zone).date() + timedelta(days=n) for n in (first, last, last + 1)
        ]
        begins, ends = (datetime.combine(day, time(), tzinfo=zone) for day in (days[0], days[2]))
        early = {"ended_at": self.now, "ended_by": absent} if role == "cover_ended_early" else {}
        return Cover.objects.create(
            absent=absent, officer=self.users[role], from_on=days[0], until_on=days[1],
            from_at=begins, until_at=ends, reason="Leave.", set_by=absent, set_at=self.now, **early,
        )  # fmt: skip

    def _browser(self, role: str) -> tuple[SimpleCookie, dict[str, str]]:
        """The cookies and headers that a role comes with."""
        client, headers = Client(), {}
        if role in self.users:
            client.force_login(self.users[role], "django.contrib.auth.backends.ModelBackend")
        elif role in {"alice", "bob"}:
            token = people.accepted_invite(getattr(self, role), self.users["officer"]).token
            client.cookies[COOKIE] = token
            headers = {"Authorization": f"Bearer {token}"}
        return client.cookies, headers

    def client(self, role: str, *, api: bool) -> Client:
        """A fresh browser of that role; a participant's bearer token only where it is read."""
        cookies, headers = self.clients[role]
        client = Client(headers=headers if api else None)
        client.cookies = SimpleCookie(cookies.output(header="", sep=";"))
        client.raise_request_exception = False
        return client

    def _fill(self, alice: Participant, officer: User) -> None:
        now, boss = self.now, self.users["supervisor"]
        ContactPoint.objects.create(participant=alice, kind="email", email=SECRETS[2])
        ContactPoint.objects.create(participant=alice, kind="phone", phone=f"+1{SECRETS[3]}")
        photo = add_reference_photo(alice, picture("alice"), ".jpg", by=officer, now=now)
        check_in = people.open_check_in(alice, officer, reason=SECRETS[4])
        lifecycle.mark_delivered(check_in, now=now)
        attempt = lifecycle.receive_attempt(check_in, NewAttempt(picture("bob"), ".jpg"), now=now)
        found = Finding(Result.NO_MATCH, (Reason.DOES_NOT_MATCH,), distance=0.2, similarity=31.0)
        lifecycle.record_verification(attempt, found, now=now)
        hearing = self._hearings(alice, officer)
        upload = HEARINGS.take_in(CSV, by=officer, now=now)
        wish = Wish("compliance", date(2026, 10, 1), date(2026, 10, 31))
        report = ask(wish, ["csv"], by=boss, now=now)
        schedule = schedule_monthly(wish, by=boss, now=now)
        hold = set_hold(alice, reason="a lawsuit", by=boss, now=now)
        certificate = certify(retention.rules[0], [photo], alice.public_id, 1, now)
        hers, theirs = (copies.ask(alice, by=by, now=now) for by in (None, boss))
        for one in (hers, theirs):
            copies.make(one.pk, now=now)
        kept = {"stored": b"", "name": "laptop", "made_at": now}
        key = officer.passkeys.create(credential_id=b"officer's", **kept)
        hers_on_phone = alice.passkeys.create(credential_id=b"hers", **kept)
        session = StaffSession.objects.filter(user=officer).latest("pk")
        entry = Entry.objects.filter(participant_id=alice.public_id).latest("pk")

        told = Delivery.objects.create(
            notice=Notice.objects.filter(participant=alice).latest("pk"), channel="sms",
            address=f"+1{SECRETS[3]}", next_at=now, created_at=now, attempts=1,
        )  # fmt: skip
        browser = PushSubscription.objects.create(
            participant=alice, endpoint="https://push.example.org/1", p256dh="k", auth="a",
            created_at=now,
        )  # fmt: skip

        name = default_storage.save("calls/hers.wav", ContentFile(b"RIFF"))
        call = PhoneCall.objects.create(
            direction="inbound", state="answered", step="over", participant=alice,
            check_in=check_in, created_at=now, ended_at=now, recording=name,
        )  # fmt: skip
        Attempt.objects.create(
            check_in=check_in, number=2, method="phone", call=call, received_at=now
        )
        said = Told.objects.create(
            check_in=check_in, answers={"support": True}, told_at=now, needs_officer=True
        )
        turned = default_storage.save("frames/hers.jpg", ContentFile(picture("alice")))
        frame = Frame.objects.create(
            attempt=attempt, number=1, asked="left", photo=turned, photo_sha256="0" * 64
        )
        visit = Appointment.objects.create(
            participant=alice, kind="office_visit", starts_at=now, timezone="America/New_York",
            made_at=now, changed_at=now, changed_by=officer,
        )  # fmt: skip
        change(hearing, {"starts_at": now + timedelta(days=12)}, by=officer, now=now)
        passed = people.open_check_in(self.bob, officer, now=now - timedelta(days=2))
        type(passed).objects.filter(pk=passed.pk).update(
            participant=alice, state="missed", delivered_at=now - timedelta(days=2)
        )
        finding = propose(
            Proposal("check_in", passed.public_id, "missed", f"She was silent {SECRETS[4]}"),
            by=officer, now=now,
        )  # fmt: skip
        fault = open_fault(Kind.WEB, now, "a cable was cut", by=boss.actor, now=now)

        view = save_view(SECRETS[4], "q=Quillfeather", by=officer, now=now)
        handed = self._handed_over(alice)
        words = canned.keep(canned.NewAnswer("Bus", {"en": "Take the bus."}), by=officer, now=now)
        note = write(alice, "A note about her brother.", by=officer, now=now)
        told_new = reported.NewChange(
            ChangeKind.ADDRESS, {"street": SECRETS[4], "city": "Newark"}, now.date()
        )
        change_of_hers = reported.report(alice, told_new, now=now)
        wish_of_hers = asking.ask(
            alice, asking.NewRequest(HelpKind.OTHER, words=SECRETS[4]), now=now
        )

        place = resources.enter(
            resources.Entry(name="Food bank", kinds=["food"], phone="202-555-0142"),
            [alice.office], by=officer, now=now,
        )  # fmt: skip
        paper = add_document(
            alice,
            alice,
            NewDocument(DocumentKind.OTHER, [picture("alice")], note=SECRETS[4]),
            now=now,
        )
        self.by_name: dict[str, Any] = {
            "document_id": paper.public_id,
            "number": 1,
            "change_id": change_of_hers.public_id,
            "help_id": wish_of_hers.public_id,
            "session_id": alice.portal_sessions.latest("pk").pk,
            "appointment_id": visit.public_id,
            "notice_id": ChangeNotice.objects.filter(hearing=hearing).latest("pk").public_id,
            "delivery_id": told.public_id,
            "browser_id": browser.public_id,
            "participant_id": alice.public_id,
            "check_in_id": check_in.public_id,
            "upload_key": uuid4(),  # a name that her phone makes up
            "note_id": note.public_id,
            "photo_id": photo.public_id,
            "hearing_id": hearing.public_id,
            "finding_id": finding.public_id,
            "message_id": send(alice, alice, SECRETS[4], now=now).public_id,
            "conflict_id": HearingConflict.objects.get().public_id,
            "receipt_id": Receipt.objects.filter(check_in=check_in).latest("pk").public_id,
        }
        review, report_of = {"public_id": check_in.public_id}, {"public_id": report.public_id}
        office = frozenset({"supervisor", "administrator"})
        supervisors = office | {"supervisor_elsewhere"}  # our faults are everybody's
        # Where the name says too little: the parameters, and who may see what they name.
        self.by_route: dict[str, tuple[dict[str, Any], frozenset[str]]] = {
            "staff/reviews/<uuid:public_id>/": (review, OF_HER_FILE),
            "staff/reviews/<uuid:public_id>/claim/": (review, OF_HER_FILE),
            "staff/reviews/<uuid:public_id>/undo/": (review, OF_HER_FILE),
            # Nobody's file: a place, kept by all staff of its office.
            "staff/resources/<uuid:resource_id>/": ({"resource_id": place.public_id}, OF_OFFICE),
            "staff/resources/<uuid:resource_id>/verify/": (
                {"resource_id": place.public_id}, OF_OFFICE,
            ),
            # Nobody's file: the figures of the face comparison, for those who oversee it.
            "staff/calibrations/<uuid:calibration_id>/": (
                {"calibration_id": people.calibration(self.users["administrator"]).public_id},
                frozenset({"supervisor", "supervisor_elsewhere", "administrator"}),
            ),
            "staff/copies/<uuid:public_id>/": ({"public_id": theirs.public_id}, office),
            "my-data/copies/<uuid:public_id>/": ({"public_id": hers.public_id}, OF_HER_FILE),
            "staff/calls/<uuid:public_id>/recording/": (
                {"public_id": call.public_id}, OF_HER_FILE,
            ),
            "staff/faults/<uuid:public_id>/close/": (
                {"public_id": fault.public_id}, supervisors,
            ),
            "staff/messages/answers/<uuid:answer_id>/": (
                {"answer_id": words.public_id}, frozenset({"officer"}),
            ),
            "staff/messages/answers/<uuid:answer_id>/remove/": (
                {"answer_id": words.public_id}, frozenset({"officer"}),
            ),
            "staff/notes/<uuid:note_id>/": (
                {"note_id": note.public_id}, frozenset({"officer"}),
            ),
            "staff/transfer/<uuid:transfer_id>/": (
                {"transfer_id": handed.public_id}, office | {"officer"},
            ),
            "staff/transfer/<uuid:transfer_id>/undo/": (
                {"transfer_id": handed.public_id}, office,
            ),
            "staff/views/<uuid:view_id>/": (
                {"view_id": view.public_id}, frozenset({"officer"}),
            ),
            "staff/cover/<uuid:cover_id>/end/": (
                {"cover_id": self.covers["covering"].public_id}, OF_HER_FILE,
            ),
            "staff/told/<uuid:public_id>/": ({"public_id": said.public_id}, OF_HER_FILE),
            "staff/photos/frame/<uuid:public_id>/": ({"public_id": frame.public_id}, OF_HER_FILE),
            "staff/photos/<uuid:public_id>/retire/": ({"public_id": photo.public_id}, OF_HER_FILE),
            "staff/photos/<uuid:public_id>/confirm/": ({"public_id": photo.public_id}, office),
            "staff/photos/reference/<uuid:public_id>/": (
                {"public_id": photo.public_id}, OF_HER_FILE,
            ),
            "staff/photos/attempt/<uuid:public_id>/": (
                {"public_id": attempt.public_id}, OF_HER_FILE,
            ),
            "staff/account/sessions/<uuid:public_id>/end/": (
                {"public_id": session.public_id}, frozenset({"officer", "administrator"}),
            ),
            "staff/account/passkeys/<uuid:passkey_id>/remove/": (
                {"passkey_id": key.public_id}, frozenset({"officer"}),
            ),
            "my-data/passkeys/<uuid:passkey_id>/remove/": (
                {"passkey_id": hers_on_phone.public_id}, OF_HER_FILE,
            ),
            "staff/accounts/<uuid:public_id>/": (
                {"public_id": officer.public_id}, frozenset({"administrator"}),
            ),
            "staff/reports/schedules/<uuid:public_id>/end/": (
                {"public_id": schedule.public_id}, office,
            ),
            "staff/reports/<uuid:public_id>/<slug:form>/": (report_of | {"form": "csv"}, office),
            "api/v1/reports/<uuid:report_id>/": ({"report_id": report.public_id}, office),
            "api/v1/reports/<uuid:report_id>/cancel/": ({"report_id": report.public_id}, office),
        }  # fmt: skip
        for act in ("", "progress/", "cancel/", "again/", "manifest/"):
            self.by_route[f"staff/reports/<uuid:public_id>/{act}"] = (report_of, office)
        uploaded = ({"import_id": upload.public_id}, frozenset({"officer"}))
        for end in ("", "confirm/", "bad-rows.csv"):
            self.by_route[f"staff/hearings/import/<uuid:import_id>/{end}"] = uploaded
        self.by_route["api/v1/hearings/import/<uuid:import_id>/"] = uploaded
        listed = PEOPLE.take_in(LIST, by=officer, now=now)
        of_people = ({"import_id": listed.public_id}, frozenset({"officer"}))
        for end in ("", "confirm/", "invites/", "bad-rows.csv"):
            self.by_route[f"staff/enrol/import/<uuid:import_id>/{end}"] = of_people
        self.by_route["api/v1/participants/import/<uuid:import_id>/"] = of_people
        # Rows of the staff site's models: of Alice's file, or (None) of nobody's.
        self.by_model: dict[str, tuple[Any, bool]] = {
            "participants.Participant": (alice.public_id, True),
            "checkins.CheckIn": (check_in.public_id, True),
            "hearings.Hearing": (hearing.public_id, True),
            "audit.Entry": (entry.pk, True),
            "retention.Certificate": (certificate.public_id, True),
            "retention.Hold": (hold.public_id, True),
            "hearings.Court": (hearing.court.public_id, False),
            "staff.Office": (alice.office.public_id, False),
            "staff.User": (officer.public_id, False),
            "staff.SignIn": (SignIn.objects.filter(user=officer).latest("pk").pk, False),
        }

    def _handed_over(self, alice: Participant) -> Transfer:
        """To the colleague and back to the officer, with a note."""
        boss, here, made = self.users["supervisor"], alice.office, None
        for step, role in enumerate(("colleague", "officer"), start=1):
            held = alice.assignments.filter(until_at=None).get()
            wanted = Wanted({alice.pk: held.pk}, self.users[role], here, f"She said {SECRETS[4]}")
            made = transfer(wanted, by=boss, now=clock.now() + timedelta(seconds=step))
        assert made is not None
        return made

    def _hearings(self, alice: Participant, officer: User) -> Hearing:
        court = Court.objects.create(name="Court of the matrix")
        at = self.now + timedelta(days=9)
        terms = {"court": court, "kind": "master"}
        hearing = enter(alice, {**terms, "starts_at": at}, by=officer, now=self.now)
        other = enter(
            alice, {**terms, "starts_at": at + timedelta(days=2)}, by=officer, now=self.now
        )
        conflicts.notice([hearing, other], now=self.now)
        if not HearingConflict.objects.exists():
            HearingConflict.objects.create(first=hearing, second=other, noticed_at=self.now)
        return hearing

    def guess(self, value: Any) -> Any:
        """An id as good as this one that nothing has."""
        return value + 1_000_000 if isinstance(value, int) else uuid4()
