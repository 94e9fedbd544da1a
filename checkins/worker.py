"""The face engine of this worker process: loaded once, after the fork, never shared by threads."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from celery.signals import worker_process_init
from django.conf import settings

if TYPE_CHECKING:
    from checkins.verification.engine import Engine


@cache
def engine() -> "Engine":
    """The engine with the weight set chosen at start; raises if no set is whole."""
    from checkins.verification.engine import load_engine  # noqa: PLC0415 - not in the web process

    return load_engine(Path(settings.FACE_WEIGHTS_DIR), Path(settings.DATA_DIR) / "deepface")


@worker_process_init.connect  # type: ignore[untyped-decorator]
def warm_up(**_kwargs: object) -> None:
    """Load the models before the first photo comes, in verification workers only."""
    if serves_verification():
        engine()


def serves_verification() -> bool:
    """Whether this worker was started for the verification queue."""
    from celery import current_app  # noqa: PLC0415 - the app is bound when the worker is up

    return "verification" in current_app.amqp.queues.consume_from
