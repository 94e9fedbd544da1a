"""`manage.py renew_templates`: all templates under the newest key; how far a new weight set is."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from checkins import renewal
from checkins.verification import weights


class Command(BaseCommand):
    help = "Encrypts templates under the newest of TEMPLATE_KEYS; says how far re-enrolment is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--show", action="store_true", help="only say how far it is")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            used = weights.find(Path(settings.FACE_WEIGHTS_DIR))
        except weights.WeightsError as error:
            raise CommandError(str(error)) from error
        figures: dict[str, Any] = {"weights": used.name, "version": used.version}
        if not options["show"]:
            figures |= asdict(renewal.reseal_templates())
        figures |= asdict(renewal.progress(used.name, used.version))
        if options["json"]:
            self.stdout.write(json.dumps(figures))
            return
        if "resealed" in figures:
            self.stdout.write(
                f"{figures['resealed']} templates encrypted anew, {figures['lost']} lost."
            )
        self.stdout.write(
            f"{figures['ready']} of {figures['photos']} reference photos have a template under "
            f"{used.name}; {figures['given_up']} were given up."
        )
