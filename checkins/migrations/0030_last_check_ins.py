"""What became of each person's last check-in, beside the person; filled by the next step."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('checkins', '0029_partial_uploads'),
        ('participants', '0001_squashed_0009_order_of_the_caseload'),
    ]

    operations = [
        migrations.CreateModel(
            name='LastCheckIn',
            fields=[
                ('participant', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='participants.participant')),
                ('issued_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('planned', 'planned'), ('open', 'open'), ('verifying', 'verifying'), ('in_review', 'in review'), ('accepted', 'accepted'), ('not_accepted', 'not accepted'), ('missed', 'missed'), ('lapsed', 'lapsed'), ('excused', 'excused'), ('cancelled', 'cancelled')], max_length=12)),
                ('check_in', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='checkins.checkin')),
            ],
            options={
                'verbose_name': 'last check-in',
                'ordering': ['participant'],
                'indexes': [models.Index(fields=['state'], name='last_check_in_by_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['in_review', 'accepted', 'not_accepted', 'missed', 'lapsed', 'excused', 'cancelled'])), name='last_check_in_is_over')],
            },
        ),
    ]
