"""`manage.py evaluate_faces`: error rates of the face engine on a folder of labelled pairs."""

import json
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from checkins.verification.engine import load_engine
from checkins.verification.weights import WeightsError
from smartlink.measuring.faces import evaluate_engine, read_pairs


class Command(BaseCommand):
    help = "FMR, FNMR and failures to acquire of the weight set in use, over labelled pairs."
    requires_system_checks = []

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

    def handle(self, *args: Any, **options: Any) -> None:
        pairs = read_pairs(options["pairs"])
        missing = sorted(
            {n for _s, a, b in pairs for n in (a, b) if not (options["images"] / n).is_file()}
        )
        if missing:
            raise CommandError(f"{len(missing)} photos are missing, {missing[0]} first.")
        with tempfile.TemporaryDirectory() as home:
            try:
                engine = load_engine(options["weights_dir"], Path(home))
            except WeightsError as error:
                raise CommandError(str(error)) from error
            figures = evaluate_engine(engine, options["images"], pairs, self._progress)
        self.stderr.write("")
        if options["json"]:
            self.stdout.write(json.dumps(figures))
            return
        self._print(figures)

    def _progress(self, number: int, of: int) -> None:
        if number % 50 == 0 or number == of:
            self.stderr.write(f"\r{number} of {of} photos", ending="")
            self.stderr.flush()

    def _print(self, figures: dict[str, Any]) -> None:
        self.stdout.write(
            f"{figures['weights']}: {figures['pairs']} pairs, "
            f"accuracy {figures['accuracy']:.2%} at {figures['best_threshold']:.3f} "
            f"({figures['accuracy_of_all']:.2%} counting unusable photos as mistakes), "
            f"failure to acquire {figures['failure_to_acquire']:.2%} of the pairs, "
            f"{figures['ms_per_photo']} ms a photo, unusable: {figures['unusable_photos']}"
        )
        for point in figures["points"]:
            self.stdout.write(
                f"  {point['threshold']:.4f}  FMR {point['fmr']:.4f} "
                f"({point['fmr_low']:.4f}–{point['fmr_high']:.4f})  FNMR {point['fnmr']:.4f} "
                f"({point['fnmr_low']:.4f}–{point['fnmr_high']:.4f})"
            )
