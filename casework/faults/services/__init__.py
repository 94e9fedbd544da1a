"""Keeping the ledger of faults: by hand, from signs of life, and from what a provider answers."""

from casework.faults.services.heartbeats import beat, recognise_outage, watch
from casework.faults.services.ledger import (
    blocking,
    close_fault,
    open_fault,
    open_faults,
    record_past_fault,
)
from casework.faults.services.providers import (
    claim_probe,
    down_channels,
    note_failure,
    note_success,
)

__all__ = [
    "beat",
    "blocking",
    "claim_probe",
    "close_fault",
    "down_channels",
    "note_failure",
    "note_success",
    "open_fault",
    "open_faults",
    "recognise_outage",
    "record_past_fault",
    "watch",
]
