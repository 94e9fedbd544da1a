"""Lists of people as files, for the tests of their import."""

import csv
import io

from casework.common import clock
from casework.participants.imports.working import PEOPLE
from casework.participants.models import ParticipantImport
from casework.staff.models import User

COLUMNS = (
    "a_number", "given_name", "family_name", "language", "timezone", "date_of_birth", "sex",
    "phone", "email", "officer", "office", "case", "docket", "release_basis", "released_on",
    "nta_on", "representative", "technology", "level", "rate", "method",
)  # fmt: skip
HEAD = ",".join(COLUMNS) + "\n"
ANA = {"a_number": "A 098-765-432", "given_name": "Ana", "family_name": "Núñez"}
WHOLE = ANA | {
    "language": "Español", "timezone": "Central", "date_of_birth": "02/28/1991", "sex": "F",
    "phone": "(202) 555-0143", "email": "ana@example.org", "release_basis": "ROR",
    "released_on": "2026-09-01", "nta_on": "2026-08-30", "representative": "B. Advocate",
    "technology": "smartphone", "rate": "1.5", "method": "choice",
}  # fmt: skip


def table(*rows: dict[str, str]) -> bytes:
    written = io.StringIO()
    lines = csv.DictWriter(written, COLUMNS, restval="")
    lines.writeheader()
    lines.writerows(rows)
    return written.getvalue().encode()


def bring_in(content: bytes, by: User, *, dry: bool = False) -> ParticipantImport:
    now = clock.now()
    upload = PEOPLE.take_in(content, by=by, now=now, check_only=dry)
    return PEOPLE.work(upload.pk, now=now)
