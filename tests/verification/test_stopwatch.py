"""The bench measures what it says: our whole against bare parts, on a face."""

from pathlib import Path

import pytest

from checkins.verification.engine import EngineFailed, load_engine
from smartlink.demo.seeding import portrait_variations

pytestmark = pytest.mark.engine


def test_the_whole_is_set_beside_bare_decode_detector_and_network(tmp_path: Path) -> None:
    from checkins.verification.stopwatch import measure

    engine = load_engine(None, tmp_path)
    figures = measure(engine, portrait_variations()[-1], rounds=2)  # type: ignore[arg-type]
    bare = sum(figures[f"bare {part}"] for part in ("decode", "detector", "network"))
    assert figures["bare whole"] == pytest.approx(bare, abs=0.02)
    assert figures["ratio"] == pytest.approx(figures["our whole"] / bare, rel=0.01)
    with pytest.raises(EngineFailed):
        measure(engine, b"no photo", rounds=1)  # type: ignore[arg-type]
