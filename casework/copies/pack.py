"""The ZIP itself: a page to read, JSON for machines, the photos, and a list of digests.

Nothing is held in memory but one part at a time.
"""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import IO, Any

from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone, translation

from casework.copies.models import Copy
from casework.copies.registry import Part, Row, parts_of_file
from casework.participants.models import Participant


class _Encoder(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        try:
            return super().default(o)
        except TypeError:
            return str(o)


class _Zip:
    """Writes members and remembers their digests."""

    def __init__(self, target: IO[bytes], now: datetime) -> None:
        self.zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)
        self.sums: dict[str, str] = {}
        self.at = now.timetuple()[:6]

    def put(self, name: str, content: bytes, *, pressed: bool = True) -> None:
        info = zipfile.ZipInfo(name, self.at)
        info.compress_type = zipfile.ZIP_DEFLATED if pressed else zipfile.ZIP_STORED
        self.zip.writestr(info, content)
        self.sums[name] = hashlib.sha256(content).hexdigest()

    def close(self) -> None:
        lines = "".join(f"{sum_}  {name}\n" for name, sum_ in sorted(self.sums.items()))
        self.zip.writestr(zipfile.ZipInfo("SHA256SUMS", self.at), lines.encode())
        self.zip.close()


def pack(copy: Copy, target: IO[bytes], now: datetime, *, told: Callable[[int], None]) -> None:
    """Write the whole file of the copy's participant; `told` hears how far it is, in percent."""
    person, out = copy.participant, _Zip(target, now)
    language = person.language if copy.asked_by is None else "en"
    parts, sections = parts_of_file.parts_for(office=copy.asked_by is not None), []
    with translation.override(language), timezone.override(person.timezone):
        for done, part in enumerate(parts, 1):
            rows = [{key: _json(value) for key, value in row.items()} for row in part.rows(person)]
            photos = list(_pictures(part, person, out))
            out.put(f"data/{part.slug}.json", _dump(rows))
            sections.append(
                {"title": str(part.title), "rows": [_shown(row) for row in rows], "photos": photos}
            )
            told(95 * done // len(parts))
        out.put("index.html", _index(person, sections, now))
    out.close()


def _pictures(part: Part, person: Participant, out: _Zip) -> Iterator[str]:
    for picture in part.pictures(person):
        name = f"photos/{picture.name}{PurePosixPath(picture.stored).suffix or '.jpg'}"
        try:
            with default_storage.open(picture.stored) as file:
                out.put(name, file.read(), pressed=False)
        except FileNotFoundError:  # deleted by retention a moment ago, or lost
            continue
        yield name


def _dump(rows: list[Row]) -> bytes:
    return json.dumps(rows, indent=1, ensure_ascii=False, cls=_Encoder).encode()


def _json(value: Any) -> Any:
    """As JSON gives it back, so that page and data say the same."""
    return json.loads(json.dumps(value, cls=_Encoder)) if not isinstance(value, datetime) else value


def _shown(row: Row) -> list[tuple[str, str]]:
    return [(name.replace("_", " "), _words(value)) for name, value in row.items()]


def _words(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M %Z}"
    if isinstance(value, date):
        return value.isoformat()
    if value in (None, "", [], {}):
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _index(person: Participant, sections: list[dict[str, Any]], now: datetime) -> bytes:
    context = {"participant": person, "sections": sections, "made": _words(now)}
    return render_to_string("copies/index.html", context).encode()
