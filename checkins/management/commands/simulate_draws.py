"""`manage.py simulate_draws`: draw for a made-up population and measure it (DESIGN §§5, 14)."""

import csv
import json
import os
import tempfile
import time
from argparse import ArgumentParser
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from checkins.draw.simulate import Findings, Setting, busiest, simulate

CHUNK = 12_500


class Command(BaseCommand):
    help = "Simulate draws and measure rate, breaches and predictability."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--participants", type=int, default=10_000)
        parser.add_argument("--days", type=int, default=28)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--from", dest="first", type=date.fromisoformat, default="2026-03-02")
        parser.add_argument("--times", type=Path, help="CSV of participant,issued_at to write")
        parser.add_argument("--without-guarantees", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        began = time.perf_counter()
        setting = Setting(
            date.fromisoformat(str(options["first"])).toordinal(),
            options["days"],
            options["seed"],
            guaranteed=not options["without_guarantees"],
        )
        with tempfile.TemporaryDirectory() as folder:
            parts = Path(folder) if options["times"] else None
            findings, files = run(setting, options["participants"], parts)
            if options["times"]:
                join(files, options["times"])
        figures = as_figures(findings, setting, options["participants"])
        figures["seconds"] = round(time.perf_counter() - began, 2)
        self.stdout.write(json.dumps(figures) if options["json"] else as_text(figures))


def run(setting: Setting, participants: int, folder: Path | None) -> tuple[Findings, list[Path]]:
    """Simulate in as many processes as there are cores; CSV parts go into `folder`."""
    ranges = [
        range(first, min(first + CHUNK, participants)) for first in range(0, participants, CHUNK)
    ]
    files = [folder / f"{numbers.start:012}.csv" for numbers in ranges] if folder else []
    jobs = [(setting, numbers, files[i] if files else None) for i, numbers in enumerate(ranges)]
    findings = Findings()
    if len(jobs) <= 1:
        for job in jobs:
            findings.add(_part(job))
        return findings, files
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        for part in pool.map(_part, jobs):
            findings.add(part)
    return findings, files


def _part(job: tuple[Setting, range, Path | None]) -> Findings:
    setting, numbers, path = job
    if path is None:
        return simulate(setting, numbers)
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        return simulate(
            setting,
            numbers,
            lambda who, times: writer.writerows((who, _written(at)) for at in times),
        )


def _written(instant: int) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def join(parts: list[Path], path: Path) -> None:
    """One CSV of all parts, under its header."""
    with path.open("w") as whole:
        whole.write("participant,issued_at\n")
        for part in parts:
            with part.open() as lines:
                whole.writelines(lines)


def as_figures(findings: Findings, setting: Setting, participants: int) -> dict[str, Any]:
    """The JSON of DESIGN §14, and the breaches of hours and of the daily maximum beside it."""
    at, most = busiest(findings)
    return {
        "participants": participants,
        "days": setting.days,
        "check_ins": findings.check_ins,
        "rate_error": round(findings.rate_error, 6),
        "hours_breaches": findings.hours_breaches,
        "gap_breaches": findings.gap_breaches,
        "day_breaches": findings.day_breaches,
        "silence_breaches": findings.silence_breaches,
        "predictability_index": findings.index.percentile(0.99),
        "predictability_max": findings.index.maximum(),
        "busiest_minute": most,
        "busiest_minute_at": at.isoformat() if at else None,
    }


def as_text(figures: dict[str, Any]) -> str:
    return "\n".join(f"{name.replace('_', ' '):<22} {value}" for name, value in figures.items())
