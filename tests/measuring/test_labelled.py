"""Labelled pairs are read in the dialects they come in, or refused by their line."""

import io
from pathlib import Path

import pytest
from PIL import Image

from checkins.verification.intake import inspect
from smartlink.measuring.labelled import NotLabelled, located, person_of, photo_bytes, read_pairs

WANTED = [(True, "p/1.jpg", "p/2.jpg"), (False, "p/1.jpg", "q/1.jpg")]


@pytest.mark.parametrize(
    "text",
    [
        "same,a,b\n1,p/1.jpg,p/2.jpg\n0,p/1.jpg,q/1.jpg\n",
        "\ufeffsame,a,b\r\n1,p/1.jpg,p/2.jpg\r\n0,p/1.jpg,q/1.jpg\r\n",
        "a,b,same\np/1.jpg,p/2.jpg,True\np/1.jpg,q/1.jpg,False\n",
        "Label; Path1; Path2\nsame; p/1.jpg; p/2.jpg\ndifferent; p/1.jpg; q/1.jpg\n",
        "image_1\timage_2\tis_same\np/1.jpg\tp/2.jpg\tyes\np/1.jpg\tq/1.jpg\tno\n",
        "number,match,left,right\n7,genuine,p/1.jpg,p/2.jpg\n8,impostor,p/1.jpg,q/1.jpg\n",
        "same,a,b\n1.0,./p/1.jpg,p\\2.jpg\n0.0,p//1.jpg,q/1.jpg\n\n",
        '1,p/1.jpg,p/2.jpg\n0,p/1.jpg,"q/1.jpg"\n',
    ],
)
def test_a_dialect_is_understood(text: str, tmp_path: Path) -> None:
    file = tmp_path / "pairs.csv"
    file.write_text(text, encoding="utf-8", newline="")
    assert read_pairs(file) == WANTED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no pairs"),
        ("same,a,b\n1,p/1.jpg\n", "Row 2 has too few"),
        ("same,a,b\n1,p/1.jpg,p/2.jpg\nmaybe,p/1.jpg,q/1.jpg\n", "Row 3 says 'maybe'"),
        ("same,a,b\n,p/1.jpg,p/2.jpg\n", "Row 2 says ''"),
        ("who,what,where\n1,p/1.jpg,p/2.jpg\n", "must name the columns"),
        ("same,a,a,b\n1,p/1.jpg,p/2.jpg,p/3.jpg\n", "must name the columns"),
    ],
)
def test_what_is_not_understood_is_refused(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "pairs.csv"
    file.write_text(text)
    with pytest.raises(NotLabelled, match=said):
        read_pairs(file)


def test_pairs_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotLabelled, match="FileNotFoundError"):
        read_pairs(tmp_path / "none.csv")


def test_photos_are_found_below_the_folder_beside_the_list_and_absolute(tmp_path: Path) -> None:
    images, lists = tmp_path / "faces", tmp_path / "lists"
    for file in (images / "p/1.jpg", lists / "q/2.jpg", tmp_path / "r/3.jpg"):
        file.parent.mkdir(parents=True)
        file.touch()
    away = str(tmp_path / "r/3.jpg")
    pairs = [(False, "p/1.jpg", "q/2.jpg"), (True, away, "faces/p/1.jpg")]
    assert located(pairs, images, lists / "pairs.csv") == {
        "p/1.jpg": images / "p/1.jpg",
        "q/2.jpg": lists / "q/2.jpg",
        away: Path(away),
        "faces/p/1.jpg": images / "p/1.jpg",
    }
    more = [*pairs, (True, "p/1.jpg", "s/4.jpg")]
    for share in (0.0, 0.1):
        with pytest.raises(NotLabelled, match=r"missing: 1, s/4\.jpg first"):
            located(more, images, lists / "pairs.csv", share)
    assert "s/4.jpg" not in located(more, images, lists / "pairs.csv", 0.5)


def test_formats_that_nobody_may_send_are_measured_all_the_same(tmp_path: Path) -> None:
    for name in ("one.gif", "one.bmp", "one.pgm", "one.tif"):
        Image.new("L", (40, 30), 90).save(tmp_path / name)
        header = inspect(photo_bytes(tmp_path / name))
        assert (header.format, header.width, header.height) == ("png", 40, 30)
    sent = io.BytesIO()
    Image.new("RGB", (40, 30)).save(sent, "JPEG")
    for name, data in (("one.JPG", sent.getvalue()), ("broken.gif", b"GIF89a")):
        (tmp_path / name).write_bytes(data)
        assert photo_bytes(tmp_path / name) == data


def test_who_is_on_a_photo_is_told_by_its_folder_unless_a_pair_says_otherwise() -> None:
    assert person_of(WANTED) == {"p/1.jpg": "p", "p/2.jpg": "p", "q/1.jpg": "q"}
    with pytest.raises(NotLabelled, match="folder of their own"):
        person_of([*WANTED, (True, "p/1.jpg", "q/1.jpg")])
