"""`manage.py rebuild_rollups`: count every settled day of the reports' roll-ups anew."""

from typing import Any

from django.core.management.base import BaseCommand

from casework.common import clock
from smartlink.reports import rollups


class Command(BaseCommand):
    help = "Drop the roll-ups of reports and make them again. Reports stay right meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        rollups.forget()
        total = 0
        while days := rollups.roll_up(clock.now(), most=31):
            total += days
            self.stdout.write(f"{total} days")
