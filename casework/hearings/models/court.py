"""Immigration courts: where they sit and their local time."""

from urllib.parse import urlencode

from django.db import models
from timezone_field import TimeZoneField

from casework.common.models import PublicIdModel


class Court(PublicIdModel):
    """An immigration court. `listed_on`: the day our list of courts speaks of; empty for others."""

    name = models.CharField(max_length=160, unique=True)
    address = models.TextField(blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=40, blank=True)
    timezone = TimeZoneField(default="America/New_York")
    listed_on = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """On one line: "26 Federal Plaza, New York, NY"; what is not known is left out."""
        street = ", ".join(line.strip() for line in self.address.splitlines() if line.strip())
        with_city = bool(self.city) and f", {self.city}," in f", {street},"
        parts = [street] if with_city else [street, self.city, self.state]
        return ", ".join(part for part in parts if part)

    @property
    def map_link(self) -> str:
        """Finds the court by its name and place in a map that every phone opens."""
        query = ", ".join(part for part in (self.name, self.place) if part)
        return f"https://www.google.com/maps/search/?{urlencode({'api': 1, 'query': query})}"
