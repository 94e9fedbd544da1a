"""Retention takes the note of a transfer away: it may be blank."""

from typing import Any

from django.db import migrations, models


def _put_something(apps: Any, _schema_editor: Any) -> None:
    """On the way back: the constraint wants a note again."""
    apps.get_model("transfers", "Transfer").objects.filter(note="").update(note="–")


class Migration(migrations.Migration):
    dependencies = [("transfers", "0001_transfers")]

    operations = [
        migrations.RemoveConstraint(model_name="transfer", name="transfer_has_a_note"),
        migrations.AlterField(
            model_name="transfer", name="note", field=models.TextField(blank=True)
        ),
        migrations.RunPython(migrations.RunPython.noop, _put_something, elidable=True),
    ]
