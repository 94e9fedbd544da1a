"""Every address of the site (DESIGN §14)."""

from django.urls import URLPattern, URLResolver, include, path

from smartlink.reports.public import statistics
from smartlink.reports.views import file as report_file

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/", include("smartlink.console.urls")),
    path("api/v1/", include("smartlink.api.urls")),
    path("statistics/", statistics, name="statistics"),
    path("reports/<str:token>/", report_file, name="report-file"),
    path("webhooks/notices/", include("casework.notices.urls")),
    path("", include("smartlink.portal.reach_urls")),
    path("draws/", include("smartlink.draws.urls")),
    path("phone/", include("smartlink.phone.urls")),
    path("", include("smartlink.receipts.urls")),
    path("", include("smartlink.health_urls")),
    path("", include("smartlink.portal.urls")),
]
