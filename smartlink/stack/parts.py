"""The application's own processes: web, workers and scheduler."""

import os
import signal
from collections.abc import Mapping
from pathlib import Path

from smartlink.stack.data_dir import DataDir
from smartlink.stack.processes import Launch
from smartlink.stack.supervisor import Part

_MEMORY = "/dev/shm"  # noqa: S108 (gunicorn makes and unlinks an unguessable file)
_WEB_WORKERS = 2
_WEB_THREADS = 8


def manage(python: Path, root: Path, env: Mapping[str, str], log: Path, *words: str) -> Launch:
    """One of Django's commands, run to its end."""
    return Launch([python, root / "manage.py", *words], env, log=log, cwd=root)


def web(python: Path, root: Path, env: Mapping[str, str], logs: Path, bind: str) -> Part:
    """gunicorn: loads the application once, then forks its workers."""
    return Part(
        "web",
        "The web server",
        Launch(
            [
                python, "-m", "gunicorn", "smartlink.wsgi:application", "--bind", bind,
                "--config", "python:smartlink.web_life", "--preload",
                "--worker-class", "gthread", "--workers", str(_WEB_WORKERS),
                "--threads", str(_WEB_THREADS), "--graceful-timeout", "2", "--no-control-socket",
                "--worker-tmp-dir", _MEMORY if os.access(_MEMORY, os.W_OK) else logs,
            ],
            env, log=logs / "web.log", cwd=root, death_signal=signal.SIGTERM,
        ),
    )  # fmt: skip


def _celery(python: Path) -> list[str | Path]:
    """Without Django's checks: CI and the demonstration data's command have made them."""
    return [python, "-m", "celery", "-A", "smartlink.celery", "--skip-checks"]


def workers(python: Path, root: Path, env: Mapping[str, str], logs: Path) -> list[Part]:
    """A Celery worker for the short tasks, and one with a process a core for photos.

    They die at once with the supervisor: a task cut off is found again by its sweep.
    """
    kinds = [
        ("worker", "The worker for notices and reports", "default,notices,reports", 1),
        ("verification", "The verification worker", "verification", max(1, os.cpu_count() or 1)),
    ]
    return [
        Part(
            name,
            title,
            Launch(
                [
                    *_celery(python), "worker",
                    "--hostname", f"{name}@%h", "--queues", queues, "--pool", "prefork",
                    "--concurrency", str(processes), "--without-gossip", "--without-mingle",
                    "--loglevel", "INFO",
                ],
                env, log=logs / f"{name}.log", cwd=root, death_signal=signal.SIGKILL,
            ),
        )
        for name, title, queues, processes in kinds
    ]  # fmt: skip


def beat(python: Path, root: Path, env: Mapping[str, str], data: DataDir) -> Part:
    """Celery's clock, which nudges the sweeps."""
    return Part(
        "beat",
        "The scheduler",
        Launch(
            [
                *_celery(python), "beat", "--pidfile=",
                "--schedule", data.folder / "beat-schedule", "--loglevel", "INFO",
            ],
            env, log=data.logs / "beat.log", cwd=root, death_signal=signal.SIGKILL,
        ),
    )  # fmt: skip
