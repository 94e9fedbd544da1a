import django.db.models.deletion
import timezone_field.fields
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hearings', '0004_history'),
        ('participants', '0002_initial'),
        ('staff', '0001_initial'),
    ]

    operations = [
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
            ],
            options={
                'ordering': ['starts_at'],
            },
        ),
        migrations.AddField(
            model_name='appointment',
            name='changed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='appointment',
            name='participant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='participants.participant'),
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(fields=['participant', 'starts_at'], name='appointment_by_person'),
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(fields=['starts_at'], name='appointment_by_time'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['office_visit', 'home_visit'])), name='appointment_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['planned', 'kept', 'not_kept', 'cancelled'])), name='appointment_status_known'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['planned', 'cancelled']), ('changed_at__gte', models.F('starts_at')), _connector='OR'), name='appointment_result_only_afterwards'),
        ),
    ]
