"""What happened to each participant of the demo, lived through the real lifecycle."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from casework.participants.models import Participant
from casework.staff.models import User
from checkins import lifecycle
from checkins.models import CheckIn
from checkins.verification.codes import Liveness, Reason, Result
from smartlink.demo import cast
from smartlink.demo.chance import number, one
from smartlink.demo.portraits import Face, draw

# Nobody should take a drawing's score for a measurement.
DRAWN_WEIGHTS = "demo"
_LIMITS = {"match": 0.065, "review_to": 0.093, "version": "demo"}
_DISTANCES = {Result.MATCH: 0.021, Result.INCONCLUSIVE: 0.081, Result.NO_MATCH: 0.142}
_SIMILARITIES = {Result.MATCH: 88.0, Result.INCONCLUSIVE: 58.0, Result.NO_MATCH: 24.0}

ENDINGS = [
    "open", "no match", "inconclusive", "missed", "lapsed", "accepted", "not signed in",
    "excused", "withdrawn", "not accepted", "unusable", "late",
]  # fmt: skip


@dataclass(frozen=True)
class Life:
    """One participant, their officer and their face."""

    participant: Participant
    officer: User
    face: Face

    def request(self, at: datetime) -> CheckIn:
        reason = one(cast.REASONS, self.face.seed, at.isoformat())
        return lifecycle.request_check_in(self.participant, by=self.officer, reason=reason, now=at)

    def answer(self, check_in: CheckIn, at: datetime, result: Result, *reasons: Reason) -> None:
        """Send a drawing, and let the verification find what the demo needs."""
        other = Face(f"{self.face.seed} somebody else", woman=self.face.woman)
        face = other if result is Result.NO_MATCH else self.face
        new = lifecycle.NewAttempt(
            photo=draw(face, take=3 + number(3, self.face.seed, at.isoformat())),
            suffix=".jpg",
            device="Demo phone",
        )
        attempt = lifecycle.receive_attempt(check_in, new, now=at)
        found = lifecycle.Finding(
            result=result,
            reasons=reasons,
            distance=_DISTANCES.get(result),
            similarity=_SIMILARITIES.get(result),
            weights_name=DRAWN_WEIGHTS,
            thresholds=_LIMITS,
            liveness=Liveness.PASSED,
        )
        lifecycle.record_verification(attempt, found, now=at + timedelta(seconds=2))
        check_in.refresh_from_db()


def live(life: Life, ending: str, now: datetime) -> None:
    """A past of a few accepted check-ins, then `ending`."""
    if ending == "not signed in":
        return
    for at in _past(life, now):
        _accepted(life, at)
    _ENDINGS[ending](life, now)


def _past(life: Life, now: datetime) -> list[datetime]:
    """Two to four instants of the last two months, in daytime hours, oldest first."""
    seed = life.face.seed
    days = sorted({4 + number(54, seed, "day", n) for n in range(2 + number(3, seed, "many"))})
    local = now.astimezone(life.participant.timezone)
    return [
        (local - timedelta(days=day)).replace(
            hour=9 + number(10, seed, day), minute=number(60, seed, day, "m"), second=0
        )
        for day in reversed(days)
    ]


def _accepted(life: Life, at: datetime) -> None:
    check_in = life.request(at)
    took = timedelta(minutes=3 + number(70, life.face.seed, at.isoformat(), "took"))
    life.answer(check_in, at + took, Result.MATCH)


def _open(life: Life, now: datetime) -> None:
    lifecycle.mark_delivered(life.request(now - timedelta(minutes=25)), now=now)


def _no_match(life: Life, now: datetime) -> None:
    start = now - timedelta(hours=3, minutes=number(50, life.face.seed))
    life.answer(
        life.request(start), start + timedelta(minutes=9), Result.NO_MATCH, Reason.DOES_NOT_MATCH
    )


def _inconclusive(life: Life, now: datetime) -> None:
    start = now - timedelta(hours=20, minutes=number(50, life.face.seed))
    life.answer(
        life.request(start), start + timedelta(minutes=31), Result.INCONCLUSIVE, Reason.CLOSE_CALL
    )


def _missed(life: Life, now: datetime) -> CheckIn:
    start = now - timedelta(days=1, hours=number(20, life.face.seed))
    check_in = life.request(start)
    lifecycle.mark_delivered(check_in, now=start + timedelta(minutes=2))
    lifecycle.close_overdue(check_in, now=now)
    check_in.refresh_from_db()
    return check_in


def _late(life: Life, now: datetime) -> None:
    check_in = _missed(life, now)
    life.answer(check_in, now - timedelta(minutes=40), Result.MATCH)


def _lapsed(life: Life, now: datetime) -> None:
    lifecycle.close_overdue(life.request(now - timedelta(days=2)), now=now)


def _accepted_today(life: Life, now: datetime) -> None:
    _accepted(life, now - timedelta(hours=2))


def _excused(life: Life, now: datetime) -> None:
    check_in = _missed(life, now)
    reason = one(cast.EXCUSES, life.face.seed)
    lifecycle.excuse(check_in, by=life.officer, reason=reason, now=now - timedelta(hours=1))


def _withdrawn(life: Life, now: datetime) -> None:
    start = now - timedelta(hours=6)
    check_in = life.request(start)
    reason = "Requested by mistake."
    lifecycle.withdraw(check_in, by=life.officer, reason=reason, now=start + timedelta(minutes=4))


def _not_accepted(life: Life, now: datetime) -> None:
    start = now - timedelta(days=3)
    check_in = life.request(start)
    life.answer(check_in, start + timedelta(minutes=12), Result.NO_MATCH, Reason.DOES_NOT_MATCH)
    _propose(life, check_in, start + timedelta(hours=2))
    boss = User.objects.get(email="administrator@example.org")
    lifecycle.confirm_not_accepted(check_in, by=boss, reason="", now=start + timedelta(hours=5))


def _propose(life: Life, check_in: CheckIn, at: datetime) -> None:
    """The officer's word alone: it waits for a second reviewer."""
    reason = one(cast.REFUSALS, life.face.seed)
    lifecycle.propose_not_accepted(check_in, by=life.officer, reason=reason, now=at)


def _unusable(life: Life, now: datetime) -> None:
    start = now - timedelta(minutes=18)
    life.answer(
        life.request(start), start + timedelta(minutes=4), Result.POOR_PHOTO, Reason.TOO_DARK
    )


_ENDINGS = {
    "open": _open,
    "no match": _no_match,
    "inconclusive": _inconclusive,
    "missed": _missed,
    "late": _late,
    "lapsed": _lapsed,
    "accepted": _accepted_today,
    "excused": _excused,
    "withdrawn": _withdrawn,
    "not accepted": _not_accepted,
    "unusable": _unusable,
}
