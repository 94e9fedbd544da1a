"""What is common to writers: rows that tick."""

from collections.abc import Callable, Iterator

from smartlink.reports.content import Row, Table

TICK_EVERY = 1000


def ticking(table: Table, tick: Callable[[int], None]) -> Iterator[Row]:
    """The rows, telling `tick` how many have passed."""
    number = 0
    for number, row in enumerate(table.rows(), 1):
        yield row
        if number % TICK_EVERY == 0:
            tick(TICK_EVERY)
    tick(number % TICK_EVERY)
