"""Who may open a page of the staff site that is not a model's: stated on every view."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from casework.participants.models import Participant
from casework.staff.models import User

View = Callable[..., HttpResponse]


class StaffRequest(HttpRequest):
    """A request whose user the gate has seen."""

    user: User


def staff_page(permission: str) -> Callable[[View], View]:
    """Only signed-in staff whose role has `permission`; to others the page does not exist.

    Which rows they see is for the view: it starts from `visible_to(request.user)`.
    """

    def gated(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not (isinstance(request.user, User) and request.user.has_perm(permission)):
                raise Http404
            return view(request, *args, **kwargs)

        opened = admin.site.admin_view(inner)
        opened.gate = permission  # type: ignore[attr-defined]
        return opened

    return gated


def for_all_staff(view: View) -> View:
    """Any signed-in member of staff, for what is their own."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not isinstance(request.user, User):
            raise Http404
        return view(request, *args, **kwargs)

    opened = admin.site.admin_view(inner)
    opened.gate = "all staff"  # type: ignore[attr-defined]
    return opened


def open_to_all(view: View) -> View:
    """Whoever has the address: it carries its own secret, or shows nobody's data."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    inner.gate = "anyone"  # type: ignore[attr-defined]
    return inner


def page(
    request: HttpRequest, template: str, title: object, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page in the staff site's frame."""
    frame = admin.site.each_context(request)
    return render(request, template, {**frame, "title": title, **context}, status=status)


def participant_or_404(request: StaffRequest, public_id: UUID) -> Participant:
    """The participant, if this member of staff may open the file."""
    rows: QuerySet[Participant] = Participant.objects.visible_to(request.user).select_related(
        "office"
    )
    return get_object_or_404(rows, public_id=public_id)
