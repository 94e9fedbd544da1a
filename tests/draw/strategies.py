"""Any zone, any week, any year: what the properties are tried with."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

from checkins.draw import Exclusion, Terms, Week, week_of

HOUR = 3600
ZONES = sorted(name for name in available_timezones() if "/" in name and name[0].isupper())

zones = st.sampled_from(ZONES)
days = st.dates(date(2000, 1, 1), date(2050, 12, 31)).map(date.toordinal)
keys = st.binary(min_size=32, max_size=32)
people = st.uuids(version=4)


@st.composite
def hours(draw: st.DrawFn) -> tuple[int, int]:
    start = draw(st.integers(0, 22 * 4))
    return start * 900, draw(st.integers(start + 4, 24 * 4)) * 900


exclusions = st.builds(
    Exclusion,
    st.lists(st.integers(0, 6), unique=True, max_size=7).map(tuple),
    st.integers(0, 95).map(lambda quarter: quarter * 900),
    st.integers(0, 95).map(lambda quarter: quarter * 900),
)


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    """Any week with at least some allowed time."""
    some_days = draw(st.lists(st.one_of(st.none(), hours()), min_size=7, max_size=7))
    week = week_of(some_days, draw(st.lists(exclusions, max_size=3)))
    return week if any(week) else week_of([(8 * HOUR, 20 * HOUR)] * 7)


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    """Terms that draw often, with every guarantee on or off, also ones nobody would agree to."""
    return Terms(
        zone=draw(zones),
        week=draw(weeks()),
        mean_seconds=draw(st.integers(600, 400_000)),
        gap=draw(st.integers(0, 86_400)),
        max_per_day=draw(st.one_of(st.none(), st.integers(1, 5))),
        silence_days=draw(st.one_of(st.none(), st.integers(8, 30))),
    )


def local(zone: str, instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC).astimezone(ZoneInfo(zone))


def in_hours(week: Week, at: datetime) -> bool:
    second = at.hour * 3600 + at.minute * 60 + at.second
    return any(start <= second < end for start, end in week[at.weekday()])
