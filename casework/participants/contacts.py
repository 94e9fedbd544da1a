"""Numbers that a participant takes up: beside the old one until the new one is verified."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.actors import Actor
from casework.common.errors import RuleError
from casework.participants.models import ContactPoint, Participant


@transaction.atomic
def add_phone(
    participant: Participant, number: str, *, by: Actor, now: datetime
) -> tuple[ContactPoint, ContactPoint | None]:
    """A number beside the one in use, and that one (None: there was none).

    Until `take_over` the one in use stays first in line for everything that is sent. Raises
    `RuleError` for a number that is in use and verified already.
    """
    Participant.objects.select_for_update().get(pk=participant.pk)
    phones = list(participant.contact_points.filter(kind=ContactPoint.Kind.PHONE))
    known = next((point for point in phones if str(point.phone) == str(number)), None)
    if known is not None and known.verified_at is not None:
        raise RuleError(_("This is the number that we have already."), field="phone")
    others = [point for point in phones if point is not known]
    if known is None:
        first = not participant.contact_points.filter(preferred=True).exists()
        known = ContactPoint.objects.create(
            participant=participant, kind=ContactPoint.Kind.PHONE, phone=number, preferred=first
        )
    _record("added a phone number", known, by, now)
    return known, others[0] if others else None


@transaction.atomic
def take_over(
    point: ContactPoint, replaces: ContactPoint | None, *, by: Actor, now: datetime
) -> None:
    """Somebody has answered through this number: it is verified, and the one it replaces goes."""
    preferred = point.preferred
    if replaces is not None:
        preferred = preferred or replaces.preferred
        replaces.delete()
    point.verified_at, point.preferred = now, preferred
    point.save(update_fields=["verified_at", "preferred"])
    _record("verified a phone number", point, by, now)


def _record(verb: str, point: ContactPoint, by: Actor, now: datetime) -> None:
    person = point.participant
    record(verb, ("participant", person.public_id), by=by, now=now, participant=person.public_id)
