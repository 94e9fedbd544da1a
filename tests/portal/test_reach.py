"""How a person says how to be told."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from django.urls import URLPattern, reverse

from casework.audit.models import Entry
from casework.notices.models import NoticePreferences, PushSubscription
from casework.participants.models import Participant
from casework.staff.models import User
from smartlink.portal import reach_urls
from tests.notices.test_push import AUTH, KEY, encoded
from tests.portal.conftest import browser_of

URL = "/reach/"
WISHES = {
    "first": "sms", "second": "email", "third": "", "fourth": "", "reminders": "on",
    "quiet_from": "22:30", "quiet_until": "06:00",
}  # fmt: skip


@pytest.mark.parametrize("pattern", reach_urls.urlpatterns, ids=lambda pattern: pattern.name)
def test_every_view_carries_a_gate(pattern: URLPattern) -> None:
    assert getattr(pattern.callback, "gate", None) in {"participant", "anyone"}


def test_the_page_shows_what_holds_and_keeps_what_is_chosen(
    alice_in: Client, alice: Participant
) -> None:
    page = alice_in.get(URL).content.decode()
    assert '<option value="push" selected>' in page
    assert "21:00" in page
    assert alice_in.post(URL, WISHES).url == "/reach/?saved=1"  # type: ignore[attr-defined]
    kept = NoticePreferences.objects.get(participant=alice)
    assert (kept.channels, kept.reminders) == (["sms", "email"], True)
    assert (kept.quiet_from.isoformat(), kept.quiet_until.isoformat()) == ("22:30:00", "06:00:00")
    page = alice_in.get("/reach/?saved=1").content.decode()
    assert "22:30" in page
    assert "Saved." in page
    assert Entry.objects.filter(verb="changed how to be told").count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"first": "", "second": ""}, "Keep at least one way."),
        ({"second": "sms"}, "Choose each way only once."),
        ({"quiet_from": "late"}, "such as 09:30"),
        ({"first": "pigeon"}, "pigeon"),
    ],
)
def test_what_makes_no_sense_is_said_and_changes_nothing(
    alice_in: Client, change: dict[str, str], words: str
) -> None:
    answer = alice_in.post(URL, WISHES | change)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not NoticePreferences.objects.exists()


def subscription(endpoint: str = "https://fcm.googleapis.com/fcm/send/abc") -> dict[str, Any]:
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {"endpoint": endpoint, "keys": {"p256dh": encoded(raw), "auth": encoded(AUTH)}}


def agree(client: Client, sent: object) -> int:
    url = reverse("reach:push_on")
    return client.post(url, json.dumps(sent), content_type="application/json").status_code


def test_a_browser_is_added_once_and_taken_off_by_its_owner_alone(
    alice_in: Client, bob_in: Client, alice: Participant
) -> None:
    sent = subscription()
    assert (agree(alice_in, sent), agree(alice_in, sent)) == (200, 200)
    mine = PushSubscription.objects.get()
    assert mine.participant == alice
    off = reverse("reach:push_off", args=[mine.public_id])
    bob_in.post(off)
    assert PushSubscription.objects.exists()
    alice_in.post(off)
    assert not PushSubscription.objects.exists()
    assert Entry.objects.filter(verb="stopped notifications").count() == 1


def test_on_a_shared_phone_the_last_one_to_agree_is_told(
    alice_in: Client, bob_in: Client, bob: Participant
) -> None:
    sent = subscription()
    agree(alice_in, sent)
    agree(bob_in, sent)
    assert PushSubscription.objects.get().participant == bob


@pytest.mark.parametrize(
    "sent",
    [
        {}, [], "text", {"endpoint": "https://fcm.googleapis.com/x"},
        subscription("https://example.org/x"), subscription("http://127.0.0.1:6379/"),
        subscription() | {"keys": {"p256dh": "AAAA", "auth": encoded(AUTH)}},
        subscription() | {"keys": subscription()["keys"] | {"auth": "AAAA"}},
        subscription() | {"keys": {"p256dh": "x" * 100_000, "auth": "x"}},
    ],
)  # fmt: skip
def test_what_is_no_subscription_is_refused(alice_in: Client, sent: object) -> None:
    assert agree(alice_in, sent) in {400, 422}
    assert not PushSubscription.objects.exists()


def test_no_more_than_five_browsers_are_kept(alice_in: Client) -> None:
    for number in range(7):
        agree(alice_in, subscription(f"https://fcm.googleapis.com/fcm/send/{number}"))
    assert PushSubscription.objects.count() == 5


def test_the_page_offers_notifications_only_where_they_can_be_sent(
    alice_in: Client, settings: Any
) -> None:
    settings.VAPID_PRIVATE_KEY = ""
    assert "push-on" not in alice_in.get(URL).content.decode()
    settings.VAPID_PRIVATE_KEY = KEY
    assert "push-on" in alice_in.get(URL).content.decode()


def test_the_worker_lies_at_the_root_and_strangers_sign_in_first(
    client: Client, db: None, alice: Participant, officer: User
) -> None:
    answer = client.get("/service-worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert b"showNotification" in answer.content
    for url in (URL, reverse("reach:push_on")):
        assert client.post(url).status_code == 302
    assert browser_of(alice, officer).get(URL).status_code == 200
