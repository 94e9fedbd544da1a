"""EOIR's adjournment codes: why a hearing was put off."""

import json
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "adjournments.json"


@cache
def codes() -> dict[str, str]:
    """Code → what it says, in the order of EOIR's table."""
    listed: dict[str, str] = json.loads(_FILE.read_text())["codes"]
    return listed


def text_of(code: str) -> str:
    """What a code says; a code that is not in our list stands for itself."""
    return codes().get(code, code)
