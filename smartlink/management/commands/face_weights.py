"""`manage.py face_weights`: install the `sface` set, proven by its sums, and say what is used."""

import shutil
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from checkins.verification import weights

# OpenCV Zoo, the publisher of both files (MIT and Apache-2.0).
PUBLISHED = "https://github.com/opencv/opencv_zoo/raw/main/models"
FOLDERS = {"detector": "face_detection_yunet", "network": "face_recognition_sface"}


class Command(BaseCommand):
    help = "Install the sface weights from OpenCV Zoo, or from a folder, after checking their sums."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="source", type=Path, help="a folder with both files")
        parser.add_argument("--show", action="store_true", help="only say which set is in use")

    def handle(self, *args: Any, **options: Any) -> None:
        target = Path(settings.FACE_WEIGHTS_DIR)
        try:
            if not options["show"]:
                self._install(options["source"], target)
            used = weights.find(target)
        except weights.WeightsError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"In use from the next start of a worker: {used.name} ({used.version}).")

    def _install(self, source: Path | None, target: Path) -> None:
        """Everything is checked in a folder beside the target before anything is moved there."""
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as kept:
            folder = Path(kept)
            for part, (name, _sum) in weights.KNOWN["sface"].files.items():
                if source is None:
                    self._fetch(f"{PUBLISHED}/{FOLDERS[part]}/{name}", folder / name)
                elif (source / name).is_file():
                    shutil.copyfile(source / name, folder / name)
            checked = weights.verified("sface", folder)
            for file in checked.files.values():
                file.path.replace(target / file.path.name)

    def _fetch(self, url: str, path: Path) -> None:
        self.stdout.write(f"Fetching {path.name} …")
        try:
            with urllib.request.urlopen(url, timeout=60) as answer, path.open("wb") as file:  # noqa: S310 - https, and the sum decides
                shutil.copyfileobj(answer, file)
        except (urllib.error.URLError, TimeoutError) as error:
            raise CommandError(f"{path.name} could not be fetched: {error}") from error
