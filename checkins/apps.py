from django.apps import AppConfig

from casework.faults.registry import watch_queue
from casework.faults.rules import Kind as FaultKind


class CheckinsConfig(AppConfig):
    name = "checkins"
    verbose_name = "Check-ins"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from checkins import (  # noqa: PLC0415 - need the models
            copies,
            findings,
            imports,
            passing_on,
            retention,
            timeline,
        )
        from checkins.notices.kinds import register_kinds  # noqa: PLC0415 - needs the models
        from checkins.sweeps import oldest_unverified  # noqa: PLC0415 - as above

        register_kinds()
        retention.register()
        copies.register()
        findings.register_subject()
        imports.register()
        timeline.register()
        passing_on.register()
        watch_queue(FaultKind.VERIFICATION, oldest_unverified)
