"""Mutated photos of a stranger through decoding, engine and decision, in a process of its own.

`python -m tests.verification.fuzz 2000` prints JSON; a crash is the process's exit code.
"""

import io
import json
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pillow_heif

from checkins.verification.codes import Liveness
from checkins.verification.decision import STARTING_THRESHOLDS, accepts, decide
from checkins.verification.engine import load_engine
from tests.verification.portraits import astronaut, encoded, hopper

SEED = 20_261_124
SIDE = 384


def files() -> dict[str, bytes]:
    """The stranger's photo in each format."""
    small = astronaut().resize((SIDE, SIDE))
    heic = io.BytesIO()
    pillow_heif.from_pillow(small).save(heic, quality=80)
    return {
        "JPEG": encoded(small),
        "PNG": encoded(small, "PNG"),
        "WEBP": encoded(small, "WEBP", quality=80),
        "HEIC": heic.getvalue(),
        "GIF": encoded(small, "GIF"),
    }


def mutated(data: bytes, other: bytes, chance: np.random.Generator) -> bytes:
    """`data` after one of seven accidents; half of the places are in the first kilobyte."""
    reach = min(len(data), 1024) if chance.random() < 0.5 else len(data)
    at = int(chance.integers(reach))
    length = int(chance.integers(1, 64))
    match int(chance.integers(7)):
        case 0:  # some bytes are others
            changed = bytearray(data)
            for place in chance.integers(reach, size=length % 12 + 1):
                changed[place] = int(chance.integers(256))
            return bytes(changed)
        case 1:
            return data[:at]
        case 2:  # a piece is missing
            return data[:at] + data[at + length :]
        case 3:  # a piece comes twice
            return data[: at + length] + data[at:]
        case 4:  # the largest numbers, where sizes are
            return data[:at] + b"\xff" * min(length, 8) + data[at + min(length, 8) :]
        case 5:
            return data[:at] + chance.bytes(length) + data[at:]
        case _:  # goes on as another format
            return data[:at] + other[at:]


def memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def run(count: int) -> dict[str, object]:
    """What became of `count` mutated photos, taken for another person's, with no turns asked."""
    folder = os.environ.get("FACE_WEIGHTS_DIR")
    with tempfile.TemporaryDirectory() as home:
        engine = load_engine(Path(folder) if folder else None, Path(home))
    enrolled = engine.analyse(encoded(hopper())).embedding
    assert enrolled is not None
    limits = STARTING_THRESHOLDS[engine.weights_name]
    chance, kinds = np.random.default_rng(SEED), files()
    names = list(kinds)
    for data in kinds.values():  # so that memory that is taken once is taken before
        engine.analyse(data)
        engine.analyse(data[: len(data) // 2])
    results: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    compared: Counter[str] = Counter()
    accepted = 0
    early = before = memory_mb()
    for number in range(count):
        kind = names[number % len(names)]
        data = kinds[kind]
        other = kinds[names[int(chance.integers(len(names)))]]
        analysis = engine.analyse(mutated(data, other, chance))
        decision = decide(analysis, [enrolled], limits, Liveness.NOT_REQUIRED)
        results[decision.result.value] += 1
        tried[kind] += 1
        compared[kind] += analysis.embedding is not None
        accepted += accepts(decision, Liveness.NOT_REQUIRED)
        if number == count // 4:
            early = memory_mb()
    after = memory_mb()
    return {
        "weights": engine.weights_name,
        "photos": count,
        "results": dict(results),
        "tried": dict(tried),
        "compared": dict(compared),
        "accepted": accepted,
        "memory_before_mb": round(before, 1),
        "memory_after_a_quarter_mb": round(early, 1),
        "memory_after_mb": round(after, 1),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(int(sys.argv[1]))) + "\n")
