"""The repository itself: nothing too long, too large or secret, and no link to nowhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ["smartlink", "casework", "checkins", "tests", "docs", "templates", "static", "locale"]
MOST_LINES = 400
MOST_BYTES = 200_000
# Written in two parts, or this file would hold what it looks for.
SECRETS = {
    "a private key": re.compile(rb"-----BEGIN [A-Z ]*PRIVATE " + rb"KEY-----"),
    "an AWS key": re.compile(rb"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a Slack token": re.compile(rb"\bxox[abprs]-[0-9A-Za-z-]{20,}"),
    "a GitHub token": re.compile(rb"\bgh[pousr]_[0-9A-Za-z]{36}\b"),
    "a Twilio key": re.compile(rb"\b(?:AC|SK)[0-9a-f]{32}\b"),
    "a password in an address": re.compile(
        rb"\b(?:postgres|redis|https?)://(?!user:password@)[^\s:/{]+:[^\s@{/]+@"
    ),
}
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def files() -> Iterator[Path]:
    for path in ROOT.iterdir():
        if path.is_file() and not path.name.startswith(".coverage"):
            yield path
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            made = "__pycache__" in path.parts or path.suffix in {".mo", ".pyc"}
            if path.is_file() and not made:
                yield path


def named(paths: Iterator[Path]) -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in paths)


def test_no_file_of_code_is_longer_than_it_can_be_read() -> None:
    code = (path for path in files() if path.suffix in {".py", ".css", ".js", ".html"})
    long = (path for path in code if len(path.read_text().splitlines()) > MOST_LINES)
    assert named(long) == []


def test_no_file_is_large_but_the_locks() -> None:
    assert named(path for path in files() if path.stat().st_size > MOST_BYTES) == []


@pytest.mark.parametrize("what", SECRETS)
def test_no_secret_lies_in_the_repository(what: str) -> None:
    assert named(path for path in files() if SECRETS[what].search(path.read_bytes())) == []


@pytest.mark.parametrize(
    ("what", "planted"),
    [
        ("a private key", b"-----BEGIN EC PRIVATE " + b"KEY-----"),
        ("an AWS key", b"AKIA" + b"ABCDEFGHIJKLMNOP"),
        ("a password in an address", b"postgres" + b"://me:hunter2@db/x"),
    ],
)
def test_the_scan_finds_what_is_planted(what: str, planted: bytes) -> None:
    assert SECRETS[what].search(b"x = '" + planted + b"'")


def test_every_link_between_documents_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    links = [(page, target) for page in pages for target in LINK.findall(page.read_text())]
    assert links
    assert [f"{page.name}: {to}" for page, to in links if not (page.parent / to).exists()] == []
