"""The rows that a caller may name: another person's are not there (404)."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.request import Request

from casework.common.api import is_participant
from casework.participants.callers import person_of
from casework.staff.callers import staff_of
from checkins.models import CheckIn
from checkins.querysets import CheckInQuerySet


def visible_check_ins(request: Request) -> CheckInQuerySet:
    """Of staff: what `visible_to` says; of a participant: the own ones."""
    if is_participant(request):
        return CheckIn.objects.of(person_of(request))
    return CheckIn.objects.visible_to(staff_of(request))


def check_in_for(request: Request, check_in_id: UUID) -> CheckIn:
    """The check-in of this address, if the caller may see it; else 404."""
    rows = visible_check_ins(request).select_related("participant")
    found: CheckIn = get_object_or_404(rows, public_id=check_in_id)
    return found
