"""The real engine on two portraits: who is who, and what cannot be told."""

from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import ExifTags, Image, ImageChops, ImageEnhance, ImageFilter

from checkins.verification.codes import Liveness, Reason, Result
from checkins.verification.decision import STARTING_THRESHOLDS, accepts, decide, distance
from checkins.verification.engine import Analysis, Engine
from tests.verification.portraits import (
    EYES,
    astronaut,
    encoded,
    hopper,
    in_glasses,
    variations,
)

pytestmark = pytest.mark.engine

PORTRAITS = {"astronaut": astronaut, "hopper": hopper}
SAME_AT_MOST = {"dlib": 0.025, "sface": 0.25}
OTHERS_AT_LEAST = {"dlib": 0.095, "sface": 0.75}


def embedding(engine: Engine, data: bytes) -> np.ndarray:
    analysis = engine.analyse(data)
    assert analysis.result is None, analysis.reasons
    assert analysis.reasons == ()
    assert analysis.embedding is not None
    return analysis.embedding


def test_an_embedding_is_a_unit_vector_with_measures_and_times(engine: Engine) -> None:
    analysis = engine.analyse(encoded(astronaut()))
    assert analysis.embedding is not None
    assert analysis.embedding.shape == (128,)
    assert analysis.embedding.dtype == np.float32
    assert np.linalg.norm(analysis.embedding) == pytest.approx(1, abs=1e-5)
    assert analysis.measures["eye_distance_px"] == pytest.approx(42, abs=4)
    assert abs(analysis.measures["turn"]) < 0.1
    assert (analysis.measures["width"], analysis.measures["height"]) == (512, 512)
    steps = {"decode", "detect", "fingerprint", "quality", "align", "network"}
    assert set(analysis.timings_ms) == steps | {"total"}
    total = sum(analysis.timings_ms[step] for step in steps)
    assert analysis.timings_ms["total"] == pytest.approx(total)


@pytest.mark.parametrize("who", PORTRAITS)
def test_the_same_person_matches_in_every_variation(engine: Engine, who: str) -> None:
    own = embedding(engine, encoded(PORTRAITS[who]()))
    limits = STARTING_THRESHOLDS[engine.weights_name]
    for name, data in variations(PORTRAITS[who]()).items():
        found = decide(engine.analyse(data), [own], limits, Liveness.NOT_REQUIRED)
        assert found.result is Result.MATCH, name
        assert accepts(found, Liveness.NOT_REQUIRED)
        assert found.distance is not None
        assert found.distance <= SAME_AT_MOST[engine.weights_name], name


def test_another_person_does_not_match_in_any_variation(engine: Engine) -> None:
    templates = [
        embedding(engine, variations(hopper())[name]) for name in ("crop", "darker", "noise")
    ]
    limits = STARTING_THRESHOLDS[engine.weights_name]
    for name, data in variations(astronaut()).items():
        found = decide(engine.analyse(data), templates, limits, Liveness.PASSED)
        assert found.result is Result.NO_MATCH, name
        assert found.reasons == (Reason.DOES_NOT_MATCH,)
        assert found.distance is not None
        assert found.distance >= OTHERS_AT_LEAST[engine.weights_name], name
        assert not accepts(found, Liveness.PASSED)


def test_three_averaged_photos_are_nearer_than_each_alone(engine: Engine) -> None:
    files = variations(hopper())
    three = [embedding(engine, files[name]) for name in ("noise", "soft focus", "warm light")]
    probe = embedding(engine, files["tilted left"])
    limits = STARTING_THRESHOLDS[engine.weights_name]
    analysis = Analysis(None, embedding=probe)
    averaged = decide(analysis, three, limits, Liveness.PASSED).distance
    assert averaged is not None
    assert averaged < np.mean([distance(probe, one) for one in three])


# --- every way a file can hold the same face ----------------------------------------------------

_TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # orientation → Image.Transpose stored


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_rotated_phone_photo_shows_the_same_face(engine: Engine, orientation: int) -> None:
    image = hopper()
    if orientation > 1:
        image = image.transpose(Image.Transpose(_TURNS[orientation]))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    upright = embedding(engine, encoded(hopper()))
    turned = embedding(engine, encoded(image, exif=exif))
    assert distance(upright, turned) < SAME_AT_MOST[engine.weights_name] / 5


def test_every_format_and_mode_shows_the_same_face(engine: Engine, tmp_path: Path) -> None:
    image = hopper()
    upright = embedding(engine, encoded(image, "PNG"))
    heic = tmp_path / "photo.heic"
    pillow_heif.from_pillow(image).save(heic, quality=80)
    wide = np.asarray(image.convert("L")).astype(np.uint16) * 257
    moving = {"save_all": True, "append_images": [astronaut().resize(image.size)]}
    files = {
        "HEIC": heic.read_bytes(),
        "CMYK": encoded(image.convert("CMYK")),
        "grey": encoded(image.convert("L")),
        "16 bits": encoded(Image.fromarray(wide), "PNG"),
        "alpha": encoded(image.convert("RGBA"), "PNG"),
        "animated PNG": encoded(image, "PNG", **moving),
        "animated WebP": encoded(image, "WEBP", **moving),
        "100 megapixels": encoded(image.convert("L").resize((9_300, 10_898)), quality=70),
    }
    for name, data in files.items():
        apart = distance(upright, embedding(engine, data))
        assert apart < SAME_AT_MOST[engine.weights_name], name


# --- what cannot be told ------------------------------------------------------------------------


def refused(engine: Engine, image: Image.Image) -> tuple[Result | None, Reason]:
    analysis = engine.analyse(encoded(image))
    assert analysis.embedding is None
    return analysis.result, analysis.reasons[0]


def test_no_face(engine: Engine) -> None:
    rows, columns = np.mgrid[:480, :640]
    hills = (120 + 60 * np.sin(rows / 40) * np.cos(columns / 60)).astype(np.uint8)
    for image in (
        Image.new("RGB", (640, 480), (120, 130, 140)),
        Image.fromarray(hills).convert("RGB"),
        astronaut().crop((0, 260, 120, 512)),  # cloth
        Image.new("RGB", (3000, 2), "white"),
        Image.new("RGB", (1, 1), "grey"),
    ):
        result, reason = refused(engine, image)
        assert (result, reason) in {
            (Result.NO_FACE, Reason.NO_FACE),
            (Result.POOR_PHOTO, Reason.TOO_BRIGHT),
        }


def test_two_faces_side_by_side(engine: Engine) -> None:
    both = Image.new("RGB", (1000, 500))
    both.paste(astronaut().crop((100, 0, 350, 250)).resize((500, 500)), (0, 0))
    both.paste(hopper().crop((40, 30, 480, 470)).resize((500, 500)), (500, 0))
    several = (Result.SEVERAL_FACES, Reason.SEVERAL_FACES)
    assert refused(engine, both) == several
    assert refused(engine, both.transpose(Image.Transpose.FLIP_LEFT_RIGHT)) == several


def test_a_small_face_in_the_background_does_not_spoil_a_photo(engine: Engine) -> None:
    photo = hopper().resize((1024, 1200))
    own = embedding(engine, encoded(photo))
    photo.paste(astronaut().crop((140, 0, 320, 230)).resize((180, 230)), (20, 20))
    assert distance(own, embedding(engine, encoded(photo))) < SAME_AT_MOST[engine.weights_name]


@pytest.mark.parametrize("who", PORTRAITS)
@pytest.mark.parametrize("factor", [0.15, 0.08, 0.01])
def test_a_dark_photo(engine: Engine, who: str, factor: float) -> None:
    dark = ImageEnhance.Brightness(PORTRAITS[who]()).enhance(factor)
    assert refused(engine, dark) == (Result.POOR_PHOTO, Reason.TOO_DARK)


