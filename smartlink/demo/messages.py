"""Messages of the demo: some that wait for the officer, some answered, in several languages."""

from datetime import datetime, timedelta

from casework.messages.services import mark_read, send
from casework.participants.models import Participant
from smartlink.demo import cast

TALKS = {
    1: [
        ("participant", "Buenos días. Mi horario de trabajo cambió: ahora salgo a las seis."),
        ("staff", "Gracias. ¿Qué días trabaja hasta las seis?"),
        ("participant", "De lunes a viernes. El sábado no trabajo."),
    ],
    2: [
        ("participant", "السلام عليكم. متى يجب أن أحضر إلى المكتب ومعي عقد الإيجار؟"),
        ("staff", "Wednesday between 9 and 11. Please bring the lease and one letter."),
    ],
    5: [("participant", "Good morning. My phone was stolen. I am writing from my sister's phone.")],
    8: [
        ("staff", "Your next appointment has a new room: 204, second floor."),
        ("participant", "Thank you, I will be there."),
    ],
}


def give_messages(now: datetime) -> None:
    """After everybody has been taken in; positions are those of the cast."""
    for position, talk in TALKS.items():
        part = cast.CAST[position]
        person = Participant.objects.get(given_name=part.given_name, family_name=part.family_name)
        officer = person.assignments.get(until_at__isnull=True).officer
        for number, (author, text) in enumerate(talk):
            at = now - timedelta(hours=26 + position - 3 * number)
            if author == "staff":
                send(officer, person, text, now=at)
            else:
                mark_read(person, by=person, now=at)
                send(person, person, text, now=at)
