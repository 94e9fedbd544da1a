"""`bench draws` on a few people: both figures beside their baselines, and nothing left behind."""

import pytest

from casework.participants.models import Participant
from checkins.models import CheckIn, DrawKey, DrawTerms
from smartlink.measuring import draws, draws_ahead


def test_growth_is_an_exponent() -> None:
    assert draws.growth({1: 9.0, 10: 1.0, 100: 10.0, 1000: 100.0}) == 1.0


def test_a_day_is_drawn_in_memory_beside_its_baselines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draws, "SIZES", (100, 300, 600))
    monkeypatch.setattr(draws, "NAIVE", 3)
    figures = draws.in_memory()
    assert figures["600 people"]["check_ins"] > figures["300 people"]["check_ins"] > 30
    assert figures["seconds"] == figures["600 people"]["seconds"]
    assert figures["600 people"]["of_naive"] < 0.1


@pytest.mark.django_db
def test_the_sweep_is_measured_and_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draws_ahead, "ROWS", (20, 60, 120))
    figures = draws_ahead._into_the_database()
    most = figures["120 into PostgreSQL"]
    assert most["check_ins"] > 20
    assert most["of_insert_select"] > 1
    assert not any(model.objects.exists() for model in (CheckIn, DrawKey, DrawTerms, Participant))
