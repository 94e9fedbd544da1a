"""The member of staff behind an API request."""

from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from casework.staff.models import User


def staff_of(request: Request) -> User:
    """The caller, who is staff; the view's permission has seen to it, and this makes sure."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
