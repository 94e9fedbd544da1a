"""Out of `accepted` leads nothing but a person's taking back. Checked for new rows first."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('checkins', '0017_rank_waiting_reviews')]

    operations = [
        AddConstraintNotValid(
            model_name='checkinevent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('from_state', 'accepted'), _negated=True), models.Q(('actor_kind', 'staff'), ('to_state', 'in_review'), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='event_acceptance_taken_back_by_a_person'),
        ),
    ]
