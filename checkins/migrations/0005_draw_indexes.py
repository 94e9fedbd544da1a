"""Indexes of the draw on the big table of check-ins: made without locking it."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("checkins", "0004_draws")]

    operations = [
        AddIndexConcurrently(
            model_name="checkin",
            index=models.Index(
                fields=["planned_for"], condition=Q(state="planned"), name="checkin_planned_due"
            ),
        ),
        AddIndexConcurrently(
            model_name="checkin",
            index=models.Index(
                fields=["participant", "planned_for"],
                condition=Q(draw_sequence__isnull=False),
                name="checkin_drawn_by_participant",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "CREATE UNIQUE INDEX CONCURRENTLY checkin_drawn_once ON checkins_checkin"
                    " (participant_id, draw_day, draw_sequence) WHERE draw_sequence IS NOT NULL",
                    "DROP INDEX CONCURRENTLY checkin_drawn_once",
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="checkin",
                    constraint=models.UniqueConstraint(
                        fields=["participant", "draw_day", "draw_sequence"],
                        condition=Q(draw_sequence__isnull=False),
                        name="checkin_drawn_once",
                    ),
                )
            ],
        ),
    ]
