"""`manage.py bench verify`: selfies verified as our workers do, beside naive `DeepFace.verify` and
the bare networks on the same photos, each in as many processes, in turns; and memory over many.
"""

import io
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from itertools import cycle, islice, pairwise
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import CommandError
from PIL import Image

from checkins.verification import weights
from smartlink.demo.seeding import portrait_variations
from smartlink.measuring.contestants import Contestant

OURS, BARE, NAIVE, ONE_THREAD = "ours", "bare", "naive", "naive on one thread"
CONTESTANTS: Final = (OURS, BARE, NAIVE, ONE_THREAD)
TIME_BUDGET = 1.15
THROUGHPUT_BUDGET = 2.5
MEMORY_BUDGET_MB = 400
PARTS_ROUNDS = 30
LOOKS = 10
"""At memory, evenly over the photos."""

PHONE_PHOTO: Final = (720, 960)
KINDS: Final = {".jpg", ".jpeg", ".png", ".webp", ".heic"}


@dataclass(frozen=True)
class Effort:
    """How long to measure: `rounds` of `seconds` for each contestant in `processes` processes;
    `photos` for memory, from the folder `images` where one is given."""

    rounds: int = 5
    seconds: float = 3.0
    processes: int = 2
    photos: int = 300
    images: Path | None = None


def verify(*, weights_dir: Path | None = None, **wanted: Any) -> dict[str, Any]:
    """For dlib, and for sface where its files are: speed, ratios, parts, memory."""
    effort = Effort(**{name: value for name, value in wanted.items() if value is not None})
    folder = weights_dir or Path(settings.FACE_WEIGHTS_DIR)
    sets: dict[str, Path | None] = {"dlib": None}
    if weights.find(folder).name == "sface":
        sets["sface"] = folder
    with tempfile.TemporaryDirectory(prefix="smartlink-bench-") as place:
        reference, *attempts = _phone_photos(Path(place))
        many = _many_photos(effort.images, Path(place))
        started = Starter(Path(place), reference, attempts)
        return asdict(effort) | {
            "images": effort.images.name if effort.images else "shipped pictures",
            **{name: _of_set(started, name, where, effort, many) for name, where in sets.items()},
        }


@dataclass
class Starter:
    """Starts contestants, each with a home of its own below `place`."""

    place: Path
    reference: Path
    attempts: Sequence[Path]

    def start(
        self, kind: str, name: str, folder: Path | None, photos: Sequence[Path] = ()
    ) -> Contestant:
        home = Path(tempfile.mkdtemp(dir=self.place))
        task = {
            "contestant": kind,
            "weights_name": name,
            "folder": str(folder) if folder else None,
            "home": str(home),
            "reference": str(self.reference),
            "photos": [str(photo) for photo in photos or self.attempts],
        }
        return Contestant(task)


def _of_set(
    starter: Starter, name: str, folder: Path | None, effort: Effort, many: Sequence[Path]
) -> dict[str, Any]:
    with _all_started(starter, name, folder, effort.processes) as sides:
        parts = sides[OURS][0].ask(parts=PARTS_ROUNDS)
        rates: dict[str, list[float]] = {kind: [] for kind in CONTESTANTS}
        for number in range(effort.rounds):
            # Who begins changes, so that a busy moment of the machine falls on each.
            for kind in islice(cycle(CONTESTANTS), number, number + len(CONTESTANTS)):
                rates[kind].append(_one_round(kind, sides[kind], effort.seconds))
    with starter.start(OURS, name, folder, many) as alone:
        looks = [alone.ask(photos=count) for count in shares(effort.photos, LOOKS)]
    return {
        **speed(rates),
        "one photo, ms": parts,
        "time_over_bare": parts["ratio"],
        "time_over_bare_budget": TIME_BUDGET,
        "memory": memory([(look["attempts"], look["memory_mb"]) for look in looks]),
    }


@contextmanager
def _all_started(
    starter: Starter, name: str, folder: Path | None, processes: int
) -> Iterator[Mapping[str, list[Contestant]]]:
    with ExitStack() as stack:
        enter = stack.enter_context
        yield {
            kind: [enter(starter.start(kind, name, folder)) for _ in range(processes)]
            for kind in CONTESTANTS
        }


def _one_round(kind: str, side: Sequence[Contestant], seconds: float) -> float:
    """Attempts a second of all processes of one side together."""
    for one in side:
        one.send(seconds=seconds)
    told = [one.answer() for one in side]
    if any(one["accepted"] != one["attempts"] for one in told):
        raise CommandError(f"{kind}: a photo of the right person was not accepted.")
    return float(sum(one["attempts"] / one["seconds"] for one in told))


def speed(rates: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """Attempts a second and ratios, medians of the rounds; a ratio is taken within its round."""

    def over(other: str) -> float:
        pairs = zip(rates[OURS], rates[other], strict=True)
        return round(statistics.median(ours / theirs for ours, theirs in pairs), 2)

    return {
        "attempts_per_second": {
            kind: round(statistics.median(of), 2) for kind, of in rates.items()
        },
        "ours_over_naive": over(NAIVE),
        "ours_over_naive_budget": THROUGHPUT_BUDGET,
        "ours_over_naive_on_one_thread": over(ONE_THREAD),
        "ours_over_bare": over(BARE),
    }


def memory(looks: Sequence[tuple[int, float]]) -> dict[str, Any]:
    """MB after so many photos, from pairs of how many more and what was held then; the slope is
    that of the straight line through all but the first, in which caches still fill."""
    seen, points = 0, []
    for more, held in looks:
        seen += more
        points.append((seen, held))
    return {
        "after_photos_mb": {str(photos): held for photos, held in points},
        "slope_mb_per_1000": slope(points[1:]),
        "most_mb": max(held for _, held in points),
        "budget_mb": MEMORY_BUDGET_MB,
    }


def slope(points: Sequence[tuple[int, float]]) -> float:
    """MB more per 1,000 photos, by least squares; 0 for fewer than two points."""
    if len(points) < 2:
        return 0.0
    line = statistics.linear_regression([x for x, _ in points], [y for _, y in points])
    return round(line.slope * 1000, 2)


def shares(whole: int, parts: int) -> list[int]:
    """`whole` in at most `parts` parts as even as they can be, none empty."""
    edges = [whole * n // parts for n in range(parts + 1)]
    return [b - a for a, b in pairwise(edges) if b > a]


def _phone_photos(place: Path) -> list[Path]:
    """The portrait under four lights, as large as a phone's picture: the reference comes first."""
    files = []
    for number, content in enumerate(portrait_variations()):
        picture = Image.open(io.BytesIO(content)).convert("RGB")
        inset = picture.width // 8  # three by four
        picture = picture.crop((inset, 0, picture.width - inset, picture.height))
        file = place / f"phone-{number}.jpg"
        picture.resize(PHONE_PHOTO, Image.Resampling.LANCZOS).save(file, "JPEG", quality=88)
        files.append(file)
    return files


def _many_photos(images: Path | None, place: Path) -> list[Path]:
    """The folder's, or the shipped portrait in several formats and sizes."""
    if images is not None:
        found = [file for file in sorted(images.rglob("*")) if file.suffix.lower() in KINDS]
        if not found:
            raise CommandError("There are no photos in --images.")
        return found
    files = []
    for number, content in enumerate(portrait_variations()):
        for kind, side in (("jpeg", 720), ("png", 500), ("webp", 960), ("jpeg", 1600)):
            file = place / f"many-{number}-{side}.{kind}"
            picture = Image.open(io.BytesIO(content)).resize((side, side))
            picture.save(file, kind)
            files.append(file)
    return files
