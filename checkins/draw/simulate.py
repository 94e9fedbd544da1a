"""Draws for many people over many days, and what an independent look at them finds."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from checkins.draw.population import Kind, Person, key_for, person
from checkins.draw.predictability import Index
from checkins.draw.process import Before, DayOfDraws
from checkins.draw.terms import Terms
from checkins.draw.variates import uniform
from checkins.draw.week import Week

Emit = Callable[[str, Sequence[int]], None]


@dataclass(frozen=True, slots=True)
class Setting:
    """What is simulated: the first date (ordinal), how many days, the seed of everything."""

    first_day: int
    days: int
    seed: int
    guaranteed: bool = True


@dataclass
class Findings:
    """Counts over a simulated population. Breaches are counted from the times alone."""

    check_ins: int = 0
    expected: float = 0.0
    hours_breaches: int = 0
    gap_breaches: int = 0
    day_breaches: int = 0
    silence_breaches: int = 0
    minutes: Counter[int] = field(default_factory=Counter)
    index: Index = field(default_factory=Index)

    def add(self, other: "Findings") -> None:
        for name in ("check_ins", "expected", "hours_breaches", "gap_breaches", "day_breaches"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.silence_breaches += other.silence_breaches
        self.minutes.update(other.minutes)
        self.index.merge([other.index])

    @property
    def rate_error(self) -> float:
        """Requests over those promised, less one."""
        return self.check_ins / self.expected - 1 if self.expected else 0.0


def simulate(setting: Setting, numbers: range, emit: Emit | None = None) -> Findings:
    """Draw for the people of these numbers. `emit` gets each one's id and instants."""
    groups: dict[Kind, list[Person]] = defaultdict(list)
    for number in numbers:
        one = person(setting.seed, number, guaranteed=setting.guaranteed)
        groups[one.kind].append(one)
    findings = Findings()
    keys = [key_for(setting.seed, setting.first_day + day) for day in range(setting.days)]
    for kind, people in groups.items():
        _simulate_group(setting, kind, people, keys, findings, emit)
    return findings


def _simulate_group(
    setting: Setting,
    kind: Kind,
    people: list[Person],
    keys: list[bytes],
    findings: Findings,
    emit: Emit | None,
) -> None:
    terms = kind.terms()
    days = [DayOfDraws(terms, setting.first_day + number) for number in range(setting.days)]
    settled = key_for(setting.seed, 0)
    quiet = [0] * setting.days
    for one in people:
        start = quiet_since_at(terms, setting.first_day, uniform(settled, one.public_id, 0))
        times = _one(one, kind, days, keys, Before(start), quiet, findings.index)
        _look(kind, terms, times, (start, setting.first_day + setting.days), findings)
        if emit is not None:
            emit(one.public_id, times)
    for day, number in zip(days, quiet, strict=True):
        if number:
            findings.index.add_quiet_days(day, kind.plain_mean, number)
    findings.expected += len(people) * kind.rate_per_week * setting.days / 7


def _one(  # noqa: PLR0913 - as above
    one: Person,
    kind: Kind,
    days: list[DayOfDraws],
    keys: list[bytes],
    before: Before,
    quiet: list[int],
    index: Index,
) -> list[int]:
    """One person's instants; their person-hours go into `quiet` (nothing happened) or `index`."""
    times: list[int] = []
    for number, day in enumerate(days):
        found = day.draw(keys[number], one.public_id, before)
        over = before.last_at is None or before.last_at + day.terms.gap <= _begin(day)
        if not found and over and not day.is_certain(before):
            quiet[number] += 1
            continue
        made = [draw.at for draw in found]
        index.add_day(day, kind.plain_mean, before, made)
        if made:
            times += made
            before = Before(day.day, made[-1])
    return times


def _begin(day: DayOfDraws) -> int:
    return day.allowed.pieces[0][0] if day.allowed.pieces else 0


def quiet_since_at(terms: Terms, day: int, u: float) -> int:
    """When the last request was, for someone long under these terms and met on `day`.

    So that a simulation begins in the middle of things: silences under way, none just begun.
    """
    furthest = (terms.silence_days or 400) - 1
    total = [sum(end - start for start, end in hours) for hours in terms.week]
    for back in range(1, furthest):
        none = math.exp(-total[(day - back - 1) % 7] / terms.mean_seconds)
        if u > none:
            return day - back
        u /= none
    return day - furthest


def _look(
    kind: Kind, terms: Terms, times: list[int], bounds: tuple[int, int], findings: Findings
) -> None:
    """Count requests and breaches from the instants and the plan, not from how they were made."""
    findings.check_ins += len(times)
    findings.minutes.update(at // 60 for at in times)
    zone = ZoneInfo(kind.zone)
    last_at, last_day = None, bounds[0]
    today: Counter[int] = Counter()
    for at in times:
        local = datetime.fromtimestamp(at, UTC).astimezone(zone)
        day = local.date().toordinal()
        today[day] += 1
        findings.hours_breaches += not within_week(kind.week, local)
        findings.gap_breaches += last_at is not None and at - last_at < terms.gap
        findings.silence_breaches += _too_long(terms, last_day, day)
        last_at, last_day = at, day
    findings.silence_breaches += _too_long(terms, last_day, bounds[1] - 1)
    if terms.max_per_day is not None:
        findings.day_breaches += sum(count > terms.max_per_day for count in today.values())


def _too_long(terms: Terms, since: int, day: int) -> bool:
    return terms.silence_days is not None and day - since >= terms.silence_days


def within_week(week: Week, local: datetime) -> bool:
    """Whether a local time of day is in the allowed hours of its weekday."""
    second = (local.hour * 60 + local.minute) * 60 + local.second
    return any(start <= second < end for start, end in week[local.weekday()])


def busiest(findings: Findings) -> tuple[datetime | None, int]:
    """The UTC minute with most requests, and how many."""
    if not findings.minutes:
        return None, 0
    minute, count = max(findings.minutes.items(), key=lambda entry: (entry[1], -entry[0]))
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minute), count
