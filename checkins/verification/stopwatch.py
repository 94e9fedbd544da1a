"""One engine against its bare parts on the same photo, in the same run: what ours adds."""

import statistics
import time
from collections.abc import Callable

import cv2
import numpy as np

from checkins.verification.deepface_engine import DeepfaceEngine
from checkins.verification.engine import Analysis, EngineFailed

ROUNDS = 30


def measure(engine: DeepfaceEngine, photo: bytes, rounds: int = ROUNDS) -> dict[str, float]:
    """Medians in ms of a whole `analyse`, of its steps, and of bare decode, detector and network.

    The rounds of both take turns, so that a busy moment of the machine falls on either.
    Raises EngineFailed when the photo has no usable face.
    """
    looked_at = engine.analyse(photo)
    if looked_at.embedding is None:
        raise EngineFailed("The photo of the measurement has no usable face.")
    pixels = cv2.imdecode(np.frombuffer(photo, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise EngineFailed("The photo of the measurement cannot be read.")
    bare = engine.bare_parts(np.ascontiguousarray(pixels))
    parts: dict[str, Callable[[], object]] = {
        "decode": lambda: cv2.imdecode(np.frombuffer(photo, np.uint8), cv2.IMREAD_COLOR),
        **bare,
    }
    took: dict[str, list[float]] = {f"bare {name}": [] for name in parts}
    whole: list[float] = []
    looks: list[Analysis] = []
    for _ in range(rounds):
        whole.append(_ms(lambda: looks.append(engine.analyse(photo))))
        for name, part in parts.items():
            took[f"bare {name}"].append(_ms(part))
    figures = {name: round(statistics.median(times), 2) for name, times in took.items()}
    steps = {
        f"our {step}": round(statistics.median(look.timings_ms[step] for look in looks), 2)
        for step in looked_at.timings_ms
    }
    total = round(statistics.median(whole), 2)
    return {
        **steps,
        **figures,
        "our whole": total,
        "bare whole": round(sum(figures.values()), 2),
        "ratio": round(total / sum(figures.values()), 3),
    }


def _ms(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000
