"""Addresses of the report pages, below /staff/reports/."""

from django.urls import path

from smartlink.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.index, name="index"),
    path("make/", views.make, name="make"),
    path("person/<uuid:participant_id>/", views.of_person, name="of_person"),
    path("schedules/<uuid:public_id>/end/", views.end_schedule, name="end_schedule"),
    path("<uuid:public_id>/", views.one, name="one"),
    path("<uuid:public_id>/progress/", views.progress, name="progress"),
    path("<uuid:public_id>/cancel/", views.cancel, name="cancel"),
    path("<uuid:public_id>/again/", views.again, name="again"),
    path("<uuid:public_id>/manifest/", views.manifest, name="manifest"),
    path("<uuid:public_id>/<slug:form>/", views.download, name="download"),
]
