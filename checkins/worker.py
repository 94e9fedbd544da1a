"""The face engine of this worker process: loaded once, after the fork, never shared by threads."""

import ctypes
import multiprocessing
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from celery import current_app
from celery.signals import worker_process_init
from django.conf import settings

from checkins.verification import weights

if TYPE_CHECKING:
    from checkins.verification.engine import Engine

log = structlog.get_logger(__name__)

# Memory that the main process shares with its children: how many have the models loaded.
_warm_children = multiprocessing.Value(ctypes.c_int, 0)


@cache
def engine() -> "Engine":
    """The engine with the weight set chosen at start; raises if no set is whole."""
    from checkins.verification.engine import load_engine  # noqa: PLC0415 - not in the web process

    return load_engine(Path(settings.FACE_WEIGHTS_DIR), Path(settings.DATA_DIR) / "deepface")


@worker_process_init.connect  # type: ignore[untyped-decorator]
def start_child(**_kwargs: object) -> None:
    """Load the models before the first photo comes."""
    if "verification" not in queues_served():
        return
    engine()
    with _warm_children.get_lock():
        _warm_children.value += 1
    log.info("face engine loaded", weights=engine().weights_name, process=os.getpid())


def queues_served() -> list[str]:
    """The queues that this worker was started for."""
    return sorted(current_app.amqp.queues.consume_from)


def engine_in_use() -> str | None:
    """In the main process: the weight set of its warm children, None while there are none."""
    return _weights_name() if _warm_children.value > 0 else None


@cache
def _weights_name() -> str:
    return weights.find(Path(settings.FACE_WEIGHTS_DIR)).name
