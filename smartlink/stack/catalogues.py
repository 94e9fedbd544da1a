"""Compile translation catalogues that are newer than their compiled form.

Runs under the virtual environment's Python: `python -m smartlink.stack.catalogues FOLDER`.
"""

import os
import sys
from pathlib import Path

from smartlink.stack.bootstrap import Venv
from smartlink.stack.processes import Launch, run_to_end


def outdated(folder: Path) -> list[Path]:
    """The .po files below `folder` whose .mo is missing or older."""
    return [
        po
        for po in sorted(folder.glob("*/LC_MESSAGES/*.po"))
        if not po.with_suffix(".mo").exists()
        or po.with_suffix(".mo").stat().st_mtime < po.stat().st_mtime
    ]


def compile_outdated(folder: Path) -> int:
    """Compile what is outdated; the number of catalogues compiled."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 (absent until .venv is made)
    from babel.messages.pofile import read_po  # noqa: PLC0415

    todo = outdated(folder)
    for po in todo:
        language = po.parent.parent.name
        with po.open("rb") as source:
            catalogue = read_po(source, locale=language, domain=po.stem)
        unfinished = po.with_suffix(f".mo.{os.getpid()}")
        with unfinished.open("wb") as target:
            write_mo(target, catalogue)
        unfinished.replace(po.with_suffix(".mo"))
    return len(todo)


def compile_catalogues(venv: Venv) -> None:
    """compile_outdated() under the environment's Python, where Babel is."""
    folder = venv.root / "locale"
    if outdated(folder):
        run_to_end(
            Launch(
                [venv.python, "-m", "smartlink.stack.catalogues", folder],
                dict(os.environ),
                cwd=venv.root,
            ),
            "Compiling the translations",
        )


if __name__ == "__main__":
    compile_outdated(Path(sys.argv[1]))
