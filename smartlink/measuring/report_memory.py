"""The memory of a process that writes the largest report: looked at every ten thousand rows."""

import tempfile
import time
from pathlib import Path
from typing import Any

from casework.common import clock
from smartlink.reports import asking, making
from smartlink.reports.asking import Wish
from smartlink.reports.writers import WRITERS

EVERY = 10_000


def writing(wish: Wish) -> dict[str, Any]:
    """A row a person, in every format by one process; memory in MB after each `EVERY` rows.

    The first format also asks the database; its rows are kept on disk for the others. A PDF holds
    the first rows only, and says so.
    """
    frozen = asking.freeze(wish, by=None, now=clock.now())
    content = making.content_of(frozen)
    found: dict[str, Any] = {"rows": content.expected_rows, "rss_mb_before": _resident()}
    for form in sorted(WRITERS):
        seen: list[int] = []
        written = 0

        def tick(rows: int, seen: list[int] = seen) -> None:
            nonlocal written
            if written // EVERY < (written + rows) // EVERY:
                seen.append(_resident())
            written += rows

        with tempfile.TemporaryFile() as file:
            began = time.perf_counter()
            making.write(content, form, file, tick)
            took = time.perf_counter() - began
            found[f"{form}_file"] = {
                "seconds": round(took, 1),
                "megabytes": round(file.tell() / 2**20, 1),
                "rss_mb": " ".join(map(str, seen)) or str(_resident()),
                "rss_mb_after": _resident(),
            }
    return found


def _resident() -> int:
    """What the process holds now, not the most that it ever held."""
    (line,) = (
        line for line in Path("/proc/self/status").read_text().splitlines()
        if line.startswith("VmRSS:")
    )  # fmt: skip
    return round(int(line.split()[1]) / 1024)
