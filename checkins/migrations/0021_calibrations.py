# Measured limits of the weight sets, and when each was in use.

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('checkins', '0020_pass_told_on'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Calibration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('weights_name', models.CharField(max_length=32)),
                ('weights_version', models.CharField(max_length=80)),
                ('number', models.PositiveIntegerField()),
                ('match_at_single', models.FloatField()),
                ('match_at_averaged', models.FloatField()),
                ('review_to', models.FloatField()),
                ('target_fmr', models.FloatField()),
                ('dataset', models.CharField(max_length=120)),
                ('dataset_sha256', models.CharField(max_length=64)),
                ('pairs', models.PositiveIntegerField()),
                ('photos', models.PositiveIntegerField()),
                ('refused', models.PositiveIntegerField()),
                ('seed', models.CharField(max_length=64)),
                ('figures', models.JSONField()),
                ('beside', models.JSONField(default=list)),
                ('beside_version', models.CharField(default='', max_length=40)),
                ('notes', models.JSONField(default=list)),
                ('made_at', models.DateTimeField()),
                ('reason', models.TextField()),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='CalibrationUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weights_name', models.CharField(max_length=32)),
                ('weights_version', models.CharField(max_length=80)),
                ('from_at', models.DateTimeField()),
                ('reason', models.TextField()),
                ('until_at', models.DateTimeField(null=True)),
                ('end_reason', models.TextField(blank=True, default='')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('calibration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='checkins.calibration')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-from_at', '-pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='calibration',
            constraint=models.UniqueConstraint(fields=('weights_name', 'number'), name='calibration_numbered_once'),
        ),
        migrations.AddConstraint(
            model_name='calibration',
            constraint=models.CheckConstraint(condition=models.Q(('match_at_averaged__gt', 0), ('match_at_averaged__lte', models.F('match_at_single')), ('match_at_single__lte', models.F('review_to')), ('review_to__lte', 2)), name='calibration_limits_in_order'),
        ),
        migrations.AddConstraint(
            model_name='calibration',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('match_at_averaged__lte', 0.62), ('match_at_single__lte', 0.641), ('weights_name', 'sface')), models.Q(('match_at_averaged__lte', 0.065), ('match_at_single__lte', 0.074), ('weights_name', 'dlib')), _connector='OR'), name='calibration_under_the_ceiling'),
        ),
        migrations.AddConstraint(
            model_name='calibration',
            constraint=models.CheckConstraint(condition=models.Q(('target_fmr__gt', 0), ('target_fmr__lte', 0.001)), name='calibration_target_is_strict'),
        ),
        migrations.AddConstraint(
            model_name='calibration',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='calibration_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='calibrationuse',
            constraint=models.UniqueConstraint(condition=models.Q(('until_at__isnull', True)), fields=('weights_name', 'weights_version'), name='calibration_one_in_use'),
        ),
        migrations.AddConstraint(
            model_name='calibrationuse',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='calibration_use_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='calibrationuse',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('ended_by__isnull', True), ('until_at__isnull', True)), models.Q(('ended_by__isnull', False), ('until_at__gte', models.F('from_at')), models.Q(('end_reason', ''), _negated=True)), _connector='OR'), name='calibration_use_ends_whole'),
        ),
    ]
