"""Made-up requests whose whole history is known, and a recount that shares nothing with ours."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from hypothesis import strategies as st

from casework.participants.models import Assignment, Participant, SupervisionTerm
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


def utc(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=UTC)  # type: ignore[arg-type,misc]


# Supervision terms by person, each until the next begins: at the very instants at which clocks
# change, twice within the hour that comes twice, at a local midnight, late, and never.
BEGAN = utc(2026, 1, 1)
TERMS = {
    0: [("gps", BEGAN), ("smartphone", utc(2026, 3, 8, 7))],
    1: [("telephonic", utc(2026, 3, 1, 7, 59)), ("smartphone", utc(2026, 11, 1, 9))],
    3: [("smartphone", BEGAN)],
    4: [("telephonic", BEGAN), ("gps", utc(2026, 11, 1, 5, 30)),
        ("smartphone", utc(2026, 11, 1, 6, 30))],
    5: [("gps", utc(2026, 11, 1, 7))],
    6: [("telephonic", utc(2026, 2, 28, 20)), ("gps", utc(2026, 11, 1, 15))],
    7: [("smartphone", BEGAN)],
}  # fmt: skip
CLOSED = {7: utc(2026, 11, 1, 20)}
TECHNOLOGIES = ("telephonic", "smartphone", "gps", "not_recorded")


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
            self._supervise(number)
        # One hand-over in the middle of it all.
        changed = datetime(2026, 5, 1, tzinfo=UTC)
        first = Assignment.objects.filter(participant=self.people[0])
        first.update(until_at=changed)
        self.cover = people.officer(self.offices[0])
        Assignment.objects.create(participant=self.people[0], officer=self.cover, from_at=changed)

    def _supervise(self, number: int) -> None:
        person, terms = self.people[number], TERMS.get(number, [])
        ends = [start for _technology, start in terms[1:]] + [None]
        SupervisionTerm.objects.bulk_create(
            SupervisionTerm(participant=person, technology=technology, step="first", reason="x",
                            set_by=self.officers[0], from_at=start, until_at=end)
            for (technology, start), end in zip(terms, ends, strict=False))  # fmt: skip
        Participant.objects.filter(pk=person.pk).update(closed_at=CLOSED.get(number))

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
LEFT JOIN participants_supervisionterm t
       ON t.participant_id = p.id AND tstzrange(t.from_at, t.until_at) @> issued_at
WHERE p.office_id = %(office)s
  AND %(technology)s IN ('', coalesce(t.technology, 'not_recorded'))
"""


def recount(
    office: object, first: date, last: date, as_of: datetime, technology: str = ""
) -> tuple[int, ...]:
    """Of one office: requests, the nine outcomes, the median; from the log of events alone.

    The dates become instants here, by Python's zones, and not by the database's.
    """
    zone = ZoneInfo(str(office.timezone))  # type: ignore[attr-defined]
    start = datetime.combine(first, time(), tzinfo=zone).astimezone(UTC)
    end = datetime.combine(last + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
    values = {"start": start, "end": end, "as_of": as_of, "office": office.pk,  # type: ignore[attr-defined]
              "technology": technology}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT, values)
        (row,) = cursor.fetchall()
    return tuple(None if value is None else int(value) for value in row)  # type: ignore[misc]


def recount_days(first: date, last: date, as_of: datetime) -> dict[str, tuple[int, int]]:
    """By technology: participants and days, each day of each person looked at one by one."""
    found: dict[str, list[int]] = {}
    for person in Participant.objects.select_related("office").prefetch_related("terms"):
        zone = ZoneInfo(str(person.office.timezone))
        over = min(as_of, person.closed_at or as_of)
        day = max(first, person.created_at.astimezone(zone).date())
        while day <= min(last, over.astimezone(zone).date()):
            midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
            ends = min(over, midnight.astimezone(UTC))
            held = [term.technology for term in person.terms.all()
                    if term.from_at < ends <= (term.until_at or ends)]  # fmt: skip
            assert len(held) <= 1
            found.setdefault(held[0] if held else "not_recorded", []).append(person.pk)
            day += timedelta(days=1)
    return {name: (len(set(whose)), len(whose)) for name, whose in found.items()}