def test_a_photo_against_the_light_or_burnt_out(engine: Engine) -> None:
    white = Image.blend(hopper(), Image.new("RGB", hopper().size, "white"), 0.97)
    assert refused(engine, white)[1] in {Reason.TOO_BRIGHT, Reason.BLURRED, Reason.NO_FACE}
    burnt = hopper().point(lambda value: min(255, value * 3))
    assert refused(engine, burnt)[1] in {Reason.TOO_BRIGHT, Reason.NO_FACE}


def test_a_tiny_face(engine: Engine) -> None:
    sheet = Image.new("RGB", (640, 480), (120, 125, 130))
    sheet.paste(astronaut().resize((200, 200)), (220, 140))
    small = (Result.POOR_PHOTO, Reason.FACE_TOO_SMALL)
    assert refused(engine, sheet) == small
    assert refused(engine, astronaut().resize((160, 160))) == small


def test_a_face_some_way_off_in_a_large_photo_is_found(engine: Engine) -> None:
    own = embedding(engine, encoded(hopper()))
    room = Image.new("RGB", (1280, 960), (120, 125, 130))
    room.paste(hopper().resize((256, 300)), (500, 300))
    assert distance(own, embedding(engine, encoded(room))) < SAME_AT_MOST[engine.weights_name]


def test_a_blurred_face(engine: Engine) -> None:
    blurred = hopper().filter(ImageFilter.GaussianBlur(9))
    result, reason = refused(engine, blurred)
    assert (result, reason) in {
        (Result.POOR_PHOTO, Reason.BLURRED),
        (Result.NO_FACE, Reason.NO_FACE),
    }


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_pixels_that_lie_on_their_side_without_saying_so(engine: Engine, degrees: int) -> None:
    result, _ = refused(engine, hopper().rotate(degrees, expand=True))
    assert result is Result.POOR_PHOTO
    if engine.weights_name == "dlib":
        assert refused(engine, hopper().rotate(degrees, expand=True))[1] is Reason.TILTED


@pytest.mark.parametrize("who", PORTRAITS)
def test_sunglasses_are_asked_to_be_taken_off_and_clear_ones_are_not(
    engine: Engine, who: str
) -> None:
    dark, clear = (in_glasses(PORTRAITS[who](), EYES[who], dark=dark) for dark in (True, False))
    assert refused(engine, dark) == (Result.POOR_PHOTO, Reason.EYES_COVERED)
    assert engine.analyse(encoded(clear)).reasons == ()


def test_a_shadow_over_the_eyes_is_not_taken_for_a_cover(engine: Engine) -> None:
    """As of a cap: two thirds of the light."""
    for who, portrait in PORTRAITS.items():
        (left, top), (right, _) = EYES[who]
        apart = right - left
        shade = Image.new("L", portrait().size, 255)
        box = (left - apart, top - apart, right + apart, top + apart // 3)
        shade.paste(165, box)
        shaded = ImageChops.multiply(
            portrait(), Image.merge("RGB", [shade.filter(ImageFilter.GaussianBlur(apart / 9))] * 3)
        )
        assert engine.analyse(encoded(shaded)).reasons == ()


def test_a_face_cut_off_by_the_edge(engine: Engine) -> None:
    result, reason = refused(engine, hopper().crop((0, 190, 512, 600)))
    assert (result, reason) in {
        (Result.POOR_PHOTO, Reason.FACE_CUT_OFF),
        (Result.NO_FACE, Reason.NO_FACE),
    }


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.FILE_EMPTY),
        (b"%PDF-1.7\n", Reason.NOT_A_PHOTO),
        (encoded(astronaut())[:9000], Reason.UNREADABLE),
        (bytes(20_000_001), Reason.FILE_TOO_LARGE),
    ],
)
def test_a_file_that_is_no_photo(engine: Engine, data: bytes, reason: Reason) -> None:
    analysis = engine.analyse(data)
    assert analysis.result is Result.POOR_PHOTO
    assert analysis.reasons == (reason,)
    assert analysis.embedding is None
    assert set(analysis.timings_ms) == {"decode", "total"}
