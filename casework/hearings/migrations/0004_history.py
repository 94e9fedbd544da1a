import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hearings', '0003_attendance_and_outcome'),
        ('participants', '0002_initial'),
        ('staff', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChangeNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('asked_at', models.DateTimeField()),
                ('replaced_at', models.DateTimeField(null=True)),
                ('acknowledged_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='HearingChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(choices=[('entered', 'Entered'), ('moved', 'Moved to another time'), ('changed', 'Changed'), ('cancelled', 'Cancelled'), ('restored', 'On again')], max_length=10)),
                ('source', models.CharField(choices=[('officer', 'Entered by an officer'), ('court_notice', 'Court notice'), ('import', 'Import'), ('api', 'Another system'), ('participant', 'Reported by the participant')], max_length=16)),
                ('actor_kind', models.CharField(choices=[('staff', 'staff'), ('participant', 'participant'), ('system', 'system')], max_length=12)),
                ('actor_id', models.UUIDField(null=True)),
                ('before', models.JSONField(default=dict)),
                ('after', models.JSONField(default=dict)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='HearingConflict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('noticed_at', models.DateTimeField()),
                ('decision', models.CharField(blank=True, choices=[('first', 'The date that we had is right'), ('second', 'The other date is right'), ('both', 'Both are right')], default='', max_length=8)),
                ('settled_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['noticed_at'],
            },
        ),
        migrations.AddField(
            model_name='changenotice',
            name='hearing',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='change_notices', to='hearings.hearing'),
        ),
        migrations.AddField(
            model_name='hearingchange',
            name='hearing',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='hearings.hearing'),
        ),
        migrations.AddField(
            model_name='changenotice',
            name='change',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='notice', to='hearings.hearingchange'),
        ),
        migrations.AddField(
            model_name='hearingconflict',
            name='first',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conflicts_as_first', to='hearings.hearing'),
        ),
        migrations.AddField(
            model_name='hearingconflict',
            name='second',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conflicts_as_second', to='hearings.hearing'),
        ),
        migrations.AddField(
            model_name='hearingconflict',
            name='settled_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='hearingchange',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['entered', 'moved', 'changed', 'cancelled', 'restored'])), name='hearing_change_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='hearingchange',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['officer', 'court_notice', 'import', 'api', 'participant'])), name='hearing_change_source_known'),
        ),
        migrations.AddConstraint(
            model_name='changenotice',
            constraint=models.UniqueConstraint(condition=models.Q(('replaced_at__isnull', True)), fields=('hearing',), name='change_notice_one_current'),
        ),
        migrations.AddIndex(
            model_name='hearingconflict',
            index=models.Index(condition=models.Q(('decision', '')), fields=['noticed_at'], name='hearing_conflict_open'),
        ),
        migrations.AddConstraint(
            model_name='hearingconflict',
            constraint=models.UniqueConstraint(fields=('first', 'second'), name='hearing_conflict_once'),
        ),
        migrations.AddConstraint(
            model_name='hearingconflict',
            constraint=models.CheckConstraint(condition=models.Q(('first', models.F('second')), _negated=True), name='hearing_conflict_of_two'),
        ),
        migrations.AddConstraint(
            model_name='hearingconflict',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decision', ''), ('settled_at__isnull', True), ('settled_by__isnull', True)), models.Q(('decision__in', ['first', 'second', 'both']), ('settled_at__isnull', False), ('settled_by__isnull', False)), _connector='OR'), name='hearing_conflict_settled_by_someone'),
        ),
    ]
