from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class ParticipantsConfig(AppConfig):
    name = "casework.participants"
    label = "participants"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework.participants import timeline_sources  # noqa: PLC0415 - needs the models

        timeline_sources.register()
        connection_created.connect(forgive_a_slip, dispatch_uid="search forgives a slip")


def forgive_a_slip(connection: Any, **_signal: Any) -> None:
    """PostgreSQL's own limit (0.6) finds no "Quinara" for "Quinera": one letter within seven.

    It cannot be said in the query: the index knows only the connection's limit.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET pg_trgm.word_similarity_threshold = 0.45")
