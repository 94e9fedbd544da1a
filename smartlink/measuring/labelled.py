"""Labelled pairs of photos from a CSV, in the dialects that such files come in.

Whatever is not understood is refused by its line: a label taken for "different" in silence would be
counted as an error of the engine.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from PIL import Image

Pair = tuple[bool, str, str]
"""Whether both are of one person, and the names of the two photos."""

_SAME: Final = {"same", "label", "match", "is_same", "issame", "genuine", "target", "y"}
_FIRST: Final = ("a", "path", "file", "image", "img", "photo", "filename", "picture")
_COLUMNS: Final = (
    {name for first in _FIRST for name in (f"{first}1", f"{first}_1", f"{first}_a", f"{first}a")}
    | {"a", "left", "first", "image0", "reference"},
    {name for first in _FIRST for name in (f"{first}2", f"{first}_2", f"{first}_b", f"{first}b")}
    | {"b", "right", "second", "probe", "attempt"},
)
_YES: Final = {"1", "1.0", "true", "t", "yes", "y", "same", "match", "genuine", "positive"}
_NO: Final = {
    "0", "0.0", "-1", "false", "f", "no", "n", "different", "diff", "mismatch", "impostor",
    "imposter", "negative", "nonmatch", "non-match", "not same",
}  # fmt: skip
TAKEN_AS_THEY_ARE: Final = {".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif"}


class NotLabelled(ValueError):
    """The pairs do not say who is who. The text is fit to be shown."""


def read_pairs(path: Path) -> list[Pair]:
    """Rows of a label and two paths, `same,a,b` where there is no header. Raises NotLabelled."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise NotLabelled(f"The pairs cannot be read: {type(error).__name__}.") from error
    rows = [
        row for row in csv.reader(io.StringIO(text), _dialect(text)) if any(map(str.strip, row))
    ]
    if not rows:
        raise NotLabelled("There are no pairs.")
    places = _places([cell.strip().lower() for cell in rows[0]])
    if places is None and (rows[0][0].lower() in _SAME or _label(rows[0][0]) is None):
        raise NotLabelled("The first line must name the columns: same,a,b.")
    start = 0 if places is None else 1
    return [_pair(row, places or (0, 1, 2), n) for n, row in enumerate(rows[start:], start + 1)]


def names_in(pairs: Iterable[Pair]) -> list[str]:
    return sorted({name for _same, a, b in pairs for name in (a, b)})


def located(
    pairs: Sequence[Pair], images: Path, csv_file: Path, most_missing: float = 0.0
) -> Mapping[str, Path]:
    """Where each photo is: below `images`, or as a path from the CSV's folder, or absolute.

    Raises NotLabelled when more than that share of them is not there: then it is the wrong folder.
    """
    found = {name: _locate(name, images, csv_file.parent) for name in names_in(pairs)}
    missing = [name for name, file in found.items() if file is None]
    if len(missing) > most_missing * len(found):
        raise NotLabelled(f"Photos that are missing: {len(missing)}, {missing[0]} first.")
    return {name: file for name, file in found.items() if file is not None}


def photo_bytes(file: Path) -> bytes:
    """The file, or a PNG of it where it is of a kind that nobody may send us (GIF, BMP, PGM):
    measured are faces, not formats. What cannot be read stays as it is and is refused."""
    data = file.read_bytes()
    if file.suffix.lower() in TAKEN_AS_THEY_ARE:
        return data
    try:
        with Image.open(io.BytesIO(data)) as picture:
            kept = io.BytesIO()
            picture.convert("RGB").save(kept, "PNG", compress_level=1)
    except (OSError, ValueError, Image.DecompressionBombError):
        return data
    return kept.getvalue()


def person_of(pairs: Sequence[Pair]) -> dict[str, str]:
    """Who is on each photo: its folder, which must agree with every pair.

    Raises NotLabelled: two people in one folder, or one person in two, would be counted as errors
    of the engine.
    """
    folders = {name: str(PurePosixPath(name).parent) for name in names_in(pairs)}
    for same, a, b in pairs:
        if same != (folders[a] == folders[b]):
            raise NotLabelled(
                "Each person's photos must lie in a folder of their own: the pair"
                f" {a}, {b} says otherwise."
            )
    return folders


def _dialect(text: str) -> type[csv.Dialect]:
    """Separated by what there is most of in the first line."""
    first = text.lstrip().split("\n", 1)[0]
    chosen = max((",", ";", "\t"), key=first.count)

    class Dialect(csv.excel):
        delimiter = chosen
        skipinitialspace = True

    return Dialect


def _places(header: Sequence[str]) -> tuple[int, int, int] | None:
    """The columns of label and paths by their names."""
    places = []
    for names in (_SAME, *_COLUMNS):
        at = [place for place, name in enumerate(header) if name in names]
        if len(at) != 1:
            return None
        places.append(at[0])
    return places[0], places[1], places[2]


def _pair(row: Sequence[str], places: tuple[int, int, int], line: int) -> Pair:
    if len(row) <= max(places):
        raise NotLabelled(f"Row {line} has too few columns.")
    label, a, b = (row[place].strip() for place in places)
    same = _label(label)
    if same is None:
        raise NotLabelled(f"Row {line} says {label[:20]!r}: neither the same person nor two.")
    return same, _name(a), _name(b)


def _label(cell: str) -> bool | None:
    word = cell.strip().lower()
    return True if word in _YES else False if word in _NO else None


def _name(cell: str) -> str:
    """With the slashes of this system, and one name for one photo."""
    return str(PurePosixPath(cell.replace("\\", "/")))


def _locate(name: str, images: Path, beside: Path) -> Path | None:
    """An absolute `name` stays what it is when joined to a folder."""
    parts = PurePosixPath(name).parts
    below = [images.joinpath(*parts[1:])] if parts[:1] == (images.resolve().name,) else []
    for file in (images / name, beside / name, *below):
        if file.is_file():
            return file
    return None
