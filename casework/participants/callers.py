"""The participant behind an API request, or the one that staff ask about."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from casework.common.api import ParticipantCaller
from casework.participants.models import Participant
from casework.staff.callers import staff_of


def person_of(request: Request) -> Participant:
    """The caller, who is a participant; the view's permission has seen to it."""
    caller: object = request.user
    if not isinstance(caller, ParticipantCaller):
        raise PermissionDenied
    person: Participant = caller.person
    return person


def participant_for(request: Request, participant_id: UUID) -> Participant:
    """The participant of this address, if the calling staff may see them; else 404."""
    visible = Participant.objects.visible_to(staff_of(request))
    found: Participant = get_object_or_404(visible, public_id=participant_id)
    return found
