"""Writes down what became of everybody's last check-in: thousands of people a transaction.

Each is found by index. What was written meanwhile, by a move, stands.
"""

from django.db import migrations

BATCH = 5_000
FILL = """
WITH people AS (
    SELECT id FROM participants_participant WHERE id > %(after)s ORDER BY id LIMIT %(batch)s
), filled AS (
    INSERT INTO checkins_lastcheckin AS l (participant_id, check_in_id, issued_at, state)
    SELECT p.id, c.id, c.issued_at, c.state
    FROM people p CROSS JOIN LATERAL (
        SELECT id, issued_at, state FROM checkins_checkin
        WHERE participant_id = p.id AND issued_at IS NOT NULL
          AND state NOT IN ('open', 'verifying')
        ORDER BY issued_at DESC, id DESC LIMIT 1
    ) c
    ORDER BY p.id
    ON CONFLICT (participant_id) DO UPDATE
    SET check_in_id = excluded.check_in_id, issued_at = excluded.issued_at, state = excluded.state
    WHERE (excluded.issued_at, excluded.check_in_id) > (l.issued_at, l.check_in_id)
)
SELECT max(id) FROM people
"""


def fill(_apps, schema_editor):
    after = 0
    with schema_editor.connection.cursor() as cursor:
        while after is not None:
            cursor.execute(FILL, {"after": after, "batch": BATCH})
            (after,) = cursor.fetchone()
        cursor.execute("ANALYZE checkins_lastcheckin")


class Migration(migrations.Migration):

    atomic = False
    dependencies = [('checkins', '0030_last_check_ins')]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
