"""A process of `bench verify` that is asked for work and answers, a line of JSON each way."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.core.management.base import CommandError

MODULE = "checkins.verification.contest"


class Contestant:
    """Started and ready once made; raises CommandError with the end of what it said if it dies."""

    def __init__(self, task: Mapping[str, Any]) -> None:
        self._errors = tempfile.TemporaryFile(mode="w+")  # noqa: SIM115 - closed at the exit
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", MODULE],
            cwd=settings.BASE_DIR,
            env=environment(str(task["contestant"])),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        if process.stdin is None or process.stdout is None:
            raise CommandError("The measured process has no pipes.")
        self._process, self._to, self._from = process, process.stdin, process.stdout
        try:
            self._write(task)
            self.answer()
        except BaseException:
            self.end()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        self.end()

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()
        self._errors.close()

    def ask(self, **work: float) -> dict[str, Any]:
        self.send(**work)
        return self.answer()

    def send(self, **work: float) -> None:
        self._write(work)

    def answer(self) -> dict[str, Any]:
        line = self._from.readline()
        if not line:
            self._errors.seek(0)
            raise CommandError(f"A measured process ended: {self._errors.read()[-800:]}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _write(self, what: Mapping[str, Any]) -> None:
        self._to.write(json.dumps(what) + "\n")
        self._to.flush()


def environment(contestant: str) -> dict[str, str]:
    """Ours but for threads: as the libraries are shipped, unless one was asked for."""
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    env = {name: value for name, value in os.environ.items() if name not in threads}
    return env | (dict.fromkeys(threads, "1") if contestant == "naive on one thread" else {})
