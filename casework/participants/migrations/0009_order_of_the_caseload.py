"""The caseload's own order, so that a page of it need not sort everybody; made without locking."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('participants', '0008_imports'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='participant',
            index=models.Index(
                fields=['family_name', 'given_name', 'id'],
                condition=Q(closed_at__isnull=True),
                name='person_by_name',
            ),
        ),
    ]
