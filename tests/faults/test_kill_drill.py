"""Dispatchers, senders, workers and beat are killed at random, and their servers: all is done once.

The small drill is a test among others. `make drills` runs the whole one, with servers of its own
that are killed too; DRILL_CHECK_INS says with how many check-ins.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import Error, connection

from smartlink.stack.bootstrap import Venv
from smartlink.stack.servers import Servers
from tests.faults.drill import counts, crowd
from tests.faults.drill.victims import Victims
from tests.notices import fake_twilio
from tests.workers import ROOT

pytestmark = pytest.mark.stack
SEED = 20_261_124
KINDS_OF_STRIKES = {
    "sweeper killed",
    "worker killed",
    "beat killed",
    "Valkey flushed",
    "Valkey killed",
    "PostgreSQL killed",
    "PostgreSQL restarted",
    "database connections cut",
}


@dataclass
class Drill:
    """One drill over `size` check-ins, with so many strikes, one every so many seconds."""

    size: int
    every: float
    strikes: int
    victims: Victims
    provider: fake_twilio.FakeTwilio

    def run(self, patience: float) -> counts.Counts:
        """From the first plan to the last closing; what is found then. Prints the report."""
        crowd.fill(self.size)
        begun = time.monotonic()
        try:
            self._strike()
            # The last strike hits all at once, and nobody is there for as long as a lease lasts.
            self.victims.kill_all()
            crowd.let_leases_pass()
            self._finish(begun + patience)
        finally:
            self.victims.kill_all()
        found = counts.count() | counts.at_provider(self.provider)
        sys.stdout.write(counts.report(time.monotonic() - begun, self.victims.done, found))
        return found

    def _strike(self) -> None:
        strike_at = time.monotonic() + self.every
        while self.victims.done["strikes"] < self.strikes:
            self.victims.keep_alive()
            self._go_on()
            if time.monotonic() >= strike_at:
                self.victims.strike()
                strike_at = time.monotonic() + self.every
            time.sleep(self.every / 10)

    def _finish(self, until: float) -> None:
        while time.monotonic() < until and not self._is_closed():
            self.victims.keep_alive()
            self._go_on()
            time.sleep(1)

    def _go_on(self) -> None:
        """What happens outside: text messages arrive, and hours pass."""
        try:
            crowd.confirm_texts()
            crowd.let_windows_pass()
        except Error:  # the database has just been killed
            self.victims.done["times that the drill itself was cut off"] += 1
            connection.close()

    def _is_closed(self) -> bool:
        return counts.count("closed")["closed"] == self.size


def assert_all_done_once(found: counts.Counts, size: int) -> None:
    for name in ("check-ins", "issued", "noticed", "handed over", "closed"):
        assert found[name] == size, name
    for name in (
        "issued twice",
        "noticed twice",
        "handed over twice on a channel",
        "closed twice",
        "state and log differ",
        "missed without a delivered notice",
        "numbers that got two",
    ):
        assert found[name] == 0, name
    with_phone = size // crowd.ONE_PHONE_IN
    assert abs(found["numbers that got a text message"] - with_phone) <= 1
    assert found["missed"] + found["lapsed"] == size
    assert 0 < found["missed"] <= found["numbers that got a text message"]


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[fake_twilio.FakeTwilio]:
    """The telephone network, over HTTP: it counts what it gets, also from those who then die."""
    with fake_twilio.running() as (fake, url):
        for name, value in {**fake_twilio.SETTINGS, "TWILIO_BASE_URL": url}.items():
            monkeypatch.setenv(name, value)
        yield fake


@contextmanager
def _connected_to(servers: Servers, settings: Any) -> Iterator[None]:
    """This process and those that it starts use these servers instead of the tests' own."""
    kept = dict(connection.settings_dict)
    connection.close()
    assert servers.postgres is not None
    connection.settings_dict.update(
        HOST="127.0.0.1",
        PORT=servers.postgres.port,
        PASSWORD=servers.postgres.password,
        NAME="smartlink",
        USER="smartlink",
    )
    settings.REDIS_URL = servers.urls["REDIS_URL"]
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(kept)


@pytest.mark.django_db(transaction=True)
def test_processes_killed_at_random_lose_and_repeat_nothing(
    provider: fake_twilio.FakeTwilio, tmp_path: Path
) -> None:
    size = 300
    drill = Drill(size, 0.7, 6, Victims(tmp_path, None, SEED), provider)
    assert_all_done_once(drill.run(patience=60), size)


@pytest.mark.drill
def test_processes_and_servers_killed_at_random_lose_and_repeat_nothing(
    provider: fake_twilio.FakeTwilio,
    tmp_path: Path,
    settings: Any,
    django_db_blocker: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    size = int(os.environ.get("DRILL_CHECK_INS", "20000"))
    packages = Venv(ROOT).packages
    with (
        capsys.disabled(),
        django_db_blocker.unblock(),
        Servers.throwaway(packages, durable=True) as servers,
        _connected_to(servers, settings),
    ):
        call_command("migrate", verbosity=0)
        drill = Drill(size, 5, 20, Victims(tmp_path, servers, SEED), provider)
        assert_all_done_once(drill.run(patience=1200), size)
        assert set(drill.victims.done) >= KINDS_OF_STRIKES
