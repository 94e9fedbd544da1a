# What is not sealed yet, and the chain in its order.

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("audit", "0004_append_only")]
    operations = [
        AddIndexConcurrently(
            "entry",
            models.Index(
                fields=["id"], condition=Q(position__isnull=True), name="audit_unsealed"
            ),
        ),
        AddIndexConcurrently(
            "entry",
            models.Index(
                fields=["position"], condition=Q(position__isnull=False), name="audit_by_position"
            ),
        ),
    ]
