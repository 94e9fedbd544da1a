"""E-mail to a real SMTP server on this machine."""

import email
import socket
from collections.abc import Iterator
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from casework.notices.models import Delivery, NoticePreferences
from casework.notices.sending import send_due
from casework.participants.models import Participant
from casework.staff.models import User
from tests import people
from tests.notices.conftest import NOON

pytestmark = pytest.mark.django_db


class PostOffice:
    """Takes letters; `refusal` is the SMTP answer to recipients instead."""

    def __init__(self) -> None:
        self.letters: list[Message] = []
        self.refusal = ""

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self, _s: Any, _session: Any, envelope: Any, address: str, _o: Any
    ) -> str:
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        self.letters.append(email.message_from_bytes(envelope.content))
        return "250 OK"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def post_office(settings: Any, alice: Participant, officer: User) -> Iterator[PostOffice]:
    NoticePreferences.objects.create(participant=alice, channels=["email"], updated_at=NOON)
    people.open_check_in(alice, officer, now=NOON)
    office = PostOffice()
    server = Controller(office, hostname="127.0.0.1", port=_free_port())
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PROVIDER, settings.EMAIL_HOST = "mail", "127.0.0.1"
    settings.EMAIL_PORT = server.port
    yield office
    server.stop()


def letter() -> Delivery:
    return Delivery.objects.get(channel="email")


def test_an_e_mail_says_what_to_do_and_where(post_office: PostOffice) -> None:
    assert send_due(lambda: NOON) == 1
    (sent,) = post_office.letters
    assert (sent["To"], sent["Subject"]) == ("alice@example.org", "Check-in")
    assert sent["Auto-Submitted"] == "auto-generated"
    assert str(letter().public_id) in sent["Message-ID"]
    text = sent.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert "It is time for your check-in" in text
    assert "/check-in/" in text


def test_an_unknown_mailbox_is_given_up_and_a_full_one_tried_again(
    post_office: PostOffice,
) -> None:
    post_office.refusal = "452 mailbox full"
    send_due(lambda: NOON)
    again = letter().next_at
    assert letter().state == "waiting"
    assert again is not None
    post_office.refusal = "550 no such user"
    send_due(lambda: again)
    assert (letter().state, letter().error) == ("failed", "550")


def test_a_mail_server_that_is_away_is_asked_again_with_the_same_letter(
    post_office: PostOffice, settings: Any
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    send_due(lambda: NOON)
    again = letter().next_at
    assert (letter().state, letter().error) == ("waiting", "ConnectionRefusedError")
    settings.EMAIL_PORT = port
    assert again is not None
    send_due(lambda: again)
    assert letter().state == "sent"
    assert len(post_office.letters) == 1
