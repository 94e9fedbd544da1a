"""Figures for Prometheus: the program's, read from PostgreSQL, and those of the requests."""

from collections.abc import Iterator

from django.db.models import Count, Min
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from casework.common import clock
from checkins.models import CheckIn, ReferencePhoto, Review, Verification
from smartlink import request_metrics


class ProgramCollector(Collector):
    """Counts that say how the program is doing; no label names a person."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = clock.now()
        states = GaugeMetricFamily(
            "smartlink_check_ins", "Check-ins waiting on somebody, by state", labels=["state"]
        )
        waiting = CheckIn.objects.filter(state__in=["open", "verifying", "in_review"])
        counted = dict(waiting.order_by().values_list("state").annotate(n=Count("pk")))
        for state in ("open", "verifying", "in_review"):
            states.add_metric([state], counted.get(state, 0))
        yield states
        for name, help_text, rows, field in [
            (
                "verifications_waiting",
                "Attempts not verified yet",
                Verification.objects.filter(finished_at__isnull=True),
                "created_at",
            ),
            (
                "reviews_waiting",
                "Reviews not decided yet",
                Review.objects.filter(verdict=""),
                "opened_at",
            ),
            (
                "reference_photos_waiting",
                "Reference photos not checked yet",
                ReferencePhoto.objects.waiting(),
                "added_at",
            ),
        ]:
            found = rows.order_by().aggregate(n=Count("pk"), oldest=Min(field))
            yield GaugeMetricFamily(f"smartlink_{name}", help_text, value=found["n"])
            age = (now - found["oldest"]).total_seconds() if found["oldest"] else 0.0
            yield GaugeMetricFamily(
                f"smartlink_{name}_oldest_seconds", f"{help_text}: age of the oldest", value=age
            )


def exposition() -> tuple[bytes, str]:
    """The current figures in Prometheus' text format, and its content type."""
    registry = CollectorRegistry()
    registry.register(ProgramCollector())
    return generate_latest(registry) + request_metrics.exposition(), CONTENT_TYPE_LATEST
