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
        assert len(content) < 200_000 or path.name.startswith("requirements"), path
        assert not SECRET.search(content.decode("utf-8", "ignore")), path


def test_the_readme_names_only_what_exists() -> None:
    readme = (ROOT / "README.md").read_text()
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"`make ([a-z]+)`", readme)) <= targets
    assert set(re.findall(r"manage\.py (\w+)", readme)) <= set(get_commands())
    for link in re.findall(r"\]\(([\w./-]+)", readme):
        assert (ROOT / link).exists(), link
