import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hearings', '0006_calendar_feeds'),
        ('participants', '0002_initial'),
        ('staff', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='HearingImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('made_at', models.DateTimeField()),
                ('file', models.FileField(upload_to='imports/%Y/%m/')),
                ('state', models.CharField(choices=[('checking', 'Being checked'), ('checked', 'Checked: nothing has been changed yet'), ('importing', 'Being imported'), ('done', 'Imported'), ('refused', 'Refused')], default='checking', max_length=10)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('rows_done', models.PositiveIntegerField(default=0)),
                ('counts', models.JSONField(default=dict)),
                ('bad_rows', models.JSONField(default=list)),
                ('preview', models.JSONField(default=list)),
                ('refusal', models.TextField(blank=True)),
                ('next_nudge_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.AddField(
            model_name='hearingimport',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='hearingimport',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['checking', 'checked', 'importing', 'done', 'refused'])), name='hearing_import_state_known'),
        ),
        migrations.AddConstraint(
            model_name='hearingimport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', False), ('state', 'done')), models.Q(models.Q(('state', 'done'), _negated=True), ('finished_at__isnull', True)), _connector='OR'), name='hearing_import_done_has_time'),
        ),
    ]
