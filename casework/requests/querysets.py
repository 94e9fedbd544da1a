"""Whose requests a person may see, and which wait for somebody."""

from typing import TYPE_CHECKING

from django.db import models

from casework.participants.querysets import scope
from casework.requests.rules import HELP_WAITING, ChangeState

if TYPE_CHECKING:
    from casework.participants.models import Participant
    from casework.staff.models import User


class ChangeQuerySet(models.QuerySet["ChangeReport"]):  # type: ignore[name-defined]
    def visible_to(self, user: "User") -> "ChangeQuerySet":
        return self.filter(scope(user, "participant"))

    def of(self, participant: "Participant") -> "ChangeQuerySet":
        return self.filter(participant=participant)

    def waiting(self) -> "ChangeQuerySet":
        """Reported, and nobody has confirmed or refused it yet."""
        return self.filter(state=ChangeState.REPORTED.value)


class HelpQuerySet(models.QuerySet["HelpRequest"]):  # type: ignore[name-defined]
    def visible_to(self, user: "User") -> "HelpQuerySet":
        return self.filter(scope(user, "participant"))

    def of(self, participant: "Participant") -> "HelpQuerySet":
        return self.filter(participant=participant)

    def waiting(self) -> "HelpQuerySet":
        """Asked for, and not closed yet."""
        return self.filter(state__in=sorted(state.value for state in HELP_WAITING))
