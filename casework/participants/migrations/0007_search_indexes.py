"""Indexes of the search on big tables: made without locking them."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

from casework.participants.search import Folded


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('participants', '0006_folded_names'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='participant',
            index=GinIndex(
                OpClass(Folded('given_name', 'family_name'), name='gin_trgm_ops'),
                name='person_by_letters',
            ),
        ),
        AddIndexConcurrently(
            model_name='contactpoint',
            index=models.Index(
                fields=['phone'], condition=~Q(phone=''), name='contact_point_by_phone'
            ),
        ),
    ]
