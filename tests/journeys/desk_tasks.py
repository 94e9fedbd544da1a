"""Counts what a task at the desk takes: clicks, and seconds of a browser that does not think."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

# A press of the pointer, and a choice from a list or of files (which has no press of its own).
_COUNTING = """
(() => {
  const add = () => sessionStorage.setItem('clicks', 1 + Number(sessionStorage.getItem('clicks')));
  addEventListener('pointerdown', add, true);
  addEventListener('change', (event) => {
    if (event.target.matches('select, input[type=file]')) add();
  }, true);
})()
"""


class Tasks:
    """`with tasks("enrol"):` notes clicks and seconds of the block; `say` prints them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks: dict[str, int] = {}
        self.seconds: dict[str, float] = {}
        page.add_init_script(_COUNTING)

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        before, began = self._clicks_so_far(), time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - began
        self.clicks[name] = self._clicks_so_far() - before

    def say(self) -> None:
        """One line a task, to be read with `-s`."""
        for name, clicks in self.clicks.items():
            sys.stdout.write(f"\n{name}: {clicks} clicks, {self.seconds[name]:.1f} s")

    def _clicks_so_far(self) -> int:
        if self.page.url == "about:blank":
            return 0
        return int(self.page.evaluate("Number(sessionStorage.getItem('clicks'))"))
