# Draw keys and terms, and which draw explains a check-in.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('checkins', '0003_initial'),
        ('participants', '0002_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DrawKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True)),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('sealed', models.BinaryField()),
                ('published_at', models.DateTimeField()),
                ('revealed_at', models.DateTimeField(null=True)),
                ('revealed_key', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'verbose_name': 'draw key',
                'ordering': ['-day'],
            },
        ),
        migrations.CreateModel(
            name='DrawTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('from_at', models.DateTimeField()),
                ('until_at', models.DateTimeField(null=True)),
                ('running', models.BooleanField()),
                ('zone', models.CharField(max_length=64)),
                ('week', models.JSONField()),
                ('rate_per_week', models.DecimalField(decimal_places=2, max_digits=4)),
                ('mean_seconds', models.PositiveIntegerField()),
                ('gap_seconds', models.PositiveIntegerField()),
                ('max_per_day', models.PositiveIntegerField(null=True)),
                ('silence_days', models.PositiveIntegerField(null=True)),
                ('starts_on', models.DateField(null=True)),
                ('ends_on', models.DateField(null=True)),
                ('blackouts', models.JSONField(default=list)),
                ('quiet_since', models.DateField()),
                ('last_at', models.DateTimeField(null=True)),
                ('made_today', models.PositiveIntegerField(default=0)),
                ('plan_seen_at', models.DateTimeField()),
                ('drawn_through', models.DateField()),
                ('last_drawn_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'terms of the draw',
                'verbose_name_plural': 'terms of the draw',
                'ordering': ['-number'],
            },
        ),
        migrations.AddField(
            model_name='checkin',
            name='draw_day',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='checkin',
            name='draw_sequence',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='plan',
            name='day_hours',
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name='plan',
            name='ends_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='plan',
            name='exclusions',
            field=models.JSONField(blank=True, db_default=[], default=list),
        ),
        migrations.AddField(
            model_name='plan',
            name='gap_minutes',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='plan',
            name='max_per_day',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='plan',
            name='silence_days',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='plan',
            name='starts_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='checkin',
            constraint=models.CheckConstraint(condition=models.Q(('draw_sequence__isnull', True), models.Q(('draw_day__isnull', False), ('origin', 'drawn'), ('planned_for__isnull', False)), _connector='OR'), name='checkin_drawn_is_explained'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on__isnull', True), ('ends_on__isnull', True), ('starts_on__lte', models.F('ends_on')), _connector='OR'), name='plan_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='drawkey',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revealed_at__isnull', True), ('revealed_key', '')), models.Q(('revealed_at__isnull', False), models.Q(('revealed_key', ''), _negated=True)), _connector='OR'), name='draw_key_revealed_has_time'),
        ),
        migrations.AddField(
            model_name='drawterms',
            name='participant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='draw_terms', to='participants.participant'),
        ),
        migrations.AddIndex(
            model_name='drawterms',
            index=models.Index(condition=models.Q(('running', True), ('until_at__isnull', True)), fields=['zone', 'drawn_through'], name='draw_terms_to_draw'),
        ),
        migrations.AddConstraint(
            model_name='drawterms',
            constraint=models.UniqueConstraint(fields=('participant', 'number'), name='draw_terms_numbered_once'),
        ),
        migrations.AddConstraint(
            model_name='drawterms',
            constraint=models.UniqueConstraint(condition=models.Q(('until_at__isnull', True)), fields=('participant',), name='draw_terms_one_in_force'),
        ),
        migrations.AddConstraint(
            model_name='drawterms',
            constraint=models.CheckConstraint(condition=models.Q(('until_at__isnull', True), ('until_at__gt', models.F('from_at')), _connector='OR'), name='draw_terms_end_after_they_begin'),
        ),
    ]
