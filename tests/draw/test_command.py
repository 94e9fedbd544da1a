"""`manage.py simulate_draws`: its figures and its CSV."""

import json
from io import StringIO
from pathlib import Path

from django.core.management import call_command


def test_it_prints_the_figures_and_writes_the_times(tmp_path: Path) -> None:
    output, times = StringIO(), tmp_path / "times.csv"
    arguments = ["--participants=300", "--days=5", "--seed=2", f"--times={times}", "--json"]
    call_command("simulate_draws", *arguments, stdout=output)
    figures = json.loads(output.getvalue())
    assert {"rate_error", "predictability_max", "busiest_minute", "seconds"} <= set(figures)
    assert (figures["participants"], figures["days"]) == (300, 5)
    assert figures["gap_breaches"] == figures["silence_breaches"] == 0
    header, *lines = times.read_text().splitlines()
    assert header == "participant,issued_at"
    assert len(lines) == figures["check_ins"] > 200
    assert lines[0].count(",") == 1
    assert lines[0].endswith("Z")
