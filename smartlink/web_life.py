"""A web process's sign of life, and its watch over the other parts.

gunicorn reads this module as its configuration (`--config python:smartlink.web_life`). The web
watches too because a broker or scheduler that is away takes the sweeps' own watch with it.
"""

from threading import Event, Thread
from typing import Any

PAUSE_SECONDS = 10.0


def show_and_watch(stop: Event, pause_seconds: float = PAUSE_SECONDS) -> None:
    """Until told to stop. A database that is away is the very thing that silence will tell of."""
    import structlog  # noqa: PLC0415 - gunicorn reads this file before Django is set up
    from django.db import Error, connection  # noqa: PLC0415 - as above

    from casework.common import clock  # noqa: PLC0415 - as above
    from casework.faults import services  # noqa: PLC0415 - as above
    from casework.faults.rules import Part  # noqa: PLC0415 - as above

    log = structlog.get_logger(__name__)
    while not stop.wait(pause_seconds):
        try:
            services.beat(Part.WEB, clock.now())
            services.watch(clock.now())
        except Error as error:
            log.warning("sign of life lost", error=type(error).__name__)
        finally:
            connection.close()


def post_worker_init(_worker: Any) -> None:
    """gunicorn's hook: in each web process, once the application is loaded."""
    Thread(target=show_and_watch, args=(Event(),), name="sign of life", daemon=True).start()
