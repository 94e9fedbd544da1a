"""Above the caseload: what its reader did for several people and may still take back."""

from typing import Any

from django import template

from casework.common import clock
from checkins.models import ActForSeveral
from smartlink.console.several_words import MAY, WORDS

register = template.Library()


@register.simple_tag(takes_context=True)
def newest_to_take_back(context: dict[str, Any]) -> Any:
    """None when there is none; `did` says what."""
    user = context["request"].user
    if not user.has_perm(MAY):
        return None
    found: Any = ActForSeveral.objects.visible_to(user).to_take_back(clock.now()).first()
    if found is not None:
        found.did = WORDS[found.kind].done
    return found
