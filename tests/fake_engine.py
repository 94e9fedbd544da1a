"""A face engine without faces: a picture says who is on it, and that is believed.

The note is `person=NAME`, with `;noise=0.1`, `;turn=0.4` and `;result=crash` (or no_face,
several_faces, poor_photo:too_dark) where wanted. The fingerprints are those of the note. It is read
from EXIF's ImageDescription or a PNG text chunk, and also drawn as light and dark squares, so that
it outlives the removal of metadata.
"""

import hashlib
import io

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from checkins.verification.codes import Reason, Result
from checkins.verification.engine import Analysis, EngineFailed, Glance, Prints
from checkins.verification.intake import PhotoRefused, inspect

LENGTH = 128
SIDE = 320
_SQUARE = 8
_ACROSS = SIDE // _SQUARE
_MARK = "person="


class FakeEngine:
    """Stands in for any weight set: comparisons use that set's thresholds."""

    def __init__(self, weights_name: str = "dlib", weights_version: str = "fake.1") -> None:
        self.weights_name = weights_name
        self.weights_version = weights_version
        self.looked_at = 0

    def analyse(self, data: bytes) -> Analysis:
        """As `Engine`; a picture without a note has no face on it."""
        self.looked_at += 1
        try:
            inspect(data)
        except PhotoRefused as refused:
            return Analysis(Result.POOR_PHOTO, (refused.reason,))
        note = _note(data)
        if note is None:
            return Analysis(Result.NO_FACE, (Reason.NO_FACE,))
        said = dict(part.split("=", 1) for part in note.split(";"))
        if said.get("result") == "crash":
            raise EngineFailed("The picture asked for it.")
        turn = float(said.get("turn", 0))
        measures = {"eye_distance_px": 60.0, "turn": turn, "roll": 0.0}
        timings = {"total": 1.0}
        prints = Prints(*(hashlib.sha256(f"{of}{note}".encode()).hexdigest() for of in "ab"))
        if "result" in said:
            result, _, reason = said["result"].partition(":")
            reasons = (Reason(reason or result),)
            return Analysis(Result(result), reasons, None, measures, timings, prints)
        embedding = embedding_of(said["person"], float(said.get("noise", 0)))
        return Analysis(None, (), embedding, measures, timings, prints)

    def glance(self, data: bytes) -> Glance:
        """As `Engine`: the note's `turn`, else looking ahead."""
        analysis = self.analyse(data)
        reason = analysis.reasons[0] if analysis.reasons else None
        turn = analysis.measures.get("turn", 0.0)
        return Glance(turn, 0.0, analysis.embedding, reason)


def embedding_of(person: str, noise: float = 0.0) -> NDArray[np.float32]:
    """The unit vector of `person`, turned away from it by the cosine distance `noise`."""
    towards = _direction(person)
    away = _direction(f"{person} {noise}")
    away -= (away @ towards) * towards
    away /= np.linalg.norm(away)
    turned = (1 - noise) * towards + np.sqrt(1 - (1 - noise) ** 2) * away
    return turned.astype(np.float32)


def picture(
    person: str,
    *,
    noise: float = 0.0,
    result: str | None = None,
    turn: float = 0.0,
    format: str = "JPEG",
) -> bytes:
    """A small picture that FakeEngine takes for `person`. `result` as in the note above."""
    note = f"{_MARK}{person}"
    if noise:
        note += f";noise={noise}"
    if turn:
        note += f";turn={turn}"
    if result:
        note += f";result={result}"
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = note
    file = io.BytesIO()
    _drawn(note).save(file, format, exif=exif)
    return file.getvalue()


def _direction(seed: str) -> NDArray[np.float64]:
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest())
    vector = np.random.default_rng(number).standard_normal(LENGTH)
    return np.asarray(vector / np.linalg.norm(vector))


def _drawn(note: str) -> Image.Image:
    """Length and bytes of the note as squares from the top left; dark is 0 and light is 1."""
    content = note.encode()
    bits = np.unpackbits(np.frombuffer(bytes([len(content)]) + content, np.uint8))
    squares = np.full(_ACROSS * _ACROSS, 128, np.uint8)
    squares[: bits.size] = np.where(bits, 235, 20)
    sheet = np.kron(squares.reshape(_ACROSS, _ACROSS), np.ones((_SQUARE, _SQUARE), np.uint8))
    return Image.fromarray(sheet).convert("RGB")


def _note(data: bytes) -> str | None:
    with Image.open(io.BytesIO(data)) as image:
        written = [image.getexif().get(ExifTags.Base.ImageDescription), *image.info.values()]
        grey = np.asarray(image.convert("L"))
    for text in written:
        if isinstance(text, str) and text.startswith(_MARK):
            return text
    middle = grey[_SQUARE // 2 :: _SQUARE, _SQUARE // 2 :: _SQUARE].ravel()
    plain = np.packbits(middle > 128).tobytes()
    note = plain[1 : 1 + plain[0]].decode("ascii", "replace")
    return note if note.startswith(_MARK) else None
