"""What the drill finds afterwards, counted in the database and at the provider."""

from collections import Counter

from django.db import connection

from casework.faults.models import Fault
from tests.notices.fake_twilio import FakeTwilio

Counts = dict[str, int]

_CLOSED = "('missed', 'lapsed', 'excused', 'cancelled', 'accepted', 'not_accepted')"
# Each statement gives one number.
_SQL = {
    "check-ins": "SELECT count(*) FROM checkins_checkin",
    "issued": (
        "SELECT count(DISTINCT check_in_id) FROM checkins_checkinevent WHERE to_state = 'open'"
    ),
    "issued twice": (
        "SELECT count(*) FROM (SELECT FROM checkins_checkinevent WHERE to_state = 'open'"
        " GROUP BY check_in_id HAVING count(*) > 1) x"
    ),
    "noticed": (
        "SELECT count(DISTINCT subject_id) FROM notices_notice WHERE kind = 'check_in_issued'"
        " AND subject_id IN (SELECT public_id FROM checkins_checkin WHERE issued_at IS NOT NULL)"
    ),
    "noticed twice": (
        "SELECT count(*) FROM (SELECT FROM notices_notice WHERE kind = 'check_in_issued'"
        " GROUP BY subject_id HAVING count(*) > 1) x"
    ),
    "handed over": (
        "SELECT count(DISTINCT d.notice_id) FROM notices_delivery d"
        " JOIN notices_notice n ON n.id = d.notice_id"
        " WHERE n.kind = 'check_in_issued' AND d.state IN ('sent', 'delivered')"
    ),
    "handed over twice on a channel": (
        "SELECT count(*) FROM (SELECT FROM notices_delivery WHERE state IN ('sent', 'delivered')"
        " GROUP BY notice_id, channel HAVING count(*) > 1) x"
    ),
    "handed over at a second try": (
        "SELECT count(*) FROM notices_delivery WHERE attempts > 1 AND sent_at IS NOT NULL"
    ),
    "closed": (
        "SELECT count(DISTINCT check_in_id) FROM checkins_checkinevent"
        f" WHERE to_state IN {_CLOSED}"
    ),
    "closed twice": (
        f"SELECT count(*) FROM (SELECT FROM checkins_checkinevent WHERE to_state IN {_CLOSED}"
        " GROUP BY check_in_id HAVING count(*) > 1) x"
    ),
    "state and log differ": (
        "SELECT count(*) FROM checkins_checkin c WHERE state <> (SELECT to_state FROM"
        " checkins_checkinevent e WHERE e.check_in_id = c.id ORDER BY e.id DESC LIMIT 1)"
    ),
    "missed": "SELECT count(*) FROM checkins_checkin WHERE state = 'missed'",
    "missed without a delivered notice": (
        "SELECT count(*) FROM checkins_checkin c WHERE state = 'missed' AND (delivered_at IS NULL"
        " OR NOT EXISTS (SELECT FROM notices_notice n JOIN notices_delivery d ON d.notice_id = n.id"
        " WHERE n.subject_id = c.public_id AND d.state = 'delivered'))"
    ),
    "lapsed": "SELECT count(*) FROM checkins_checkin WHERE state = 'lapsed'",
}  # fmt: skip


def count(*names: str) -> Counts:
    """The numbers with these names; all of them without any."""
    found = {}
    with connection.cursor() as cursor:
        for name in names or _SQL:
            cursor.execute(_SQL[name])
            found[name] = int(cursor.fetchone()[0])
    return found


def at_provider(fake: FakeTwilio) -> Counts:
    """What the outside has really received, whatever our tables say."""
    numbers = Counter(one["to"] for one in fake.messages)
    return {
        "numbers that got a text message": len(numbers),
        "numbers that got two": sum(many > 1 for many in numbers.values()),
        "calls": len(fake.calls),
    }


def report(seconds: float, done: Counter[str], found: Counts) -> str:
    faults = Fault.objects.values_list("kind", "reason")
    lines = [
        f"The kill drill took {seconds:.0f} s.",
        "Done to it:",
        *[f"  {number:>7,}  {name}" for name, number in sorted(done.items())],
        "Found afterwards:",
        *[f"  {number:>7,}  {name}" for name, number in found.items()],
        f"  {len(faults):>7,}  faults of ours on the ledger",
        *[f"           {kind}: {reason}" for kind, reason in faults],
    ]
    return "\n" + "\n".join(lines) + "\n"
