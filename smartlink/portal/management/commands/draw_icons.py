"""Draw the PNG icons of the home screen after static/portal/mark.svg; their files are committed."""

from math import cos, radians, sin
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from PIL import Image, ImageDraw

BOX = 36  # of mark.svg
GROUND, RING, TICK = "#0b5568", "#ffffff", "#8fe0c0"
CENTRE, RADIUS, STROKE = (18.26, 19.5), 10.3, 3.4
RING_FROM, RING_TO = 0, 331.5  # degrees, clockwise from the right
CORNERS = [(13, 17.5), (18, 22.5), (29.5, 9.5)]
FINER = 4
SAFE = 0.8  # what a phone's mask leaves of an icon


class Command(BaseCommand):
    help = "Draw static/portal/icon*.png anew."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "static" / "portal"
        for side in (192, 512):
            drawn(side, round_corners=True).save(folder / f"icon-{side}.png", optimize=True)
        drawn(512, round_corners=False).save(folder / "icon-maskable-512.png", optimize=True)


def drawn(side: int, *, round_corners: bool) -> Image.Image:
    """The mark; without round corners it fills the square and keeps to its middle."""
    size = side * FINER
    scale = size / BOX
    picture = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    corner = 8 * scale if round_corners else 0
    pen.rounded_rectangle((0, 0, size - 1, size - 1), corner, fill=GROUND)
    shrunk = 1 if round_corners else SAFE
    for points, colour in ((_ring(), RING), (CORNERS, TICK)):
        placed = [_placed(point, scale, shrunk) for point in points]
        _stroke(pen, placed, STROKE * scale * shrunk, colour)
    return picture.resize((side, side), Image.Resampling.LANCZOS)


def _ring() -> list[tuple[float, float]]:
    steps = [RING_FROM + (RING_TO - RING_FROM) * step / 200 for step in range(201)]
    return [
        (CENTRE[0] + RADIUS * cos(radians(at)), CENTRE[1] + RADIUS * sin(radians(at)))
        for at in steps
    ]


def _placed(point: tuple[float, float], scale: float, shrunk: float) -> tuple[float, float]:
    across, down = ((value - BOX / 2) * shrunk + BOX / 2 for value in point)
    return across * scale, down * scale


def _stroke(
    pen: ImageDraw.ImageDraw, points: list[tuple[float, float]], width: float, colour: str
) -> None:
    """A line with round ends and corners."""
    pen.line(points, fill=colour, width=round(width), joint="curve")
    for across, down in points:
        half = width / 2
        pen.ellipse((across - half, down - half, across + half, down + half), fill=colour)
