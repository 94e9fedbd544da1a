"""Photos that arrive in pieces, until they are whole."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('checkins', '0028_acts_for_several'),
    ]

    operations = [
        migrations.CreateModel(
            name='PartialUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField()),
                ('length', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('content_type', models.CharField(max_length=200)),
                ('received', models.PositiveIntegerField(default=0)),
                ('begun_at', models.DateTimeField()),
                ('check_in', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='partial_uploads', to='checkins.checkin')),
            ],
            options={
                'ordering': ['begun_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='UploadPiece',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('offset', models.PositiveIntegerField()),
                ('sealed', models.BinaryField()),
                ('upload', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='checkins.partialupload')),
            ],
            options={
                'ordering': ['upload', 'offset'],
            },
        ),
        migrations.AddConstraint(
            model_name='partialupload',
            constraint=models.UniqueConstraint(fields=('check_in', 'key'), name='partial_upload_key_once'),
        ),
        migrations.AddConstraint(
            model_name='partialupload',
            constraint=models.CheckConstraint(condition=models.Q(('received__lt', models.F('length'))), name='partial_upload_is_not_whole'),
        ),
        migrations.AddConstraint(
            model_name='uploadpiece',
            constraint=models.UniqueConstraint(fields=('upload', 'offset'), name='upload_piece_once'),
        ),
    ]
