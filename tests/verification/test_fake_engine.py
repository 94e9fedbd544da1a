"""The stand-in behaves as the tests that use it believe."""

import pytest

from checkins.verification.codes import Liveness, Reason, Result
from checkins.verification.decision import STARTING_THRESHOLDS, decide, distance
from checkins.verification.decode import clean_jpeg
from checkins.verification.engine import EngineFailed
from tests.fake_engine import FakeEngine, embedding_of, picture


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_it_knows_people_apart_and_noise_is_the_distance(format: str) -> None:
    engine = FakeEngine()
    alice = engine.analyse(picture("alice", format=format)).embedding
    noisy = engine.analyse(picture("alice", noise=0.05, format=format)).embedding
    bob = engine.analyse(picture("bob", format=format)).embedding
    assert alice is not None
    assert noisy is not None
    assert bob is not None
    assert distance(alice, embedding_of("alice")) == pytest.approx(0, abs=1e-6)
    assert distance(alice, noisy) == pytest.approx(0.05, abs=1e-5)
    limits = STARTING_THRESHOLDS[engine.weights_name]
    found = decide(engine.analyse(picture("bob")), [alice], limits, Liveness.PASSED)
    assert found.result is Result.NO_MATCH


def test_the_note_outlives_the_removal_of_metadata() -> None:
    engine = FakeEngine()
    clean = clean_jpeg(picture("alice", noise=0.1, result="poor_photo:too_dark"), long_side=320)
    assert b"person=" not in clean
    assert engine.analyse(clean).reasons == (Reason.TOO_DARK,)
    assert engine.analyse(clean_jpeg(picture("alice"))).result is None


def test_it_says_what_the_picture_asks_for() -> None:
    engine = FakeEngine("sface", "7")
    assert (engine.weights_name, engine.weights_version) == ("sface", "7")
    for result in ("no_face", "several_faces"):
        analysis = engine.analyse(picture("alice", result=result))
        assert (analysis.result, analysis.reasons) == (Result(result), (Reason(result),))
    with pytest.raises(EngineFailed):
        engine.analyse(picture("alice", result="crash"))
    assert engine.analyse(b"%PDF").reasons == (Reason.NOT_A_PHOTO,)
    assert engine.looked_at == 4
