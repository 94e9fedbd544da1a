"""Alice and her phone, and a provider that signs what it sends."""

import itertools
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.test import Client
from twilio.request_validator import RequestValidator

from casework.participants.models import ContactPoint, Participant
from casework.staff.models import User
from checkins.models import CheckIn
from tests import people

TOKEN = "the token that we share with the provider"
PIN = "274913"
NUMBER = "+12025550123"
_next = itertools.count(1)


@pytest.fixture(autouse=True)
def _telephone(settings: Any) -> None:
    cache.clear()
    settings.TWILIO_AUTH_TOKEN = TOKEN
    settings.PHONE_NUMBER = "+12025550142"


@pytest.fixture
def officer(db: None) -> User:
    return people.officer(people.office())


@pytest.fixture
def alice(officer: User) -> Participant:
    return people.participant(officer, given_name="Alicia")


@pytest.fixture
def login(alice: Participant, officer: User) -> str:
    return people.accepted_invite(alice, officer, PIN).login


@pytest.fixture
def check_in(alice: Participant, officer: User, login: str) -> CheckIn:
    return people.open_check_in(alice, officer)


def own_number(person: Participant, number: str = NUMBER) -> ContactPoint:
    return ContactPoint.objects.create(participant=person, kind="phone", phone=number)


def on_keys(login: str) -> str:
    """As a finger finds it on a telephone."""
    keys = {"2": "ABC", "3": "DEF", "4": "GHI", "5": "JKL", "6": "MNO", "7": "PQRS", "8": "TUV",
            "9": "WXYZ"}  # fmt: skip
    of = {letter: key for key, letters in keys.items() for letter in letters}
    return "".join(of.get(sign, sign) for sign in login if sign != "-")


def signed(path: str, fields: dict[str, str], token: str = TOKEN) -> Any:
    """A webhook as the provider would send it."""
    signature = RequestValidator(token).compute_signature(f"http://127.0.0.1:8000{path}", fields)
    return Client().post(path, fields, headers={"X-Twilio-Signature": signature})


@dataclass
class Call:
    """A telephone: it dials, presses keys, speaks and hangs up, as TwiML tells it to."""

    caller: str = "anonymous"
    sid: str = field(default_factory=lambda: f"CA{next(_next):032x}")
    said: str = ""
    languages: list[str] = field(default_factory=list)
    action: str = ""
    verb: str = ""

    def dial(self, query: str = "") -> "Call":
        return self._hear(signed(f"/phone/call/{query}", self._fields(CallStatus="in-progress")))

    def press(self, digits: str) -> "Call":
        return self._hear(signed(self.action, self._fields(Digits=digits)))

    def speak(self, seconds: int = 4, url: str = "http://127.0.0.1:8000/sound") -> "Call":
        heard = {"RecordingUrl": url, "RecordingDuration": str(seconds)}
        return self._hear(signed(self.action, self._fields(**heard)))

    def again(self, action: str, **fields: str) -> "Call":
        return self._hear(signed(action, self._fields(**fields)))

    def hang_up(self) -> None:
        assert signed("/phone/status/", self._fields(CallStatus="completed")).status_code == 204

    def _fields(self, **more: str) -> dict[str, str]:
        return {"CallSid": self.sid, "From": self.caller, "To": "+12025550142", **more}

    def _hear(self, answer: Any) -> "Call":
        assert answer.status_code == 200, answer.content
        root = ElementTree.fromstring(answer.content)
        says = list(root.iter("Say"))
        self.said = " ".join(one.text or "" for one in says)
        self.languages = [one.attrib["language"] for one in says]
        asks = [one for one in root if one.tag in {"Gather", "Record", "Hangup"}]
        assert len(asks) == 1
        self.verb = asks[0].tag
        where = urlsplit(asks[0].attrib.get("action", ""))
        self.action = f"{where.path}?{where.query}" if where.path else ""
        return self

    @property
    def code(self) -> str:
        """The receipt's code, as it was read out."""
        found = re.search(r"((?:\w, ){11}\w)", self.said)
        assert found is not None, self.said
        signs = found[1].replace(", ", "")
        return "-".join(signs[place : place + 4] for place in (0, 4, 8))


def identified(login: str, pin: str = PIN, language: str = "1") -> Call:
    """A call that has come as far as the right PIN."""
    return Call().dial().press(language).press(on_keys(login)).press(pin)
