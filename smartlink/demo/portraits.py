"""Drawn portraits of people who do not exist, for everything that needs no photo."""

import io
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw, ImageEnhance

from smartlink.demo.chance import number, one

SIZE = (360, 480)
_SKIN = ["#f3d3b8", "#e5b894", "#c98f65", "#a66c44", "#7d4b2c", "#5a3420"]
_HAIR = ["#1d1713", "#3b2618", "#5d3b21", "#8a5a2b", "#9b9b98", "#2a2a33"]
_CLOTH = ["#2f6f73", "#7a4b6b", "#c0683c", "#4b5d7d", "#6c7a43", "#8d3f3f", "#35507a"]
_WALL = ["#dfe7ea", "#e9e2d8", "#d9e3d6", "#e6dde6", "#dcdfe8"]


@dataclass(frozen=True)
class Face:
    """What one invented person looks like, on every drawing of them."""

    seed: str
    woman: bool = False
    covered: bool = False  # wears a headscarf

    def pick(self, what: str, choices: list[str]) -> str:
        return one(choices, self.seed, what)

    def chance(self, what: str, of: int) -> bool:
        return number(of, self.seed, what) == 0


@cache
def draw(face: Face, take: int = 0) -> bytes:
    """A JPEG of the person; `take` moves light and frame a little, as another photo would."""
    picture = Image.new("RGB", (SIZE[0] * 2, SIZE[1] * 2), face.pick("wall", _WALL))
    pen = ImageDraw.Draw(picture)
    dx, dy = number(50, face.seed, take, "x") - 25, number(40, face.seed, take, "y") - 20
    _body(pen, face, 360 + dx, 960)
    _head(pen, face, 360 + dx, 420 + dy)
    picture = picture.resize(SIZE, Image.Resampling.BOX)
    light = 0.88 + number(24, face.seed, take, "light") / 100
    picture = ImageEnhance.Brightness(picture).enhance(light)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=82)
    return file.getvalue()


def _body(pen: ImageDraw.ImageDraw, face: Face, x: int, bottom: int) -> None:
    cloth, skin = face.pick("cloth", _CLOTH), face.pick("skin", _SKIN)
    pen.rounded_rectangle((x - 250, 740, x + 250, bottom + 100), 130, fill=cloth)
    if not face.covered:
        pen.rectangle((x - 58, 600, x + 58, 760), fill=skin)
        pen.ellipse((x - 90, 700, x + 90, 800), fill=skin)


def _head(pen: ImageDraw.ImageDraw, face: Face, x: int, y: int) -> None:
    skin, hair, cloth = (
        face.pick("skin", _SKIN),
        face.pick("hair", _HAIR),
        face.pick("cloth", _CLOTH),
    )
    long_hair = face.woman or face.chance("long", 12)
    if face.covered:
        pen.ellipse((x - 205, y - 260, x + 205, y + 260), fill=cloth)
        pen.polygon(
            [(x - 190, y), (x + 190, y), (x + 240, y + 420), (x - 240, y + 420)], fill=cloth
        )
    elif long_hair:
        pen.rounded_rectangle((x - 190, y - 230, x + 190, y + 290), 150, fill=hair)
    else:
        pen.ellipse((x - 178, y - 240, x + 178, y + 120), fill=hair)
    if not face.covered:
        for side in (-1, 1):
            pen.ellipse((x + side * 155 - 26, y - 30, x + side * 155 + 26, y + 50), fill=skin)
    pen.ellipse((x - 155, y - 195, x + 155, y + 215), fill=skin)
    if face.covered:
        pen.arc((x - 160, y - 205, x + 160, y + 225), 180, 360, fill=cloth, width=46)
    else:
        pen.pieslice((x - 165, y - 215, x + 165, y + 90), 190, 350, fill=hair)
        pen.ellipse((x - 140, y - 105, x + 140, y + 90), fill=skin)
    _features(pen, face, x, y)


def _features(pen: ImageDraw.ImageDraw, face: Face, x: int, y: int) -> None:
    hair = face.pick("hair", _HAIR)
    for side in (-1, 1):
        eye = x + side * 64
        pen.ellipse((eye - 26, y - 16, eye + 26, y + 16), fill="#fbfbf8")
        pen.ellipse((eye - 12, y - 13, eye + 12, y + 13), fill="#33241a")
        pen.arc((eye - 40, y - 56, eye + 40, y - 6), 205, 335, fill=hair, width=9)
        if face.chance("glasses", 4):
            pen.ellipse((eye - 44, y - 34, eye + 44, y + 38), outline="#2b2f36", width=6)
    pen.arc((x - 22, y + 10, x + 22, y + 70), 20, 160, fill="#00000055", width=6)
    if not face.woman and face.chance("beard", 3):
        pen.chord((x - 118, y + 40, x + 118, y + 216), 10, 170, fill=hair)
    pen.arc((x - 56, y + 66, x + 56, y + 136), 25, 155, fill="#9c3f3f", width=10)
