"""How a participant looks in lists: a small photo or initials, the name, the A-number."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from casework.participants.models import Participant
from casework.participants.registry import file_of_participant


def render_person(participant: Participant) -> SafeString:
    """Small photo or initials, name and A-number."""
    picture = file_of_participant.picture(participant)
    initials = (participant.given_name[:1] + participant.family_name[:1]).upper()
    face = (
        format_html(
            '<img class="face" src="{}" alt="" loading="lazy" width="40" height="40">', picture
        )
        if picture
        else format_html('<span class="face" aria-hidden="true">{}</span>', initials)
    )
    return format_html(
        '<span class="person">{}<span><b>{}</b><small class="a-number">A {}</small></span></span>',
        face,
        participant.full_name,
        spaced(participant.a_number),
    )


def spaced(a_number: str) -> str:
    """As people read it out: 012 345 678."""
    return f"{a_number[:3]} {a_number[3:6]} {a_number[6:]}"
