"""A worker's child processes do not outlive it, not even when it is killed as it forks them."""

import os

import structlog
from celery.signals import worker_init, worker_process_init

log = structlog.get_logger(__name__)
_main = os.getpid()


@worker_init.connect  # type: ignore[untyped-decorator]
def remember_main(**_kwargs: object) -> None:
    """In the main process, before it forks: who the parent of every child has to be."""
    global _main
    _main = os.getpid()


@worker_process_init.connect  # type: ignore[untyped-decorator]
def end_without_parent(**_kwargs: object) -> None:
    """In a child, after Celery has asked the kernel to kill it with its parent.

    A parent that died before that is told of to nobody: the child would wait for work for ever.
    """
    if os.getppid() != _main:
        log.warning("worker child without a parent", parent=_main)
        os._exit(1)
