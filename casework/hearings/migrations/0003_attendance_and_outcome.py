import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hearings', '0002_initial'),
        ('participants', '0002_initial'),
        ('staff', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='hearing',
            name='hearing_kind_known',
        ),
        migrations.RemoveConstraint(
            model_name='hearing',
            name='hearing_source_known',
        ),
        migrations.AddField(
            model_name='court',
            name='listed_on',
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='hearing',
            name='adjournment',
            field=models.CharField(blank=True, db_default='', default='', max_length=2),
        ),
        migrations.AddField(
            model_name='hearing',
            name='attendance',
            field=models.CharField(blank=True, choices=[('attended', 'Attended'), ('late', 'Came late'), ('absent', 'Absent'), ('excused', 'Excused')], db_default='', default='', max_length=8),
        ),
        migrations.AddField(
            model_name='hearing',
            name='attendance_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='hearing',
            name='attendance_by',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='hearing',
            name='outcome',
            field=models.CharField(blank=True, choices=[('continued', 'Continued to another date'), ('reserved', 'Decision reserved'), ('relief_granted', 'Relief granted'), ('removal_ordered', 'Removal ordered'), ('in_absentia', 'Removal ordered in absence'), ('voluntary_departure', 'Voluntary departure'), ('terminated', 'Proceedings terminated'), ('closed', 'Administratively closed'), ('bond_granted', 'Bond granted'), ('bond_denied', 'Bond denied'), ('other', 'Other outcome')], db_default='', default='', max_length=20),
        ),
        migrations.AddField(
            model_name='hearing',
            name='outcome_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='hearing',
            name='outcome_by',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='hearing',
            name='kind',
            field=models.CharField(choices=[('master', 'Master calendar hearing'), ('individual', 'Individual hearing'), ('bond', 'Bond redetermination'), ('fear_review', 'Credible fear review'), ('other', 'Other hearing')], default='master', max_length=12),
        ),
        migrations.AlterField(
            model_name='hearing',
            name='source',
            field=models.CharField(choices=[('officer', 'Entered by an officer'), ('court_notice', 'Court notice'), ('import', 'Import'), ('api', 'Another system'), ('participant', 'Reported by the participant')], default='officer', max_length=16),
        ),
        migrations.AddIndex(
            model_name='hearing',
            index=models.Index(fields=['starts_at'], name='hearing_by_time'),
        ),
        migrations.AddConstraint(
            model_name='hearing',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['master', 'individual', 'bond', 'fear_review', 'other'])), name='hearing_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='hearing',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['officer', 'court_notice', 'import', 'api', 'participant'])), name='hearing_source_known'),
        ),
        migrations.AddConstraint(
            model_name='hearing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('attendance', ''), ('attendance_at__isnull', True), ('attendance_by__isnull', True)), models.Q(('attendance__in', ['attended', 'late', 'absent', 'excused']), ('attendance_at__gte', models.F('starts_at')), ('attendance_by__isnull', False)), _connector='OR'), name='hearing_attendance_by_someone_afterwards'),
        ),
        migrations.AddConstraint(
            model_name='hearing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', ''), ('outcome_at__isnull', True), ('outcome_by__isnull', True)), models.Q(('outcome__in', ['continued', 'reserved', 'relief_granted', 'removal_ordered', 'in_absentia', 'voluntary_departure', 'terminated', 'closed', 'bond_granted', 'bond_denied', 'other']), ('outcome_at__isnull', False), ('outcome_by__isnull', False)), _connector='OR'), name='hearing_outcome_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='hearing',
            constraint=models.CheckConstraint(condition=models.Q(('adjournment__regex', '^([0-9][0-9A-Z])?$')), name='hearing_adjournment_is_a_code'),
        ),
        migrations.AddConstraint(
            model_name='hearing',
            constraint=models.CheckConstraint(condition=models.Q(('adjournment', ''), ('outcome', 'continued'), _connector='OR'), name='hearing_adjournment_of_what_goes_on'),
        ),
        migrations.AddConstraint(
            model_name='hearing',
            constraint=models.CheckConstraint(condition=models.Q(('cancelled_at__isnull', True), ('attendance', ''), _connector='OR'), name='hearing_cancelled_was_not_attended'),
        ),
    ]
