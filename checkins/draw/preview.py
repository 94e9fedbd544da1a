"""A made-up month under a plan, to see what it means without seeing anything real. Pure.

It is drawn from keys that are made for it and thrown away, for people who do not exist. Its weeks
have no dates and no clock change; its times are local ones.
"""

from dataclasses import dataclass
from uuid import uuid4

from checkins.draw.allowed import EPOCH
from checkins.draw.predictability import Index
from checkins.draw.process import Before, DayOfDraws
from checkins.draw.simulate import quiet_since_at
from checkins.draw.terms import Agreed, Terms
from checkins.draw.variates import new_key, uniform
from checkins.draw.week import DAY, Week, seconds_in

WEEKS = 4
DAYS = 7 * WEEKS
PEOPLE = 250  # that the figures are over: more than one month of one person could tell
_MONDAY = 730_122  # 3 January 2000, a Monday


@dataclass(frozen=True, slots=True)
class Month:
    """One person's four weeks, Monday first: local seconds of each day's requests.

    The figures are over `PEOPLE` such months; `index` is DESIGN §5's.
    """

    days: list[list[int]]
    per_week: float
    longest_silence_days: int
    most_a_day: int
    index: float

    @property
    def requests(self) -> int:
        return sum(len(day) for day in self.days)


def simulate_month(week: Week, agreed: Agreed, rate_per_week: float) -> Month:
    """Draw it. Terms without a rate or hours draw nothing."""
    terms = Terms(
        "UTC",
        week,
        agreed.mean_seconds,
        agreed.gap,
        agreed.max_per_day,
        agreed.silence_days,
    )
    if not agreed.mean_seconds or not seconds_in(week):
        return Month([[] for _ in range(DAYS)], 0.0, 0, 0, 1.0)
    prepared = [DayOfDraws(terms, _MONDAY + number) for number in range(DAYS)]
    plain_mean = seconds_in(week) / rate_per_week
    index, months = Index(), []
    longest = 0
    for _ in range(PEOPLE):
        days, silence = _one(prepared, plain_mean, index)
        months.append(days)
        longest = max(longest, silence)
    counts = [len(day) for days in months for day in days]
    return Month(
        days=months[0],
        per_week=sum(counts) / PEOPLE / WEEKS,
        longest_silence_days=longest,
        most_a_day=max(counts),
        index=index.percentile(0.99),
    )


def _one(prepared: list[DayOfDraws], mean: float, index: Index) -> tuple[list[list[int]], int]:
    """One person's days, and the longest run of days without a request."""
    who, key = str(uuid4()), new_key()
    start = quiet_since_at(prepared[0].terms, _MONDAY, uniform(key, who, 0))
    before, days, longest = Before(start), [], 0
    for day in prepared:
        made = [draw.at for draw in day.draw(new_key(), who, before)]
        index.add_day(day, mean, before, made)
        days.append([at - (day.day - EPOCH) * DAY for at in made])
        if made:
            longest = max(longest, day.day - before.quiet_since)
            before = Before(day.day, made[-1])
    return days, max(longest, _MONDAY + DAYS - 1 - before.quiet_since)
