"""A plan's questions, and the location that a supervisor may authorise."""

import django.db.models.deletion
import checkins.models.plan
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkins", "0007_phone_check_ins"), ("staff", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name='plan',
            name='location',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='plan',
            name='location_authorised_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='plan',
            name='location_reason',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AddField(
            model_name='plan',
            name='questions',
            field=models.JSONField(blank=True, db_default=[], default=checkins.models.plan.every_question),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('location', False), ('location_authorised_by__isnull', True)), models.Q(('location', True), ('location_authorised_by__isnull', False), models.Q(('location_reason', ''), _negated=True)), _connector='OR'), name='plan_location_is_authorised_with_a_reason'),
        ),
    ]
