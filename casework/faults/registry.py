"""Queues that upper apps have watched: since when has the oldest entry been waiting?"""

from collections.abc import Callable
from datetime import datetime

from casework.faults.rules import Kind

# Given now, since when the oldest entry of the queue has waited; None when it is empty.
Probe = Callable[[datetime], datetime | None]

probes: dict[Kind, Probe] = {}


def watch_queue(kind: Kind, probe: Probe) -> None:
    """Open a fault of this kind when `probe` tells of an entry older than `STUCK_AFTER`."""
    probes[kind] = probe
