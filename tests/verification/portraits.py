"""Two public-domain portraits that wheels carry (both made by US agencies), and files of them."""

import importlib.util
import io
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter


@cache
def astronaut() -> Image.Image:
    """Eileen Collins, by NASA; 512 × 512. HOG also sees a false face in the suit."""
    return _shipped("skimage", "data/astronaut.png")


@cache
def hopper() -> Image.Image:
    """Grace Hopper, by the US Navy; 512 × 600."""
    return _shipped("matplotlib", "mpl-data/sample_data/grace_hopper.jpg")


def _shipped(package: str, name: str) -> Image.Image:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    with Image.open(Path(spec.origin).parent / name) as image:
        return image.convert("RGB")


def encoded(image: Image.Image, format: str = "JPEG", **kw: Any) -> bytes:
    file = io.BytesIO()
    if format == "JPEG":
        kw = {"quality": 92} | kw
    image.save(file, format, **kw)
    return file.getvalue()


EYES = {"astronaut": ((203, 107), (245, 107)), "hopper": ((225, 194), (307, 192))}
"""Pixels."""


def in_glasses(image: Image.Image, eyes: Any, *, dark: bool) -> Image.Image:
    """With glasses drawn on: opaque, or a thin frame around what is there."""
    drawn = image.copy()
    pen = ImageDraw.Draw(drawn)
    (left, top), (right, _) = eyes
    apart = right - left
    wide, high, line = apart * 0.44, apart * 0.3, max(2, apart // 20)
    for x in (left, right):
        box = (x - wide, top - high * 0.8, x + wide, top + high * 1.2)
        pen.rounded_rectangle(
            box, high * 0.6, fill=(20, 18, 18) if dark else None, outline=(35, 30, 30), width=line
        )
    pen.line((left + wide, top, right - wide, top), fill=(35, 30, 30), width=line)
    return drawn.filter(ImageFilter.GaussianBlur(0.7))


def variations(image: Image.Image) -> dict[str, bytes]:
    """The same moment by another camera, in other light, held otherwise."""
    width, height = image.size
    noise = np.random.default_rng(7).integers(-14, 15, (height, width, 3))
    noisy = np.clip(np.asarray(image).astype(int) + noise, 0, 255).astype(np.uint8)
    warm = [
        band.point(lambda value, by=by: min(255, round(value * by)))
        for band, by in zip(image.split(), (1.1, 1.0, 0.8), strict=True)
    ]
    pictures = {
        "crop": image.crop((width // 10, 0, width - width // 10, height * 4 // 5)),
        "brighter": ImageEnhance.Brightness(image).enhance(1.3),
        "darker": ImageEnhance.Brightness(image).enhance(0.5),
        "flat light": ImageEnhance.Contrast(image).enhance(0.6),
        "warm light": Image.merge("RGB", warm),
        "tilted left": image.rotate(10, Image.Resampling.BICUBIC, fillcolor=(90, 90, 90)),
        "tilted right": image.rotate(-12, Image.Resampling.BICUBIC, fillcolor=(90, 90, 90)),
        "tilted, whole": image.rotate(-8, Image.Resampling.BICUBIC, expand=True),
        "from further away": image.resize((width * 2 // 3, height * 2 // 3)),
        "many pixels": image.resize((width * 4, height * 4), Image.Resampling.BICUBIC),
        "noise": Image.fromarray(noisy),
        "soft focus": image.filter(ImageFilter.GaussianBlur(1)),
    }
    files = {name: encoded(picture) for name, picture in pictures.items()}
    return files | {
        "hard compression": encoded(image, quality=30),
        "progressive": encoded(image, progressive=True),
        "WebP": encoded(image, "WEBP", quality=80),
    }
