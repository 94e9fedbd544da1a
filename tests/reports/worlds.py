"""Made-up requests whose whole history is known, and a recount that shares nothing with ours."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from hypothesis import strategies as st

from casework.participants.models import Assignment, Participant
from casework.staff.models import User
from checkins.models import Attempt, CheckIn, CheckInEvent, Review, Verification
from tests import people

ZONES = ["America/New_York", "America/Los_Angeles", "Pacific/Honolulu", "America/Phoenix"]
# Around both changes of the clock in 2026, and around midnight in every zone.
DAYS = [date(2026, 3, 7), date(2026, 3, 8), date(2026, 3, 9), date(2026, 10, 31),
        date(2026, 11, 1), date(2026, 11, 2), date(2026, 2, 28), date(2026, 3, 1)]  # fmt: skip
WINDOW = timedelta(hours=2)

# Where a request went, in order; "late" marks an answer after the deadline.
PATHS = {
    "on_time": ["verifying", "accepted"],
    "on_time_reviewed": ["verifying", "in_review", "accepted"],
    "on_time_second": ["verifying", "open", "verifying", "accepted"],
    "late": ["missed", "in_review", "accepted"],
    "missed": ["missed"],
    "not_accepted": ["verifying", "in_review", "not_accepted"],
    "late_refused": ["missed", "in_review", "not_accepted"],
    "excused": ["missed", "excused"],
    "lapsed": ["lapsed"],
    "cancelled": ["cancelled"],
    "in_review": ["verifying", "in_review"],
    "open": [],
}


@dataclass(frozen=True)
class Told:
    """One request: whose, when, where it went, how slowly, and what the machine found."""

    who: int
    day: date
    minute: int
    path: str
    slow: int
    drawn: bool
    result: str


told = st.builds(
    Told,
    who=st.integers(0, 7),
    day=st.sampled_from(DAYS),
    minute=st.integers(0, 24 * 60 + 59),
    path=st.sampled_from(sorted(PATHS)),
    slow=st.integers(1, 100),
    drawn=st.booleans(),
    result=st.sampled_from(["no_match", "inconclusive", "spoof_suspected"]),
)


class World:
    """Two offices in each of two zones would do; four zones, an officer each, are easy to tell."""

    def __init__(self) -> None:
        self.offices = [people.office(timezone=zone, region=zone[:7]) for zone in ZONES]
        self.officers = [people.officer(office) for office in self.offices]
        tongues = ["es", "ht", "en", "ru"]
        began = datetime(2026, 1, 1, tzinfo=UTC)
        self.people = []
        for number in range(8):
            officer = self.officers[number % 4]
            person = people.participant(officer, language=tongues[number % 4], created_at=began)
            Assignment.objects.filter(participant=person).update(from_at=began)
            self.people.append(person)
        # One hand-over in the middle of it all.
        changed = datetime(2026, 5, 1, tzinfo=UTC)
        first = Assignment.objects.filter(participant=self.people[0])
        first.update(until_at=changed)
        self.cover = people.officer(self.offices[0])
        Assignment.objects.create(participant=self.people[0], officer=self.cover, from_at=changed)

    def tell(self, stories: list[Told]) -> list[CheckIn]:
        waiting: set[int] = set()
        made = []
        for story in stories:
            path = story.path
            if path == "open":
                path = "missed" if story.who in waiting else "open"
                waiting.add(story.who)
            made.append(self._one(story, path))
        return made

    def _one(self, story: Told, path: str) -> CheckIn:
        person = self.people[story.who]
        zone = person.office.timezone
        start = datetime.combine(story.day, time(), tzinfo=ZoneInfo(str(zone))).astimezone(UTC)
        return request(
            person,
            self.officers[story.who % 4],
            start + timedelta(minutes=story.minute),
            path,
            story,
        )


def request(
    person: Participant, officer: User, issued: datetime, path: str, story: Told
) -> CheckIn:
    steps = [*PATHS[path]]
    check_in = CheckIn.objects.create(
        participant=person, origin="drawn" if story.drawn else "officer_requested",
        requested_by=None if story.drawn else officer, reason="" if story.drawn else "a test",
        method="selfie", liveness="none", state=steps[-1] if steps else "open",
        created_at=issued, issued_at=issued, deadline_at=issued + WINDOW,
        delivered_at=issued + timedelta(minutes=1), decided_at=issued + timedelta(hours=9),
    )  # fmt: skip
    CheckInEvent.objects.create(check_in=check_in, at=issued, from_state="", to_state="open",
                                actor_kind="system")  # fmt: skip
    before, at, number = "open", issued, 0
    for step in steps:
        at = issued + WINDOW if step in {"missed", "lapsed"} else at + timedelta(minutes=story.slow)
        if step == "verifying" or (step == "in_review" and before == "missed"):
            number += 1
            attempt = Attempt.objects.create(
                check_in=check_in, number=number, photo="x", photo_sha256="0" * 64,
                received_at=at, late=before == "missed",
            )  # fmt: skip
            result = (
                "match"
                if path.startswith("on_time") and steps[-2:] != ["in_review", "accepted"]
                else story.result
            )
            Verification.objects.create(attempt=attempt, created_at=at, next_nudge_at=at,
                                        finished_at=at, result=result,
                                        distance=0.1 if result == "match" else None)  # fmt: skip
        if step == "in_review":
            Review.objects.create(check_in=check_in, opened_at=at)
        if before == "in_review":
            second = User.objects.filter(role="supervisor").first()
            first = {"proposed_by": second or people.supervisor(person.office),
                     "proposed_reason": "because", "proposed_at": at}  # fmt: skip
            Review.objects.filter(check_in=check_in).update(
                verdict=step, decided_at=at, decided_by=officer, reason="because", **first
            )
        CheckInEvent.objects.create(check_in=check_in, at=at, from_state=before, to_state=step,
                                    actor_kind="system")  # fmt: skip
        before = step
    return check_in


_RECOUNT = """
WITH stood AS (
    SELECT c.id, c.participant_id, c.issued_at, c.deadline_at, c.origin,
           (SELECT e.to_state FROM checkins_checkinevent e
            WHERE e.check_in_id = c.id AND e.at <= %(as_of)s ORDER BY e.id DESC LIMIT 1) AS state,
           (SELECT bool_or(e.to_state = 'missed') FROM checkins_checkinevent e
            WHERE e.check_in_id = c.id AND e.at <= %(as_of)s) AS was_missed,
           (SELECT min(received_at) FROM checkins_attempt a
            WHERE a.check_in_id = c.id AND a.received_at <= %(as_of)s) AS answered_at
    FROM checkins_checkin c
    WHERE c.issued_at >= %(start)s AND c.issued_at < %(end)s AND c.issued_at <= %(as_of)s
), undecided AS (
    SELECT *, CASE WHEN state IN ('missed', 'lapsed')
                        AND deadline_at > %(as_of)s::timestamptz - interval '5 minutes'
                   THEN 'open' ELSE state END AS now FROM stood
)
SELECT count(*),
       count(*) FILTER (WHERE now = 'accepted' AND NOT was_missed),
       count(*) FILTER (WHERE now = 'accepted' AND was_missed),
       count(*) FILTER (WHERE now = 'missed'),
       count(*) FILTER (WHERE now = 'not_accepted'),
       count(*) FILTER (WHERE now = 'excused'),
       count(*) FILTER (WHERE now = 'lapsed'),
       count(*) FILTER (WHERE now = 'cancelled'),
       count(*) FILTER (WHERE now IN ('in_review', 'verifying')),
       count(*) FILTER (WHERE now = 'open'),
       percentile_disc(0.5) WITHIN GROUP (
           ORDER BY floor(extract(epoch FROM answered_at - issued_at) / 60))
FROM undecided JOIN participants_participant p ON p.id = participant_id
WHERE p.office_id = %(office)s
"""


def recount(office: object, first: date, last: date, as_of: datetime) -> tuple[int, ...]:
    """Of one office: requests, the nine outcomes, the median; from the log of events alone.

    The dates become instants here, by Python's zones, and not by the database's.
    """
    zone = ZoneInfo(str(office.timezone))  # type: ignore[attr-defined]
    start = datetime.combine(first, time(), tzinfo=zone).astimezone(UTC)
    end = datetime.combine(last + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
    values = {"start": start, "end": end, "as_of": as_of, "office": office.pk}  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT, values)
        (row,) = cursor.fetchall()
    return tuple(None if value is None else int(value) for value in row)  # type: ignore[misc]
