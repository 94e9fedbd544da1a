"""What is shown: plain lines into a file, a counting line on a terminal."""

import io
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo

from smartlink.stack.catalogues import compile_outdated, outdated
from smartlink.stack.screen import Screen, table, welcome

DEMO = {
    "staff": [{"role": "officer", "email": "ana@example.org", "password": "open-sesame"}],
    "participants": [{"id": "1", "name": "Jean", "invite": "http://x/i/abc", "pin": "1234"}],
}


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class Gone(io.StringIO):
    def write(self, _text: str) -> int:
        raise BrokenPipeError


def test_a_file_gets_one_plain_line_a_step() -> None:
    out = io.StringIO()
    screen = Screen(out)
    with screen.step("Packages"):
        screen.tick()
    with screen.step("Tables"):
        screen.say("    something happened")
    lines = out.getvalue().splitlines()
    assert lines[0].split() == ["Packages", "done", "0.0", "s"]
    assert lines[1].split() == ["Tables"]
    assert lines[2] == "    something happened"
    assert lines[3].split() == ["Tables", "done", "0.0", "s"]
    assert "\x1b" not in out.getvalue()


def test_a_failed_step_is_shown_as_failed() -> None:
    out = io.StringIO()
    with pytest.raises(RuntimeError), Screen(out).step("Tables"):
        raise RuntimeError
    assert "failed" in out.getvalue()


def test_a_terminal_counts_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    out = Terminal()
    screen = Screen(out)
    with screen.step("Packages"):
        screen.detail("uv is at work")
    assert "\r\x1b[K" in out.getvalue()
    assert out.getvalue().count("\n") == 2
    assert "    uv is at work\n" in out.getvalue()
    monkeypatch.setenv("TERM", "dumb")
    dumb = Terminal()
    with Screen(dumb).step("Packages"):
        pass
    assert "\x1b" not in dumb.getvalue()


def test_a_reader_that_went_away_stops_nobody() -> None:
    screen = Screen(Gone())
    screen.say("unheard")
    with screen.step("Packages"):
        screen.tick()


def test_the_start_screen_says_where_and_who() -> None:
    text = "\n".join(welcome("http://127.0.0.1:8000", 23.4, DEMO, "/data/logs"))
    for words in (
        "ready (23 s)",
        "http://127.0.0.1:8000/staff/",
        "Officer   ana@example.org   open-sesame",
        "Jean   PIN 1234   http://x/i/abc",
        "/data/logs",
        "Ctrl-C",
    ):
        assert words in text
    assert "sign-ins" not in "\n".join(welcome("http://x", 1, None, "/logs"))


def test_columns_are_aligned() -> None:
    assert table([("a", "bb"), ("ccc", "d")]) == ["a     bb", "ccc   d"]
    assert table([]) == []


def test_catalogues_are_compiled_only_when_older(tmp_path: Path) -> None:
    po = tmp_path / "es" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    po.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
                  'msgid "Hearing"\nmsgstr "Audiencia"\n')  # fmt: skip
    assert compile_outdated(tmp_path) == 1
    with po.with_suffix(".mo").open("rb") as file:
        assert read_mo(file).get("Hearing").string == "Audiencia"
    assert outdated(tmp_path) == []
    assert compile_outdated(tmp_path) == 0
    assert sorted(path.name for path in po.parent.iterdir()) == ["django.mo", "django.po"]
