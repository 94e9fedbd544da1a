"""The rows that are there keep to it, too: nothing led out of `accepted` before."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [('checkins', '0018_taking_back')]

    operations = [
        ValidateConstraint(
            model_name='checkinevent', name='event_acceptance_taken_back_by_a_person'
        ),
    ]
