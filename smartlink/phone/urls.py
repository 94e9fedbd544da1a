"""Addresses that the telephone provider asks."""

from django.urls import URLPattern, path

from smartlink.phone import views

app_name = "phone"
urlpatterns: list[URLPattern] = [
    path("call/", views.call, name="call"),
    path("turn/", views.turn, name="turn"),
    path("status/", views.status, name="status"),
]
