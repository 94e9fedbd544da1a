"""`manage.py evaluate_faces`: error rates of the face engine on a folder of labelled pairs."""

import json
from typing import Any

from django.core.management.base import CommandError

from checkins.verification.decision import STARTING_THRESHOLDS
from smartlink.measuring.face_command import FaceCommand, print_figures
from smartlink.measuring.faces import by_references, evaluate_engine


class Command(FaceCommand):
    help = "FMR, FNMR and failures to acquire of the weight set in use, over labelled pairs."
    most_missing = 0.1

    def handle(self, *args: Any, **options: Any) -> None:
        engine, looked, pairs = self.look(options)
        if looked.missing:
            self.stderr.write(
                f"Photos that are not there: {len(looked.missing)}, {looked.missing[0]} first."
                " Their pairs are left out and counted nowhere."
            )
        try:
            figures = evaluate_engine(looked, pairs, engine.weights_name)
        except ValueError as error:
            raise CommandError(str(error)) from error
        limits = STARTING_THRESHOLDS[engine.weights_name]
        figures["by_enrolment_photos"] = by_references(looked, pairs, limits)
        if options["json"]:
            self.stdout.write(json.dumps(figures))
            return
        self._print(figures)

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
        if not figures["by_enrolment_photos"]:
            self.stdout.write("No figures by enrolment photos: give each person a folder.")
            return
        self.stdout.write("At the shipped limits, everybody against everybody:")
        print_figures(self.stdout.write, figures["by_enrolment_photos"])
