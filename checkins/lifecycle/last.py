"""Keeps what became of each person's last check-in beside the person (`LastCheckIn`).

In the transaction that moves the check-in and after it: its row is locked first, the person's row
here second. Who moves check-ins of several people goes by participant, upwards. So of two that
meet one waits for the other, never each for the other.
"""

from django.db import connection

from checkins.models import CheckIn
from checkins.states import WAITING_FOR_PARTICIPANT, State

# What is newer stands, and the state of the very same one follows. A row that is not there, or is
# behind, is right again with the person's next move.
_NOTE = """
INSERT INTO checkins_lastcheckin AS l (participant_id, check_in_id, issued_at, state)
VALUES (%s, %s, %s, %s)
ON CONFLICT (participant_id) DO UPDATE
SET check_in_id = excluded.check_in_id, issued_at = excluded.issued_at, state = excluded.state
WHERE (excluded.issued_at, excluded.check_in_id) >= (l.issued_at, l.check_in_id)
"""


def note_last(check_in: CheckIn) -> None:
    """Write its state down, unless it waits for the person, was not issued, or is not the last."""
    if check_in.issued_at is None or State(check_in.state) in WAITING_FOR_PARTICIPANT:
        return
    person, state = check_in.participant_id, check_in.state
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, (person, check_in.pk, check_in.issued_at, state))
