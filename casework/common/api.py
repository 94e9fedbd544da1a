"""What the API's views share: who calls, who may, and how lists are filtered."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:  # the settings name this module, and views read the settings
    from rest_framework.views import APIView


@dataclass(frozen=True)
class ParticipantCaller:
    """A participant's token speaks: not a Django user, never staff. `person` is a Participant."""

    person: Any
    is_authenticated: bool = True
    is_anonymous: bool = False
    is_active: bool = True
    is_staff: bool = False

    @property
    def pk(self) -> str:
        """For throttles: never the number of a staff user."""
        return f"participant-{self.person.pk}"


def is_staff(request: Request) -> bool:
    return bool(getattr(request.user, "is_staff", False) and request.user.is_active)


def is_participant(request: Request) -> bool:
    return isinstance(request.user, ParticipantCaller)


class StaffOnly(BasePermission):
    """Any member of staff; which rows they see is `visible_to`."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return is_staff(request)


class ParticipantOnly(BasePermission):
    """A participant, for the own things; which rows they see is `of`."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return is_participant(request)


class StaffOrParticipant(BasePermission):
    """Either; the view chooses the rows by who calls."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return is_staff(request) or is_participant(request)


class ParticipantWritesOnly(BasePermission):
    """Both may read; only the participant may write."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return is_staff(request) or is_participant(request)
        return is_participant(request)


class StaffWritesOnly(BasePermission):
    """Both may read; only staff may write."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return is_staff(request) or is_participant(request)
        return is_staff(request)


class OpenToAll(BasePermission):
    """Signing in, and nothing else."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return True


def require(user: Any, permission: str) -> None:
    """404 for a role that has nothing to do there: it should not learn what exists."""
    if not user.has_perm(permission):
        raise Http404
