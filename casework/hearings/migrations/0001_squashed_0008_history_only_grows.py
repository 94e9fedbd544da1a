"""The tables as the steps before made them, for a new database: in half of the time.

An installation that has taken the steps, or some of them, goes on with those.
"""

import django.db.models.deletion
import timezone_field.fields
import uuid
from importlib import import_module
from django.conf import settings
from django.db import migrations, models

_ONLY_GROWS = import_module("casework.hearings.migrations.0008_history_only_grows")


class Migration(migrations.Migration):

    replaces = [('hearings', '0001_initial'), ('hearings', '0002_initial'), ('hearings', '0003_attendance_and_outcome'), ('hearings', '0004_history'), ('hearings', '0005_appointments'), ('hearings', '0006_calendar_feeds'), ('hearings', '0007_imports'), ('hearings', '0008_history_only_grows')]

    initial = True

    dependencies = [
        ('participants', '0009_order_of_the_caseload'),
        ('staff', '0006_saved_views'),
    ]

    operations = [
        migrations.CreateModel(
            name='Court',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=160, unique=True)),
                ('address', models.TextField(blank=True)),
                ('city', models.CharField(blank=True, max_length=80)),
                ('state', models.CharField(blank=True, max_length=40)),
                ('timezone', timezone_field.fields.TimeZoneField(default='America/New_York')),
                ('listed_on', models.DateField(blank=True, editable=False, null=True)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Hearing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('master', 'Master calendar hearing'), ('individual', 'Individual hearing'), ('bond', 'Bond redetermination'), ('fear_review', 'Credible fear review'), ('other', 'Other hearing')], default='master', max_length=12)),
                ('mode', models.CharField(choices=[('in_person', 'In person'), ('video', 'By video'), ('telephone', 'By telephone')], default='in_person', max_length=12)),
                ('starts_at', models.DateTimeField()),
                ('judge', models.CharField(blank=True, max_length=120)),
                ('room', models.CharField(blank=True, max_length=60)),
                ('video_url', models.URLField(blank=True)),
                ('source', models.CharField(choices=[('officer', 'Entered by an officer'), ('court_notice', 'Court notice'), ('import', 'Import'), ('api', 'Another system'), ('participant', 'Reported by the participant')], default='officer', max_length=16)),
                ('verified_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('attendance', models.CharField(blank=True, choices=[('attended', 'Attended'), ('late', 'Came late'), ('absent', 'Absent'), ('excused', 'Excused')], db_default='', default='', max_length=8)),
                ('attendance_at', models.DateTimeField(editable=False, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('continued', 'Continued to another date'), ('reserved', 'Decision reserved'), ('relief_granted', 'Relief granted'), ('removal_ordered', 'Removal ordered'), ('in_absentia', 'Removal ordered in absence'), ('voluntary_departure', 'Voluntary departure'), ('terminated', 'Proceedings terminated'), ('closed', 'Administratively closed'), ('bond_granted', 'Bond granted'), ('bond_denied', 'Bond denied'), ('other', 'Other outcome')], db_default='', default='', max_length=20)),
                ('outcome_at', models.DateTimeField(editable=False, null=True)),
                ('adjournment', models.CharField(blank=True, db_default='', default='', max_length=2)),
                ('attendance_by', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hearings', to='participants.case')),
                ('court', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hearings', to='hearings.court')),
                ('outcome_by', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['starts_at'],
                'indexes': [models.Index(fields=['case', 'starts_at'], name='hearing_by_case'), models.Index(fields=['starts_at'], name='hearing_by_time')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['master', 'individual', 'bond', 'fear_review', 'other'])), name='hearing_kind_known'), models.CheckConstraint(condition=models.Q(('mode__in', ['in_person', 'video', 'telephone'])), name='hearing_mode_known'), models.CheckConstraint(condition=models.Q(('source__in', ['officer', 'court_notice', 'import', 'api', 'participant'])), name='hearing_source_known'), models.CheckConstraint(condition=models.Q(('video_url', ''), ('mode', 'video'), _connector='OR'), name='hearing_link_only_for_video'), models.CheckConstraint(condition=models.Q(models.Q(('attendance', ''), ('attendance_at__isnull', True), ('attendance_by__isnull', True)), models.Q(('attendance__in', ['attended', 'late', 'absent', 'excused']), ('attendance_at__gte', models.F('starts_at')), ('attendance_by__isnull', False)), _connector='OR'), name='hearing_attendance_by_someone_afterwards'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', ''), ('outcome_at__isnull', True), ('outcome_by__isnull', True)), models.Q(('outcome__in', ['continued', 'reserved', 'relief_granted', 'removal_ordered', 'in_absentia', 'voluntary_departure', 'terminated', 'closed', 'bond_granted', 'bond_denied', 'other']), ('outcome_at__isnull', False), ('outcome_by__isnull', False)), _connector='OR'), name='hearing_outcome_by_someone'), models.CheckConstraint(condition=models.Q(('adjournment__regex', '^([0-9][0-9A-Z])?$')), name='hearing_adjournment_is_a_code'), models.CheckConstraint(condition=models.Q(('adjournment', ''), ('outcome', 'continued'), _connector='OR'), name='hearing_adjournment_of_what_goes_on'), models.CheckConstraint(condition=models.Q(('cancelled_at__isnull', True), ('attendance', ''), _connector='OR'), name='hearing_cancelled_was_not_attended')],
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
                ('hearing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='hearings.hearing')),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['entered', 'moved', 'changed', 'cancelled', 'restored'])), name='hearing_change_kind_known'), models.CheckConstraint(condition=models.Q(('source__in', ['officer', 'court_notice', 'import', 'api', 'participant'])), name='hearing_change_source_known')],
            },
        ),
        migrations.CreateModel(
            name='ChangeNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('asked_at', models.DateTimeField()),
                ('replaced_at', models.DateTimeField(null=True)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('hearing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='change_notices', to='hearings.hearing')),
                ('change', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='notice', to='hearings.hearingchange')),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_at__isnull', True)), fields=('hearing',), name='change_notice_one_current')],
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
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conflicts_as_first', to='hearings.hearing')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conflicts_as_second', to='hearings.hearing')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['noticed_at'],
                'indexes': [models.Index(condition=models.Q(('decision', '')), fields=['noticed_at'], name='hearing_conflict_open')],
                'constraints': [models.UniqueConstraint(fields=('first', 'second'), name='hearing_conflict_once'), models.CheckConstraint(condition=models.Q(('first', models.F('second')), _negated=True), name='hearing_conflict_of_two'), models.CheckConstraint(condition=models.Q(models.Q(('decision', ''), ('settled_at__isnull', True), ('settled_by__isnull', True)), models.Q(('decision__in', ['first', 'second', 'both']), ('settled_at__isnull', False), ('settled_by__isnull', False)), _connector='OR'), name='hearing_conflict_settled_by_someone')],
            },
        ),
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
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['checking', 'checked', 'importing', 'done', 'refused'])), name='hearing_import_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', False), ('state', 'done')), models.Q(models.Q(('state', 'done'), _negated=True), ('finished_at__isnull', True)), _connector='OR'), name='hearing_import_done_has_time')],
            },
        ),
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('office_visit', 'Office visit'), ('home_visit', 'Home visit')], max_length=16)),
                ('starts_at', models.DateTimeField()),
                ('timezone', timezone_field.fields.TimeZoneField()),
                ('place', models.CharField(blank=True, max_length=300)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('status', models.CharField(choices=[('planned', 'Planned'), ('kept', 'Kept'), ('not_kept', 'Not kept'), ('cancelled', 'Cancelled')], default='planned', max_length=10)),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='participants.participant')),
            ],
            options={
                'ordering': ['starts_at'],
                'indexes': [models.Index(fields=['participant', 'starts_at'], name='appointment_by_person'), models.Index(fields=['starts_at'], name='appointment_by_time')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['office_visit', 'home_visit'])), name='appointment_kind_known'), models.CheckConstraint(condition=models.Q(('status__in', ['planned', 'kept', 'not_kept', 'cancelled'])), name='appointment_status_known'), models.CheckConstraint(condition=models.Q(('status__in', ['planned', 'cancelled']), ('changed_at__gte', models.F('starts_at')), _connector='OR'), name='appointment_result_only_afterwards')],
            },
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('key_digest', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('last_read_at', models.DateTimeField(null=True)),
                ('participant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feeds', to='participants.participant')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feeds', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('participant__isnull', False), ('user__isnull', True)), models.Q(('participant__isnull', True), ('user__isnull', False)), _connector='OR'), name='calendar_feed_of_one_person'), models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('participant',), name='calendar_feed_one_of_a_participant'), models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('user',), name='calendar_feed_one_of_a_user')],
            },
        ),
        *_ONLY_GROWS.Migration.operations,
    ]
