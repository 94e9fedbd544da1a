"""Addresses of the portal."""

from django.urls import URLPattern, URLResolver, path

from smartlink.portal.views import (
    app,
    check_in,
    demo,
    devices,
    entrance,
    hearings,
    home,
    my_data,
    pages,
    phone,
    questions,
    receipts,
    simulator,
)

app_name = "portal"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", entrance.welcome, name="welcome"),
    path("sign-out/", entrance.sign_out, name="sign_out"),
    path("invite/<str:code>/", entrance.invite, name="invite"),
    path("login-code/", entrance.login_code, name="login_code"),
    path("home/", home.home, name="home"),
    path("check-in/<uuid:check_in_id>/", check_in.check_in, name="check_in"),
    path("check-in/<uuid:check_in_id>/questions/", questions.questions, name="questions"),
    path("check-in/<uuid:check_in_id>/turns/", check_in.turns, name="check_in_turns"),
    path("check-in/<uuid:check_in_id>/status/", check_in.status, name="check_in_status"),
    path("hearings/", hearings.hearings, name="hearings"),
    path("hearings/seen/<uuid:notice_id>/", hearings.seen, name="hearing_seen"),
    path("hearings/link/", hearings.link, name="calendar_link"),
    path(
        "hearings/<uuid:hearing_id>/hearing.ics", hearings.one_as_calendar, name="hearing_calendar"
    ),
    path("calendar/<str:key>.ics", hearings.feed, name="feed"),
    path("check-in/<uuid:check_in_id>/phone/", phone.phone, name="check_in_phone"),
    path("receipts/", receipts.receipts, name="receipts"),
    path("receipts/<uuid:receipt_id>/", receipts.receipt, name="receipt"),
    path("receipts/<uuid:receipt_id>/receipt.jws", receipts.receipt_file, name="receipt_file"),
    path("privacy/", pages.privacy, name="privacy"),
    path("my-data/", my_data.my_data, name="my_data"),
    path("my-data/looks/", my_data.looks, name="looks"),
    path("my-data/copies/", my_data.ask_for_copy, name="ask_for_copy"),
    path("my-data/copies/<uuid:public_id>/", my_data.copy, name="copy"),
    path("my-data/devices/", devices.devices, name="devices"),
    path("my-data/devices/end-others/", devices.end_others, name="end_other_sessions"),
    path("my-data/devices/<int:session_id>/end/", devices.end_one, name="end_session"),
    path("manifest/<slug:language>.webmanifest", app.manifest, name="manifest"),
    path("offline/<slug:language>/", app.offline, name="offline"),
    path("language/", pages.language, name="language"),
    path("demo/", demo.start, name="demo"),
    path("demo/portrait.jpg", demo.portrait, name="demo_portrait"),
    path("demo/phone/", simulator.simulator, name="demo_phone"),
    path("demo/phone/recordings/<str:sid>", simulator.recording, name="demo_recording"),
    path("demo/photos/", demo.photos, name="demo_photos"),
    path("demo/photos/status/", demo.photos_status, name="demo_photos_status"),
]
