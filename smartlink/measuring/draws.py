"""A day's draws for ever more people, beside the least they need and the naive way. No Django:
each core's process imports this file."""

import hmac
import math
import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from typing import Any

import numpy as np

from checkins.draw import Before, DayOfDraws, draw_day
from checkins.draw.allowed import allowed_day, local_day
from checkins.draw.population import Person, key_for, person
from checkins.draw.rate import expected_in_day
from checkins.draw.terms import agree

SEED = 1
DAY = date(2026, 6, 11).toordinal()
SIZES = (1_000, 10_000, 100_000, 1_000_000)
NAIVE = 200  # enough to tell: each takes milliseconds
CHUNK = 25_000


def in_memory() -> dict[str, Any]:
    """By size, the growth from the second smallest to the largest, and the largest's seconds."""
    naive = seconds_of(_naive, time.process_time) / NAIVE
    sizes = {size: _drawn(size, naive) for size in SIZES}
    return {
        "cores": os.cpu_count(),
        **{f"{size:,} people": figures for size, figures in sizes.items()},
        "growth_exponent": growth({size: row["seconds"] for size, row in sizes.items()}),
        "seconds": sizes[SIZES[-1]]["seconds"],
    }


def _drawn(size: int, naive: float) -> dict[str, Any]:
    """Wall-clock of all cores, people made up and gathered by kind included."""
    chunks = [range(first, min(first + CHUNK, size)) for first in range(0, size, CHUNK)]
    start = time.perf_counter()
    if len(chunks) == 1:
        made = [_draw_some(chunks[0])]
    else:
        with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
            made = list(pool.map(_draw_some, chunks))
    seconds = time.perf_counter() - start
    drawing = sum(one for _number, one in made)
    bare = seconds_of(lambda: _bare(size), time.process_time)
    return {
        "check_ins": sum(number for number, _one in made),
        "seconds": round(seconds, 3),
        "us_a_person": round(drawing / size * 1e6, 2),
        "bare_us_a_person": round(bare / size * 1e6, 2),
        "of_bare": round(drawing / bare, 2),
        "of_naive": round(drawing / size / naive, 5),
    }


def _draw_some(numbers: range) -> tuple[int, float]:
    """How many requests these people get, and the processor's seconds for drawing alone."""
    days: dict[Any, tuple[DayOfDraws, list[Person]]] = {}
    for number in numbers:
        one = person(SEED, number)
        if one.kind not in days:
            days[one.kind] = DayOfDraws(one.kind.terms(), DAY), []
        days[one.kind][1].append(one)
    key, before = key_for(SEED, DAY), Before(DAY - 1)
    start = time.process_time()
    made = sum(
        len(day.draw(key, one.public_id, before)) for day, people in days.values() for one in people
    )
    return made, time.process_time() - start


def _bare(size: int) -> int:
    """The least that such draws need: an HMAC a person, exponential waits by numpy."""
    key, space = key_for(SEED, DAY), 12 * 3600
    ids = [f"00000000-0000-4000-8000-{number:012x}" for number in range(min(size, CHUNK))]
    found = 0
    for first in range(0, size, CHUNK):
        part = ids[: size - first]
        macs = b"".join(hmac.digest(key, f"{who}:1000".encode(), "sha256")[:8] for who in part)
        u = ((np.frombuffer(macs, ">u8") >> 12).astype(float) + 0.5) * 2.0**-52
        found += int((np.floor(-151_200 * np.log1p(u - 1)) < space).sum())
    return found


def _naive() -> None:
    """Person by person, nothing kept: terms agreed on and the day's hours found for each."""
    key = key_for(SEED, DAY)
    for number in range(NAIVE):
        one = person(SEED, number)
        for kept in (agree, allowed_day, local_day, expected_in_day):
            kept.cache_clear()
        draw_day(key, one.public_id, DAY, one.kind.terms(), Before(DAY - 1))


def seconds_of(act: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    start = clock()
    act()
    return clock() - start


def growth(seconds: dict[int, float]) -> float:
    """1.0 is linear: the exponent between the second smallest and the largest size."""
    (_least, low, *_between, high) = sorted(seconds)
    return round(math.log(seconds[high] / seconds[low]) / math.log(high / low), 2)
