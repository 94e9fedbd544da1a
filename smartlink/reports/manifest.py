"""What makes a report checkable by others: what was asked, and the sum of every file."""

from datetime import datetime
from typing import Any

from checkins.receipts.keys import signing_key
from checkins.receipts.signing import sign
from smartlink.reports.models import Report


def manifest_of(report: Report) -> dict[str, Any]:
    """The sums stay when the files are deleted; made again, the files must have the same ones."""
    return {
        "report": str(report.public_id),
        "kind": report.kind,
        "definitions_version": report.definitions_version,
        "as_of": report.parameters["as_of"],
        "from": report.parameters["from"],
        "to": report.parameters["to"],
        "files": [
            {"format": file.format, "sha256": file.sha256, "bytes": file.size}
            for file in report.files.all()
        ],
    }


TYPE = "smartlink-report+jws"


def signed(report: Report, *, now: datetime) -> str:
    """The manifest as a compact EdDSA JWS, by the key that signs receipts and is published."""
    _row, key = signing_key(now)
    return sign(manifest_of(report), key, TYPE)
