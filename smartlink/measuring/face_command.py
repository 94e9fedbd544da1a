"""What the commands about faces share: where photos and weights are, and how rates are printed."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from checkins.verification.engine import Engine, load_engine
from checkins.verification.weights import WeightsError
from smartlink.measuring.faces import Looked, look_at
from smartlink.measuring.labelled import NotLabelled, Pair, located, names_in, read_pairs


class FaceCommand(BaseCommand):
    """Looks at every photo of the labelled pairs once, with the weight set in use."""

    requires_system_checks = []
    most_missing = 0.0
    """The share of the photos that may be missing; the pairs that name them are left out."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--images", type=Path, required=True)
        parser.add_argument("--pairs", type=Path, required=True, help="CSV: same,a,b")
        parser.add_argument(
            "--weights-dir",
            type=Path,
            default=Path(settings.FACE_WEIGHTS_DIR),
            help="folder with the sface files; without them the dlib set is measured",
        )
        parser.add_argument("--json", action="store_true")

    def look(self, options: Mapping[str, Any]) -> tuple[Engine, Looked, list[Pair]]:
        images: Path = options["images"]
        try:
            every = read_pairs(options["pairs"])
            files = located(every, images, options["pairs"], self.most_missing)
        except NotLabelled as error:
            raise CommandError(str(error)) from error
        pairs = [(same, a, b) for same, a, b in every if a in files and b in files]
        with tempfile.TemporaryDirectory() as home:
            try:
                engine = self.engine(options["weights_dir"], Path(home))
            except WeightsError as error:
                raise CommandError(str(error)) from error
            named = {name: files[name] for name in names_in(pairs)}
            looked = look_at(engine, named, pairs, self._progress)
        self.stderr.write("")
        missing = tuple(name for name in names_in(every) if name not in files)
        return engine, replace(looked, missing=missing), pairs

    def engine(self, weights_folder: Path, home: Path) -> Engine:
        return load_engine(weights_folder, home)

    def _progress(self, number: int, of: int) -> None:
        if number % 50 == 0 or number == of:
            self.stderr.write(f"\r{number} of {of} photos", ending="")
            self.stderr.flush()


def print_figures(write: Callable[[str], object], figures: list[dict[str, Any]]) -> None:
    """One line for each number of enrolment photos."""
    for one in figures:
        write(
            f"  {one['references']} enrolment photo{'s' if one['references'] > 1 else ' '}"
            f" at {one['limit']:.4f}: FMR {in_words(one['fmr'])}, FNMR {in_words(one['fnmr'])},"
            f" {one['people']} people"
        )


def in_words(rate: Mapping[str, Any]) -> str:
    """A share with its 95 % interval and what it was counted from."""
    if rate["share"] is None:
        return "nothing to count"
    return (
        f"{rate['share']:.3%} ({rate['low']:.3%}–{rate['high']:.3%}; {rate['wrong']:,}"
        f" of {rate['of']:,})"
    )
