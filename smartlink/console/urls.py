"""Addresses of the staff site: its own pages first, then the models' pages."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from smartlink import media
from smartlink.console.views import (
    appointments,
    calendar,
    check_ins,
    enrol,
    file,
    hearings,
    imports,
    invites,
    keeping,
    notices,
    photos,
    reviews,
)

pages: list[URLPattern | URLResolver] = [
    path("reviews/", reviews.queue, name="reviews"),
    path("reviews/<uuid:public_id>/", reviews.review, name="review"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<uuid:delivery_id>/again/", notices.send_again, name="send_again"),
    path("check-ins/<uuid:check_in_id>/", check_ins.check_in, name="check_in"),
    path("people/<uuid:participant_id>/request/", file.request_check_in, name="request"),
    path("people/<uuid:participant_id>/invite/", invites.invite, name="invite"),
    path("people/<uuid:participant_id>/plan/", file.plan, name="plan"),
    path("people/<uuid:participant_id>/photos/", photos.photos, name="photos"),
    path("people/<uuid:participant_id>/photos/tiles/", photos.tiles, name="photo_tiles"),
    path("people/<uuid:participant_id>/hold/", keeping.hold, name="hold"),
    path("people/<uuid:participant_id>/copy/", keeping.copies, name="copies"),
    path("copies/<uuid:public_id>/", keeping.copy, name="copy"),
    path("people/<uuid:participant_id>/edit/", file.edit, name="edit"),
    path("people/<uuid:participant_id>/assign/", file.assign_officer, name="assign"),
    path("people/<uuid:participant_id>/hearing/", hearings.add, name="add_hearing"),
    path("people/<uuid:participant_id>/appointment/", appointments.add, name="add_appointment"),
    path("appointments/<uuid:appointment_id>/", appointments.edit, name="appointment"),
    path(
        "appointments/<uuid:appointment_id>/settle/",
        appointments.settle,
        name="settle_appointment",
    ),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/link/", calendar.link, name="calendar_link"),
    path("hearings/day/", hearings.day, name="hearings_day"),
    path("hearings/import/", imports.start, name="import_hearings"),
    path("hearings/import/<uuid:import_id>/", imports.show, name="hearing_import"),
    path("hearings/import/<uuid:import_id>/confirm/", imports.confirm, name="confirm_import"),
    path("hearings/import/<uuid:import_id>/bad-rows.csv", imports.bad_rows, name="bad_rows"),
    path("hearings/disagreeing/", hearings.disagreeing, name="hearing_conflicts"),
    path("hearings/disagreeing/<uuid:conflict_id>/", hearings.settle, name="settle_hearing"),
    path("hearings/<uuid:hearing_id>/", hearings.hearing, name="hearing"),
    path("hearings/<uuid:hearing_id>/result/", hearings.result, name="hearing_result"),
    path("hearings/<uuid:hearing_id>/attendance/", hearings.attendance, name="attendance"),
    path("enrol/", enrol.start, name="enrol"),
    path("enrol/<uuid:participant_id>/", enrol.person, name="enrol_person"),
    path(
        "enrol/<uuid:participant_id>/photos/",
        photos.photos,
        {"enrolling": True},
        name="enrol_photos",
    ),
    path("enrol/<uuid:participant_id>/plan/", enrol.plan, name="enrol_plan"),
    path("photos/<uuid:public_id>/retire/", photos.retire, name="retire_photo"),
    path("reports/", include("smartlink.reports.urls")),
    path("photos/reference/<uuid:public_id>/", media.reference, name="reference_photo"),
    path("photos/attempt/<uuid:public_id>/", media.attempt, name="attempt_photo"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", (pages, "console", "console")),
    path("", admin.site.urls),
]
