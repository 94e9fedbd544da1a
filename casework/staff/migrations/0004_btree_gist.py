"""Lets an exclusion constraint compare keys beside ranges: for cover. A trusted extension."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0003_passkeys'),
    ]

    operations = [BtreeGistExtension()]
