"""The cells of one row: what they say, or what is wrong with them in plain words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from casework.common.imports.reading import Row


@dataclass(frozen=True)
class BadCell:
    """A row cannot be taken: `column` is ours, or empty for the row as a whole."""

    line: int
    column: str
    message: str


@dataclass
class Cells:
    """Reads the cells of one row and collects what is wrong."""

    row: Row
    now: datetime
    bad: list[BadCell] = field(default_factory=list)

    def wrong(self, column: str, message: str) -> None:
        self.bad.append(BadCell(self.row.line, column, message))

    def cell(self, column: str) -> str:
        return self.row.values.get(column, "")

    def word(self, column: str, known: Mapping[str, str]) -> str:
        """One of the words of `known`, by any of its spellings (apart by "|")."""
        written = self.cell(column)
        key = re.sub(r"[^a-z0-9]", "", written.casefold())
        for word, spellings in known.items():
            if key in spellings.split("|"):
                return word
        listed = ", ".join(word for word in known if word)
        if written:
            self.wrong(column, f"“{written[:60]}” is not one of: {listed}.")
        else:
            self.wrong(column, f"Is empty; one of: {listed}.")
        return ""

    def text(self, column: str, longest: int) -> str:
        written = self.cell(column)
        if len(written) > longest:
            self.wrong(column, f"Is longer than {longest} characters.")
        return written
