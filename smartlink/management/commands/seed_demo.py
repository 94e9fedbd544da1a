"""`manage.py seed_demo`: a made-up program to look at. Never in production."""

import json
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework.common import clock
from checkins import sweeps
from smartlink.demo import crowd, seeding


class Command(BaseCommand):
    help = "Fill the database with two offices, their staff and 40 invented participants."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", type=Path, help="where to write the demo's sign-ins (JSON)")
        parser.add_argument("--base-url", default=settings.PUBLIC_URL)
        parser.add_argument("--participants", type=int, default=0, help="a crowd of so many people")
        parser.add_argument("--years", type=float, default=1.0, help="how long the crowd's past is")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("This is production: there is no demo here.")
        if not seeding.is_seeded():
            seeding.seed(clock.now())
            sweeps.draw_ahead(clock.now())
        if options["participants"]:
            self._fill(options["participants"], options["years"])
        path: Path | None = options["write"]
        if path is None:
            return
        kept = json.loads(path.read_text()) if path.exists() else self._new_keys()
        kept["base_url"] = options["base_url"]
        path.touch(mode=0o600)
        path.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")

    def _fill(self, participants: int, years: float) -> None:
        began = time.perf_counter()
        people, check_ins = crowd.fill(participants, years, clock.now(), self._progress)
        seconds = time.perf_counter() - began
        self.stdout.write(f"{people:,} people and {check_ins:,} check-ins in {seconds:.0f} s")

    def _progress(self, done: int, of: int) -> None:
        self.stdout.write(f"{done:,} of {of:,} people")

    def _new_keys(self) -> dict[str, Any]:
        keys = seeding.new_keys(clock.now())
        return {"staff": keys.staff, "participants": keys.participants}
