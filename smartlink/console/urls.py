"""Addresses of the staff site: its own pages first, then the models' pages."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

pages: list[URLPattern | URLResolver] = []
urlpatterns: list[URLPattern | URLResolver] = [
    path("", (pages, "console", "console")),
    path("", admin.site.urls),
]
