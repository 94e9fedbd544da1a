"""What participants of the demo have sent and asked for, and what colleagues are at."""

from datetime import datetime, timedelta

from casework.documents import services as documents
from casework.documents.models import Document
from casework.documents.rules import DocumentKind
from casework.documents.services import NewDocument
from casework.messages import canned
from casework.messages.services import send
from casework.participants.models import Participant
from casework.requests import asking, changes
from casework.requests.asking import NewRequest
from casework.requests.changes import NewChange
from casework.requests.rules import ChangeKind, HelpKind
from casework.staff import saved_views
from casework.staff.models import User
from casework.transfers.services import Wanted, transfer
from checkins.models import CheckIn
from checkins.reviews import claims
from checkins.states import State
from smartlink.demo import cast
from smartlink.demo.paper import pdf_of, photo_of

HOUR = timedelta(hours=1)
LEASE = (
    "RENTAL AGREEMENT",
    ["Apartment 3B, 214 Example Street", "Queens, New York 11101", "From the first of the month",
     "", "For the owner:  J. Sample", "For the tenant:  T. Moreira"],
)  # fmt: skip
SHIFTS = (
    "Confirmation of work",
    ["Example Bakery, 40 Sample Avenue, Brooklyn", "",
     "Ms. Belova works Monday to Friday, 4 a.m. to noon.",
     "She cannot use a phone while she works.", "", "K. Sample, shift manager"],
)  # fmt: skip
CLINIC = (
    "APPOINTMENT",
    ["Example Family Clinic, Los Angeles", "Patient:  S. Haddad", "Tuesday, 10:30",
     "Please come 15 minutes early."],
)  # fmt: skip
LETTER = (
    "Your visit to the office",
    ["New York Field Office", "", "Please bring to your next visit:",
     "- your lease or a letter with your address", "- the last notice from the court", "",
     "Your officer, Amara Okafor"],
)  # fmt: skip


def give_requests(now: datetime) -> None:
    """After everybody has been taken in; the numbers are positions in the cast."""
    _documents(now)
    _changes(now)
    _help(now)
    _colleagues(now)


def _person(position: int) -> Participant:
    part = cast.CAST[position]
    person: Participant = Participant.objects.get(
        given_name=part.given_name, family_name=part.family_name
    )
    return person


def _officer(person: Participant) -> User:
    officer: User = person.assignments.get(until_at__isnull=True).officer
    return officer


def _sent(position: int, new: NewDocument, at: datetime) -> Document:
    person = _person(position)
    return documents.add(person, person, new, now=at)


def _documents(now: datetime) -> None:
    """Photos and a PDF that wait, one that was seen, one from the office, one with a message."""
    lease = [photo_of(*LEASE), photo_of("RENTAL AGREEMENT", ["Page 2", "House rules"], -1.5)]
    new = NewDocument(DocumentKind.ADDRESS, lease, "O contrato do apartamento novo.")
    _sent(4, new, now - 5 * HOUR)
    new = NewDocument(DocumentKind.WORK, [pdf_of(*SHIFTS)], "Справка с работы о сменах.")
    _sent(8, new, now - 29 * HOUR)
    new = NewDocument(DocumentKind.MEDICAL, [photo_of(*CLINIC, turn=-3)])
    _sent(2, new, now - 2 * HOUR)
    seen = _sent(1, NewDocument(DocumentKind.OTHER, [photo_of(*LEASE, turn=4)]), now - 70 * HOUR)
    documents.mark_seen(seen, by=_officer(_person(1)), now=now - 50 * HOUR)
    elena = _person(0)
    letter = NewDocument(DocumentKind.OTHER, [pdf_of(*LETTER)], "What to bring.")
    documents.add(_officer(elena), elena, letter, now=now - 20 * HOUR)
    karina = _person(12)
    text = "Buenas tardes. Le mando la cita de la clínica para el martes."
    send(karina, karina, text, now=now - 3 * HOUR, files=[photo_of(*CLINIC)])


def _changes(now: datetime) -> None:
    """An address and a work place that wait, one that was confirmed."""
    home = {"street": "214 Example Street", "unit": "3B", "city": "Queens", "region": "NY",
            "postal_code": "11101"}  # fmt: skip
    new = NewChange(ChangeKind.ADDRESS, home, words="Mudei no sábado.")
    changes.report(_person(4), new, now=now - 5 * HOUR)
    work = {"employer": "Example Garden Center", "workplace": "Los Angeles", "hours": "7 to 15"}
    changes.report(_person(10), NewChange(ChangeKind.WORK, work), now=now - 26 * HOUR)
    home = home | {"street": "9 Sample Road", "unit": "", "city": "Brooklyn"}
    moved = changes.report(_person(12), NewChange(ChangeKind.ADDRESS, home), now=now - 90 * HOUR)
    changes.confirm(moved, by=_officer(_person(12)), now=now - 66 * HOUR)


def _help(now: datetime) -> None:
    """A call that is waited for, a ride that somebody sees to, and one that is settled."""
    call = NewRequest(HelpKind.CALL, "我的手机被偷了，请打我姐姐的电话。", "晚上六点以后")
    asking.ask(_person(5), call, now=now - 4 * HOUR)
    words = "Mwen pa gen machin pou ale nan tribinal la."
    ride = asking.ask(_person(15), NewRequest(HelpKind.TRANSPORT, words), now=now - 30 * HOUR)
    asking.acknowledge(ride, by=_officer(_person(15)), now=now - 22 * HOUR)
    health = NewRequest(HelpKind.HEALTH, "Necesito una clínica que hable español.")
    asking.ask(_person(10), health, now=now - 6 * HOUR)
    stuck = asking.ask(_person(19), NewRequest(HelpKind.TECHNICAL), now=now - 75 * HOUR)
    note = "The camera was blocked in the phone's settings. It works now."
    asking.close(stuck, by=_officer(_person(19)), note=note, now=now - 72 * HOUR)


def _colleagues(now: datetime) -> None:
    """A case just handed over, a review that somebody looks at, views and answers that are kept."""
    officer = User.objects.get(email="officer@example.org")
    absent = User.objects.get(email="officer2@example.org")
    boss = User.objects.get(email="supervisor@example.org")
    moved = _person(16)
    held = moved.assignments.get(until_at__isnull=True).pk
    note = "Speaks Creole and some French. Her sister helps with papers; call after four."
    wanted = Wanted({moved.pk: held}, officer, moved.office, note)
    transfer(wanted, by=boss, now=now - 2 * HOUR)
    theirs = CheckIn.objects.filter(state=State.IN_REVIEW.value).of(_person(1)).latest("pk")
    claims.claim(theirs, by=absent, now=now - timedelta(minutes=1))
    saved_views.save("Missed last time", "last=missed", by=officer, now=now - 40 * HOUR)
    papers = {"en": "Thank you, {given_name}. The paper is in your file now.",
              "es": "Gracias, {given_name}. El papel ya está en su expediente."}  # fmt: skip
    canned.keep(canned.NewAnswer("Your paper is here", papers), by=officer, now=now - 60 * HOUR)
    hours = {"en": "The office is open Monday to Friday from 8 to 4.",
             "es": "La oficina abre de lunes a viernes de 8 a 4."}  # fmt: skip
    shared = canned.NewAnswer("When we are open", hours, moved.office)
    canned.keep(shared, by=boss, now=now - 60 * HOUR)
