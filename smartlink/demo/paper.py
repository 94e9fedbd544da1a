"""Papers of the demo, made by code: a drawn photo of a page on a table, and a PDF of one page."""

import io
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw, ImageFont

_TABLE, _PAPER, _INK, _FAINT = "#7a6a58", "#fbfaf5", "#26262b", "#c9c6bd"
_PAGE: Final = (595, 842)
"""A4, in points."""


def photo_of(title: str, lines: Sequence[str], turn: float = 2.5) -> bytes:
    """A JPEG, as somebody would take it with a phone: a little crooked, on a table."""
    sheet = Image.new("RGBA", (1_000, 1_400), _PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.text((90, 110), title, font=ImageFont.load_default(54), fill=_INK)
    pen.line((90, 200, 910, 200), fill=_FAINT, width=4)
    for number, line in enumerate(lines):
        pen.text((90, 250 + 62 * number), line, font=ImageFont.load_default(34), fill=_INK)
    pen.rectangle((30, 30, 970, 1_370), outline=_FAINT, width=3)
    photo = Image.new("RGB", (1_200, 1_600), _TABLE)
    turned = sheet.rotate(turn, Image.Resampling.BICUBIC, expand=True)
    photo.paste(turned, ((1_200 - turned.width) // 2, (1_600 - turned.height) // 2), turned)
    file = io.BytesIO()
    photo.save(file, "JPEG", quality=72)
    return file.getvalue()


def pdf_of(title: str, lines: Sequence[str]) -> bytes:
    """One page in Helvetica, which every reader has; letters of Western Europe only."""
    width, height = _PAGE
    said = [f"BT /F1 20 Tf 60 {height - 90} Td ({_escaped(title)}) Tj ET"]
    said += [
        f"BT /F1 12 Tf 60 {height - 140 - 22 * number} Td ({_escaped(line)}) Tj ET"
        for number, line in enumerate(lines)
    ]
    content = "\n".join(said).encode("cp1252")
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>" % (width, height),
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    return _file_of(parts)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _file_of(parts: Sequence[bytes]) -> bytes:
    """The objects numbered from 1, then where each begins."""
    made, begins = bytearray(b"%PDF-1.4\n"), []
    for number, part in enumerate(parts, 1):
        begins.append(len(made))
        made += b"%d 0 obj%s\nendobj\n" % (number, part)
    table = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    made += b"".join(b"%010d 00000 n \n" % begin for begin in begins)
    made += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, table)
    return bytes(made)
