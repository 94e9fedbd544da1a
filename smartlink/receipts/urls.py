"""Public addresses of the receipts (DESIGN §14)."""

from django.urls import URLPattern, path

from smartlink.receipts import views

app_name = "receipts"
urlpatterns: list[URLPattern] = [
    path("verify/", views.verify, name="verify"),
    path(".well-known/jwks.json", views.jwks_json, name="jwks"),
]
