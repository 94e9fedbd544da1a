"""The rules of the repository itself."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(settings.BASE_DIR)
# Split in two, so that this file does not find itself.
SECRET = re.compile("-----BEGIN " + r"[A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}")


def files() -> list[Path]:
    """What git knows; a tree without git has nothing to say here."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("This is no git checkout.")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_of_code_is_past_four_hundred_lines() -> None:
    code = [p for p in files() if p.suffix == ".py" and not {"migrations", "tests"} & {*p.parts}]
    assert len(code) > 100
    assert [p.name for p in code if len(p.read_text().splitlines()) > 400] == []


def test_nothing_large_and_no_secret_is_kept() -> None:
    for path in files():
        content = path.read_bytes()
        grows = path.suffix == ".po" or path.name.startswith("requirements")
        assert len(content) < (500_000 if grows else 200_000), path
        assert not SECRET.search(content.decode("utf-8", "ignore")), path


def test_the_readme_names_only_what_exists() -> None:
    readme = (ROOT / "README.md").read_text()
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"`make ([a-z]+)`", readme)) <= targets
    assert set(re.findall(r"manage\.py (\w+)", readme)) <= set(get_commands())
    for link in re.findall(r"\]\(([\w./-]+)", readme):
        assert (ROOT / link).exists(), link


# What no page, catalogue or code of ours may call anybody's conduct, in each language it speaks.
ACCUSING = re.compile(
    "|".join((
        r"violat(?:ion|ed|or|ing)", "violaci[oó]n", "viola[cç][aã]o", "vyolasyon", "违规", "违反",
        "انتهاك", "مخالفة", "нарушени", "ਉਲੰਘਣਾ", "vi phạm",
    )),
    re.IGNORECASE,
)  # fmt: skip
# PostgreSQL's own names of errors.
NOT_ABOUT_PEOPLE = re.compile("(?:restrict|check|unique|foreign_key)_violation")


def accuses(text: str) -> bool:
    return bool(ACCUSING.search(NOT_ABOUT_PEOPLE.sub("", text)))


def test_nothing_of_ours_calls_itself_a_violation() -> None:
    spoken = {"templates", "locale", "static", "casework", "checkins", "smartlink"}
    texts = [
        path for path in files()
        if path.relative_to(ROOT).parts[0] in spoken
        and path.suffix in {".html", ".txt", ".po", ".py", ".js", ".svg"}
    ]  # fmt: skip
    assert len(texts) > 300
    assert [path.name for path in texts if accuses(path.read_text())] == []
    assert accuses("A violation was recorded.")
    assert accuses("Se registró una violación.")
    assert not accuses("USING ERRCODE = 'check_violation'")
