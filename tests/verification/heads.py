"""Heads that turn, made from one portrait: its pixels on a head of simple shape, seen from aside.

The portraits are public domain (see `portraits`); the shape is ours: an ellipsoid with a nose,
placed by the eyes. A flat copy of the same portrait turned before the camera is there too.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from tests.verification.portraits import astronaut, encoded, hopper

Plane = NDArray[np.float64]
_SOFT = ImageFilter.GaussianBlur(6)  # what is uncovered beside the turned head
_FINER = 3  # samples per pixel and direction, so that a stretched cheek has no holes


@dataclass(frozen=True)
class Portrait:
    """A picture, and where in it the middle of the eyes is, with their distance in pixels."""

    picture: Image.Image
    middle: tuple[float, float]
    eye_distance: float


@cache
def portrait_of(who: str) -> Portrait:
    """Cut as a phone held at arm's length would, 480 by 640."""
    if who == "astronaut":
        return _selfie(astronaut(), (222.0, 104.0), 42.0)
    return _selfie(hopper(), (264.0, 222.0), 90.0)


def _selfie(picture: Image.Image, middle: tuple[float, float], eye_distance: float) -> Portrait:
    left, top = (round(at - by * eye_distance) for at, by in zip(middle, (2.4, 2.6), strict=True))
    width = round(4.8 * eye_distance)
    cut = picture.crop((left, top, left + width, top + width * 4 // 3))
    scale = 480 / width
    place = ((middle[0] - left) * scale, (middle[1] - top) * scale)
    return Portrait(cut.resize((480, 640), Image.Resampling.BICUBIC), place, eye_distance * scale)


def turned(portrait: Portrait, degrees: float) -> Image.Image:
    """The head turned to its own left (to the right of the picture) by so many degrees."""
    width, height = portrait.picture.size
    fine = portrait.picture.resize((width * _FINER, height * _FINER), Image.Resampling.BICUBIC)
    colours = np.asarray(fine).reshape(-1, 3)
    y, x = np.mgrid[: height * _FINER, : width * _FINER] / _FINER
    u = (x - portrait.middle[0]) / portrait.eye_distance
    v = (y - portrait.middle[1]) / portrait.eye_distance
    depth = _head(u, v)
    angle = np.radians(degrees)
    across = u * np.cos(angle) + depth * np.sin(angle)
    near = (depth * np.cos(angle) - u * np.sin(angle)).ravel()
    inside = np.isfinite(depth).ravel()
    column = np.rint(across * portrait.eye_distance + portrait.middle[0])
    row = np.rint(y)
    inside &= ((column >= 0) & (column < width) & (row < height)).ravel()
    order = np.flatnonzero(inside)[np.argsort(near[inside], kind="stable")]  # the nearest last
    sheet = np.array(portrait.picture.filter(_SOFT))
    place = (row.ravel()[order].astype(int), column.ravel()[order].astype(int))
    sheet[place] = colours[order]
    return Image.fromarray(sheet)


def flat(portrait: Portrait, degrees: float) -> Image.Image:
    """A print of the portrait turned by so many degrees, from an arm's length."""
    width, height = portrait.picture.size
    far = 1.6 * width
    angle = np.radians(degrees)
    corners = []
    for x, y in ((0, 0), (width, 0), (width, height), (0, height)):
        u, v = x - width / 2, y - height / 2
        scale = far / (far + u * np.sin(angle))
        corners.append((u * np.cos(angle) * scale + width / 2, v * scale + height / 2))
    return portrait.picture.transform(
        (width, height),
        Image.Transform.PERSPECTIVE,
        _coefficients(corners, [(0, 0), (width, 0), (width, height), (0, height)]),
        Image.Resampling.BICUBIC,
        fillcolor=(110, 112, 115),
    )


def film(who: str, turns: list[float], *, printed: bool = False) -> list[bytes]:
    """JPEG files of one head (or one print of it), turned by each of these degrees."""
    act = flat if printed else turned
    return [encoded(act(portrait_of(who), degrees)) for degrees in turns]


def _head(u: Plane, v: Plane) -> Plane:
    """Depth in eye distances before the axis of the neck; not finite beside the head."""
    with np.errstate(invalid="ignore"):
        skull = 1.35 * np.sqrt(1 - (u / 1.3) ** 2 - ((v - 0.35) / 2.0) ** 2)
    along = np.clip((v + 0.1) / 0.75, 0, None)  # from the root of the nose to its tip
    fall = np.where(along < 1, along, np.exp(-(((v - 0.65) / 0.12) ** 2)))
    nose = 0.45 * fall * np.exp(-((u / 0.2) ** 2))
    eyes = -0.06 * np.exp(-(((np.abs(u) - 0.5) / 0.2) ** 2) - (v / 0.15) ** 2)
    return np.asarray(skull + nose + eyes)


def _coefficients(
    source: list[tuple[float, float]], target: list[tuple[float, float]]
) -> list[float]:
    """Of Pillow's PERSPECTIVE, which takes a place in the new picture to one in the old."""
    rows, values = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return [float(one) for one in np.linalg.solve(np.array(rows), np.array(values))]
