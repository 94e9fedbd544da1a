"""The index that finds places to purge: made without locking the attempts."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("checkins", "0009_attempt_place")]

    operations = [
        AddIndexConcurrently(
            model_name="attempt",
            index=models.Index(
                fields=["received_at"],
                condition=Q(latitude__isnull=False),
                name="attempt_with_place",
            ),
        ),
    ]
