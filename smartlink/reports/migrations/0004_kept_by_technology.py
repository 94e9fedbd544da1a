# Kept cells by technology, in slices. Those kept before know none: their tables are emptied, and go in
# a later release, so that the release before still runs on this schema. The sweep counts all anew.

import django.contrib.postgres.fields
from django.db import migrations, models


_EMPTY = "TRUNCATE reports_cell, reports_rolledday"


class Migration(migrations.Migration):

    dependencies = [
        ('participants', '0005_supervision_terms'),
        ('reports', '0003_ready_letter'),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slice', models.CharField(max_length=12)),
                ('day', models.DateField()),
                ('office_id', models.BigIntegerField()),
                ('officer_id', models.BigIntegerField(null=True)),
                ('language', models.CharField(max_length=8)),
                ('origin', models.CharField(max_length=20)),
                ('technology', models.CharField(max_length=12)),
                ('requests', models.PositiveIntegerField()),
                ('on_time', models.PositiveIntegerField()),
                ('late', models.PositiveIntegerField()),
                ('missed', models.PositiveIntegerField()),
                ('not_accepted', models.PositiveIntegerField()),
                ('excused', models.PositiveIntegerField()),
                ('lapsed', models.PositiveIntegerField()),
                ('cancelled', models.PositiveIntegerField()),
                ('in_review', models.PositiveIntegerField()),
                ('open', models.PositiveIntegerField()),
                ('answered', models.PositiveIntegerField()),
                ('automatic', models.PositiveIntegerField()),
                ('settled', models.PositiveIntegerField()),
                ('reviewed', models.PositiveIntegerField()),
                ('contested', models.PositiveIntegerField()),
                ('overturned', models.PositiveIntegerField()),
                ('response_minutes', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), null=True, size=None)),
                ('response_times', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), null=True, size=None)),
                ('review_minutes', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), null=True, size=None)),
                ('review_times', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), null=True, size=None)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='KeptDay',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('kept_at', models.DateTimeField()),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(_EMPTY, migrations.RunSQL.noop)],
            state_operations=[
                migrations.DeleteModel(name='Cell'),
                migrations.DeleteModel(name='RolledDay'),
            ],
        ),
        migrations.AddIndex(
            model_name='keptcell',
            index=models.Index(condition=models.Q(('slice', 'everything')), fields=['officer_id', 'day'], name='report_kept_cell_of_officer'),
        ),
        migrations.AddConstraint(
            model_name='keptcell',
            constraint=models.UniqueConstraint(fields=('slice', 'day', 'office_id', 'officer_id', 'language', 'origin', 'technology'), name='report_kept_cell_once', nulls_distinct=False),
        ),
    ]
