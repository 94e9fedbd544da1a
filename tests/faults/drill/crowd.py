"""Many people with one check-in each, falling due one after another; and time that passes."""

import json
from datetime import timedelta
from typing import Any

from django.db import connection

from casework.common import clock
from casework.notices.models import Delivery
from casework.notices.receipts import Status, heed
from casework.participants.models import Consent, ContactPoint, Credential, Participant
from checkins.models import CheckIn, DrawTerms, Plan
from smartlink.demo.crowd.bulk import insert
from tests import people

# Every tenth has a phone, and a provider that counts what it is given; the others have e-mail.
ONE_PHONE_IN = 10
DUE_A_SECOND = 150

_ALL_WEEK = json.dumps([[[0, 86_400]]] * 7)
_EACH = "FROM participants_participant p"
_WITH_PHONE = f"p.id %% {ONE_PHONE_IN} = 0"


def fill(size: int) -> None:
    """Signed in, under supervision, drawn far ahead; nobody's hours or changes get in the way."""
    now = clock.now()
    facts: dict[str, Any] = {
        "size": size,
        "now": now,
        "then": now - timedelta(days=1),
        "office": people.office().pk,
        "through": (now + timedelta(days=30)).date(),
    }
    for model, values, source in _ROWS:
        insert(model, values, source, facts)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


_ROWS: list[tuple[Any, dict[str, str], str]] = [
    (
        Participant,
        {
            "given_name": "'Drill'",
            "family_name": "'Number ' || n",
            "a_number": "(700000000 + n)::text",
            "office_id": "%(office)s",
            "timezone": "'America/New_York'",
            "created_at": "%(then)s",
        },
        "FROM generate_series(1, %(size)s) n",
    ),
    (
        ContactPoint,
        {
            "participant_id": "p.id",
            "kind": f"CASE WHEN {_WITH_PHONE} THEN 'phone' ELSE 'email' END",
            "phone": f"CASE WHEN {_WITH_PHONE} THEN '+1202' || (5000000 + p.id)::text ELSE '' END",
            "email": f"CASE WHEN {_WITH_PHONE} THEN '' ELSE 'n' || p.id || '@example.org' END",
            "preferred": "true",
        },
        _EACH,
    ),
    (
        Credential,
        {
            "participant_id": "p.id",
            "login": "'D' || p.id",
            "pin_hash": "'!'",
            "set_at": "%(then)s",
        },
        _EACH,
    ),
    (
        Consent,
        {
            "participant_id": "p.id",
            "notice_version": "'1'",
            "language": "'en'",
            "given_at": "%(then)s",
        },
        _EACH,
    ),
    (Plan, {"participant_id": "p.id", "updated_at": "%(then)s"}, _EACH),
    (
        DrawTerms,
        {
            "participant_id": "p.id",
            "number": "1",
            "from_at": "%(then)s",
            "running": "true",
            "zone": "p.timezone",
            "week": f"'{_ALL_WEEK}'::jsonb",
            "rate_per_week": "2",
            "mean_seconds": "302400",
            "gap_seconds": "3600",
            "quiet_since": "%(then)s",
            "plan_seen_at": "%(now)s",
            "drawn_through": "%(through)s",
        },
        _EACH,
    ),
    (
        CheckIn,
        {
            "participant_id": "l.participant_id",
            "plan_id": "l.id",
            "origin": "'drawn'",
            "method": "l.method",
            "liveness": "l.liveness",
            "state": "'planned'",
            "created_at": "%(then)s",
            "planned_for": "%(now)s + interval '1 second' * "
            f"(row_number() OVER (ORDER BY l.id) / {DUE_A_SECOND}.0)",
        },
        "FROM checkins_plan l",
    ),
]


def confirm_texts() -> int:
    """What the network reports of each text message that we know to be sent: it has arrived."""
    sent = list(Delivery.objects.filter(channel="sms", state="sent"))
    for one in sent:
        status = Status(ref=one.provider_ref, word="delivered", to=one.address)
        heed(one, status, now=clock.now())
    return len(sent)


def let_windows_pass() -> None:
    """Three hours go by for everyone who was written to (and has a text message before them)."""
    with connection.cursor() as cursor:
        cursor.execute(_PASS)


def let_leases_pass() -> None:
    """The minutes go by for which a dead sender's deliveries are kept for it."""
    Delivery.objects.filter(state="leased").update(next_at=clock.now())


_PASS = f"""
UPDATE checkins_checkin c
SET issued_at = c.issued_at - interval '3 hours', deadline_at = c.deadline_at - interval '3 hours',
    delivered_at = c.delivered_at - interval '3 hours'
WHERE c.state = 'open' AND c.deadline_at > now()
  AND (c.delivered_at IS NOT NULL OR c.participant_id %% {ONE_PHONE_IN} <> 0)
  AND EXISTS (SELECT FROM notices_notice n JOIN notices_delivery d ON d.notice_id = n.id
              WHERE n.subject_id = c.public_id AND n.kind = 'check_in_issued'
              AND d.state IN ('sent', 'delivered'))
""".replace("%%", "%")
