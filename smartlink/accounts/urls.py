"""Addresses of the accounts of staff, under /staff/."""

from django.urls import URLPattern, URLResolver, path

from smartlink.accounts import passkeys, views

app_name = "accounts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", views.account, name="account"),
    # Before the admin's own at the same address.
    path("password_change/", views.change_password, name="change_password"),
    path("account/second-factor/", views.second_factor, name="second_factor"),
    path("account/passkeys/add/", passkeys.add, name="add_passkey"),
    path("account/passkeys/keep/", passkeys.keep, name="keep_passkey"),
    path("account/passkeys/<uuid:passkey_id>/remove/", passkeys.remove, name="remove_passkey"),
    path("passkey/ask/", passkeys.ask, name="ask_passkey"),
    path("passkey/", passkeys.enter, name="enter_passkey"),
    path("account/sessions/<uuid:public_id>/end/", views.end_session, name="end_session"),
    path("accounts/<uuid:public_id>/", views.colleague, name="colleague"),
    path("welcome/<str:code>/", views.welcome, name="welcome"),
]
