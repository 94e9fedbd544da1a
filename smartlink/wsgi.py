"""The web process's entry for gunicorn."""

import os
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application


def _count_together(folder: Path) -> None:
    """Let the processes of this web server share their metrics, before they load their library.

    Each start of a server has a folder of its own, named by the process that started it; those of
    servers that are gone are removed. A folder that the operator has set is left alone.
    """
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        return
    own = folder / str(os.getppid())
    own.mkdir(parents=True, exist_ok=True, mode=0o700)
    for other in folder.iterdir():
        if other != own and not Path("/proc", other.name).exists():
            with suppress(OSError):  # another process of ours was quicker
                for file in other.iterdir():
                    file.unlink(missing_ok=True)
                other.rmdir()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(own)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartlink.settings")
_count_together(settings.DATA_DIR / "metrics")

application = get_wsgi_application()
