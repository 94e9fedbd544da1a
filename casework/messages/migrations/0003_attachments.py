"""Documents may come with a message; with one, it needs no words."""

import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('officer_messages', '0002_canned_answers'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='message',
            name='message_has_text_of_its_length',
        ),
        migrations.AddField(
            model_name='message',
            name='attachments',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name='message',
            name='text',
            field=models.TextField(blank=True),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('text', ''), _negated=True), ('attachments__gt', 0), _connector='OR'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('text'), 4000)), name='message_says_something_of_its_length'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('attachments__lte', 3)), name='message_has_few_attachments'),
        ),
    ]
