"""What DESIGN §15 promises of the draws, on a population small enough for every run."""

from datetime import date

import pytest

from checkins.draw import Before, DayOfDraws, Terms, week_of
from checkins.draw.population import person
from checkins.draw.predictability import Index, chance_of_request
from checkins.draw.simulate import Findings, Setting, busiest, simulate
from tests.draw.strategies import HOUR

SPRING = date(2026, 3, 2).toordinal()
USUAL = week_of([(8 * HOUR, 20 * HOUR)] * 7)
FEW_HOURS = week_of([(8 * HOUR, 12 * HOUR)] * 7)


@pytest.fixture(scope="module")
def guaranteed() -> Findings:
    return simulate(Setting(SPRING, 28, seed=5), range(2500))


def test_the_rate_holds_within_sampling_error(guaranteed: Findings) -> None:
    assert abs(guaranteed.rate_error) < 4 / guaranteed.check_ins**0.5


def test_no_breach_is_found_in_the_times(guaranteed: Findings) -> None:
    assert guaranteed.hours_breaches == 0
    assert guaranteed.gap_breaches == 0
    assert guaranteed.day_breaches == 0
    assert guaranteed.silence_breaches == 0


def test_the_index_is_within_budget_and_the_maximum_is_told(guaranteed: Findings) -> None:
    assert guaranteed.index.percentile(0.99) <= 1.5
    assert guaranteed.index.maximum() > 10


def test_without_guarantees_nothing_can_be_foreseen() -> None:
    found = simulate(Setting(SPRING, 14, seed=5, guaranteed=False), range(800))
    assert found.index.maximum() <= 1.05
    assert abs(found.rate_error) < 4 / found.check_ins**0.5


def test_parts_add_up_to_the_whole(guaranteed: Findings) -> None:
    setting = Setting(SPRING, 28, seed=5)
    parts = simulate(setting, range(1000))
    parts.add(simulate(setting, range(1000, 2500)))
    assert parts.minutes == guaranteed.minutes
    assert parts.index.percentile(0.999) == guaranteed.index.percentile(0.999)
    assert parts.check_ins == guaranteed.check_ins
    assert busiest(parts) == busiest(guaranteed)


def test_the_same_seed_gives_the_same_people_and_times() -> None:
    def times(seed: int) -> list[tuple[str, tuple[int, ...]]]:
        found: list[tuple[str, tuple[int, ...]]] = []
        simulate(Setting(SPRING, 7, seed), range(50), lambda who, at: found.append((who, (*at,))))
        return found

    assert times(1) == times(1) != times(2)
    assert person(1, 3) == person(1, 3) != person(2, 3)


def test_a_breach_would_be_seen() -> None:
    """The look at the times is no echo of the generator: fed wrong times it counts them."""
    from checkins.draw.simulate import _look  # the checker itself is under test

    kind = person(1, 0).kind
    terms = Terms("UTC", USUAL, 50_000, gap=4 * HOUR, max_per_day=1, silence_days=7)
    kind = type(kind)("UTC", USUAL, 2.0)
    noon = (SPRING - date(1970, 1, 1).toordinal()) * 86_400 + 12 * HOUR
    found = Findings()
    _look(kind, terms, [noon, noon + HOUR, noon + 10 * HOUR], (SPRING - 1, SPRING + 20), found)
    assert found.gap_breaches == 1
    assert found.day_breaches == 1
    assert found.hours_breaches == 1  # 22:00
    assert found.silence_breaches == 1  # until the end


def test_the_chance_is_what_the_visible_past_allows() -> None:
    day = DayOfDraws(
        Terms("UTC", FEW_HOURS, 36_000, gap=HOUR, max_per_day=2, silence_days=9), SPRING
    )
    usual = 0.0951626  # 1 - exp(-1/10)
    quiet, first = Before(SPRING - 1), day.allowed.instant(0)
    assert chance_of_request(day, quiet, [], 0, HOUR) == pytest.approx(usual, rel=1e-5)
    gone = [first + 100]
    assert chance_of_request(day, quiet, gone, HOUR // 2, HOUR // 2) == 0
    assert chance_of_request(day, quiet, gone, 2 * HOUR, HOUR) == pytest.approx(usual, rel=1e-5)
    both = [first + 100, first + 2 * HOUR]
    assert chance_of_request(day, quiet, both, 3 * HOUR, HOUR) == 0
    due = Before(SPRING - 8)
    assert chance_of_request(day, due, [], 3 * HOUR, HOUR) == pytest.approx(1)
    assert usual < chance_of_request(day, due, [], 0, HOUR) < 0.4


def test_an_index_of_known_ratios() -> None:
    index = Index()
    index.seconds.update({1.0: 990, 5.0: 10})
    assert (index.percentile(0.99), index.percentile(0.995), index.maximum()) == (1.0, 5.0, 5.0)
