"""`manage.py run_sweeps`: every sweep, without beat. Any number may run at once."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from casework.audit.chain import seal_entries
from casework.common import clock
from casework.copies.tasks import sweep_copies
from casework.faults import services as faults
from casework.faults.rules import Part
from casework.notices.sending import send_due
from checkins.sweeps import SWEEPS
from checkins.tasks import sweep_verifications

PAUSE_SECONDS = 5


class Command(BaseCommand):
    help = "Run all sweeps over and over (or once), as beat would."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            faults.watch(clock.now())
            for name, sweep in SWEEPS.items():
                faults.beat(Part.DISPATCHER, clock.now())
                self.stdout.write(f"{name}: {sweep(clock.now())}")
            self.stdout.write(f"send notices: {send_due(clock.now)}")
            sweep_verifications()
            sweep_copies()
            self.stdout.write(f"seal the audit trail: {seal_entries(clock.now())}")
            if options["once"]:
                return
            time.sleep(PAUSE_SECONDS)
