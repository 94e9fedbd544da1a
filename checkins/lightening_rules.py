"""When somebody may be ready for lighter supervision. Pure; only a person acts on it.

There is no rule the other way: no machine ever suggests closer supervision.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

LIGHTEST = ("telephonic", 1)


@dataclass(frozen=True)
class Conduct:
    """What a file says of the last weeks: check-ins issued in them, hearings that lay in them.

    `unrecorded`: hearings that are over, at which nobody has recorded who was there.
    """

    technology: str
    level: int
    term_from: datetime
    accepted: int
    adverse: int
    attended: int
    absent: int
    unrecorded: int


def window(now: datetime, weeks: int) -> datetime:
    """Where the weeks that count begin."""
    return now - timedelta(weeks=weeks)


def may_be_lighter(conduct: Conduct, now: datetime, weeks: int) -> bool:
    """Unchanged for `weeks`, something accepted, nothing missed or refused, at every hearing.

    What lapsed, was excused or was withdrawn says nothing either way. Zero weeks: never.
    """
    return (
        weeks > 0
        and (conduct.technology, conduct.level) != LIGHTEST
        and conduct.term_from <= window(now, weeks)
        and conduct.accepted > 0
        and not conduct.adverse
        and not conduct.absent
        and not conduct.unrecorded
    )


def reasons(conduct: Conduct, now: datetime, weeks: int) -> list[str]:
    """In plain words, for whoever decides."""
    unchanged = (now - conduct.term_from).days // 7
    attended = conduct.attended
    court = (
        f"Was at {'the hearing' if attended == 1 else f'all {attended} hearings'} in that time."
        if attended
        else "No hearing lay in that time."
    )
    return [
        f"Supervision has not changed for {unchanged} weeks.",
        f"In the last {weeks} weeks: {_counted(conduct.accepted)} accepted, none missed,"
        " none not accepted.",
        court,
    ]


def _counted(number: int) -> str:
    return "1 check-in" if number == 1 else f"{number} check-ins"
