"""What participants tell with a check-in."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkins", "0010_attempt_place_index"), ("staff", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='Told',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('answers', models.JSONField(default=dict)),
                ('told_at', models.DateTimeField()),
                ('needs_officer', models.BooleanField()),
                ('handled_at', models.DateTimeField(null=True)),
                ('handled_note', models.TextField(blank=True)),
            ],
            options={
                'verbose_name': 'answers told with a check-in',
                'verbose_name_plural': 'answers told with check-ins',
                'ordering': ['-told_at'],
            },
        ),
        migrations.AddField(
            model_name='told',
            name='check_in',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='told', to='checkins.checkin'),
        ),
        migrations.AddField(
            model_name='told',
            name='handled_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='told',
            index=models.Index(condition=models.Q(('handled_at__isnull', True), ('needs_officer', True)), fields=['told_at'], name='told_to_handle'),
        ),
        migrations.AddConstraint(
            model_name='told',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answers', {}), ('needs_officer', False)), models.Q(models.Q(('answers', {}), _negated=True), ('needs_officer', True)), _connector='OR'), name='told_something_needs_an_officer'),
        ),
        migrations.AddConstraint(
            model_name='told',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('handled_at__isnull', True), ('handled_by__isnull', True)), models.Q(('handled_at__isnull', False), ('handled_by__isnull', False)), _connector='OR'), name='told_handled_by_a_person'),
        ),
    ]
