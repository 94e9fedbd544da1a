"""Addresses of the public proof of the draws."""

from django.urls import URLPattern, path

from smartlink.draws import views

app_name = "draws"
urlpatterns: list[URLPattern] = [
    path("", views.index, name="index"),
    path("keys.json", views.keys_json, name="keys"),
    path("recompute.py", views.program, name="program"),
    path("mine/", views.mine, name="mine"),
    path("receipt/", views.from_receipt, name="receipt"),
]
