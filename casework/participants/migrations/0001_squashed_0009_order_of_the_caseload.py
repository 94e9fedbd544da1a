"""The tables as the steps before made them, for a new database: in half of the time.

An installation that has taken the steps, or some of them, goes on with those.
"""

import casework.participants.search
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import phonenumber_field.modelfields
import timezone_field.fields
import uuid
from importlib import import_module
from django.conf import settings
from django.db import migrations, models

_FOLDED = import_module("casework.participants.migrations.0006_folded_names")


class Migration(migrations.Migration):

    replaces = [('participants', '0001_initial'), ('participants', '0002_initial'), ('participants', '0003_login_on_a_keypad'), ('participants', '0004_passkeys'), ('participants', '0005_supervision_terms'), ('participants', '0006_folded_names'), ('participants', '0007_search_indexes'), ('participants', '0008_imports'), ('participants', '0009_order_of_the_caseload')]

    initial = True

    dependencies = [
        ('staff', '0006_saved_views'),
    ]

    operations = [
        *_FOLDED.Migration.operations,
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('given_name', models.CharField(max_length=120, verbose_name='given name')),
                ('family_name', models.CharField(max_length=120, verbose_name='family name')),
                ('a_number', models.CharField(max_length=9, unique=True, validators=[django.core.validators.RegexValidator('^\\d{9}$', 'An A-number has nine digits.')], verbose_name='A-number')),
                ('language', models.CharField(choices=[('en', 'English'), ('es', 'Español'), ('pt', 'Português'), ('ht', 'Kreyòl ayisyen'), ('fr', 'Français'), ('zh-hans', '简体中文'), ('ar', 'العربية'), ('ru', 'Русский'), ('pa', 'ਪੰਜਾਬੀ'), ('vi', 'Tiếng Việt')], default='en', max_length=8, verbose_name='language')),
                ('timezone', timezone_field.fields.TimeZoneField(default='America/New_York', verbose_name='time zone')),
                ('date_of_birth', models.DateField(blank=True, null=True, verbose_name='date of birth')),
                ('sex', models.CharField(blank=True, choices=[('female', 'Female'), ('male', 'Male'), ('other', 'Other'), ('', 'Not recorded')], default='', max_length=8, verbose_name='sex')),
                ('created_at', models.DateTimeField(editable=False)),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='supervision ended')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participants', to='staff.office')),
            ],
            options={
                'ordering': ['family_name', 'given_name', 'pk'],
                'indexes': [models.Index(fields=['office', 'family_name', 'given_name'], name='person_by_office'), models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['family_name', 'given_name', 'id'], name='person_by_name'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(casework.participants.search.Folded('given_name', 'family_name'), name='gin_trgm_ops'), name='person_by_letters')],
                'constraints': [models.CheckConstraint(condition=models.Q(('a_number__regex', '^[0-9]{9}$')), name='a_number_nine_digits'), models.CheckConstraint(condition=models.Q(('language__in', ['en', 'es', 'pt', 'ht', 'fr', 'zh-hans', 'ar', 'ru', 'pa', 'vi'])), name='participant_language_known')],
            },
        ),
        migrations.CreateModel(
            name='Invite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_digest', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('replaced_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invites', to='participants.participant')),
            ],
            options={
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='Credential',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('login', models.CharField(max_length=16, unique=True)),
                ('pin_hash', models.CharField(max_length=160)),
                ('set_at', models.DateTimeField()),
                ('wrong_pins', models.PositiveIntegerField(default=0)),
                ('blocked_until', models.DateTimeField(null=True)),
                ('participant', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='credential', to='participants.participant')),
            ],
            options={
                'indexes': [models.Index(models.Func(models.F('login'), models.Value('BCDFGHJKMNPQRSTVWXZ-'), models.Value('2233445566777788999'), function='translate', output_field=models.TextField()), name='credential_by_keypad')],
            },
        ),
        migrations.CreateModel(
            name='ContactPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('phone', 'Phone'), ('email', 'E-mail')], max_length=8)),
                ('phone', phonenumber_field.modelfields.PhoneNumberField(blank=True, max_length=128, region=None)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('preferred', models.BooleanField(default=False)),
                ('verified_at', models.DateTimeField(blank=True, null=True)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contact_points', to='participants.participant')),
            ],
            options={
                'ordering': ['-preferred', 'pk'],
                'indexes': [models.Index(condition=models.Q(('phone', ''), _negated=True), fields=['phone'], name='contact_point_by_phone')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('email', ''), ('kind', 'phone'), models.Q(('phone', ''), _negated=True)), models.Q(('kind', 'email'), ('phone', ''), models.Q(('email', ''), _negated=True)), _connector='OR'), name='contact_point_has_its_value'), models.UniqueConstraint(condition=models.Q(('preferred', True)), fields=('participant',), name='contact_point_one_preferred')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('notice_version', models.CharField(max_length=16)),
                ('language', models.CharField(max_length=8)),
                ('given_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='participants.participant')),
            ],
            options={
                'ordering': ['-given_at'],
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('removal', 'Removal'), ('withholding_only', 'Withholding-only'), ('asylum_only', 'Asylum-only'), ('credible_fear', 'Credible fear review'), ('other', 'Other')], default='removal', max_length=20)),
                ('docket', models.CharField(choices=[('detained', 'Detained'), ('non_detained', 'Non-detained')], default='non_detained', max_length=16)),
                ('release_basis', models.CharField(choices=[('recognizance', 'Own recognizance'), ('supervision', 'Order of supervision'), ('bond', 'Bond'), ('parole', 'Parole')], default='recognizance', max_length=16)),
                ('nta_on', models.DateField(blank=True, null=True, verbose_name='NTA date')),
                ('released_on', models.DateField(blank=True, null=True)),
                ('representative', models.CharField(blank=True, max_length=160)),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='participants.participant')),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['removal', 'withholding_only', 'asylum_only', 'credible_fear', 'other'])), name='case_kind_known'), models.CheckConstraint(condition=models.Q(('docket__in', ['detained', 'non_detained'])), name='case_docket_known'), models.CheckConstraint(condition=models.Q(('release_basis__in', ['recognizance', 'supervision', 'bond', 'parole'])), name='case_release_basis_known')],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_at', models.DateTimeField()),
                ('until_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.TextField(blank=True)),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to=settings.AUTH_USER_MODEL)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='participants.participant')),
            ],
            options={
                'ordering': ['-from_at'],
                'indexes': [models.Index(condition=models.Q(('until_at__isnull', True)), fields=['officer', 'participant'], name='assignment_caseload')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('until_at__isnull', True)), fields=('participant',), name='assignment_one_officer_at_a_time'), models.CheckConstraint(condition=models.Q(('until_at__isnull', True), ('until_at__gt', models.F('from_at')), _connector='OR'), name='assignment_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='ParticipantImport',
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
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['checking', 'checked', 'importing', 'done', 'refused'])), name='participant_import_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', False), ('state', 'done')), models.Q(models.Q(('state', 'done'), _negated=True), ('finished_at__isnull', True)), _connector='OR'), name='participant_import_done_has_time')],
            },
        ),
        migrations.CreateModel(
            name='ParticipantPasskey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('credential_id', models.BinaryField(max_length=1023)),
                ('stored', models.BinaryField()),
                ('sign_count', models.PositiveBigIntegerField(default=0)),
                ('name', models.CharField(max_length=60)),
                ('made_at', models.DateTimeField()),
                ('last_used_at', models.DateTimeField(null=True)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='passkeys', to='participants.participant')),
            ],
            options={
                'ordering': ['made_at', 'pk'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('credential_id',), name='participant_passkey_once'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='participant_passkey_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='PortalSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_digest', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('last_seen_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('device', models.CharField(blank=True, max_length=120)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='portal_sessions', to='participants.participant')),
            ],
            options={
                'ordering': ['-last_seen_at'],
            },
        ),
        migrations.CreateModel(
            name='SupervisionTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('technology', models.CharField(choices=[('telephonic', 'Phone call check-ins'), ('smartphone', 'Smartphone check-ins'), ('gps', 'GPS ankle monitor')], max_length=12)),
                ('level', models.PositiveSmallIntegerField(default=1)),
                ('step', models.CharField(choices=[('first', 'Set at first'), ('up', 'Step-up'), ('down', 'Step-down')], max_length=8)),
                ('reason', models.TextField()),
                ('from_at', models.DateTimeField()),
                ('until_at', models.DateTimeField(blank=True, null=True)),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='terms', to='participants.participant')),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-from_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('until_at__isnull', True)), fields=('participant',), name='term_one_at_a_time'), models.CheckConstraint(condition=models.Q(('until_at__isnull', True), ('until_at__gt', models.F('from_at')), _connector='OR'), name='term_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('technology__in', ['telephonic', 'smartphone', 'gps'])), name='term_technology_known'), models.CheckConstraint(condition=models.Q(('step__in', ['first', 'up', 'down'])), name='term_step_known'), models.CheckConstraint(condition=models.Q(('level__in', [1, 2, 3])), name='term_level_known'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='term_has_a_reason')],
            },
        ),
    ]
