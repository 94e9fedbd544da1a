"""What was missed lately is found without reading all check-ins of the week."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("checkins", "0026_photo_fingerprints")]
    operations = [
        AddIndexConcurrently(
            model_name="checkin",
            index=models.Index(
                condition=models.Q(("state", "missed")),
                fields=["deadline_at"],
                name="checkin_missed_by_deadline",
            ),
        ),
    ]
