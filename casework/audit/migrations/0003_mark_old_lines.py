"""Lines written before there were marks get theirs now; the sweep then seals them by id."""

import secrets
from typing import Any

from django.conf import settings
from django.db import migrations

from casework.audit import rules


def mark(apps: Any, schema_editor: Any) -> None:
    entries = apps.get_model("audit", "Entry").objects
    for entry in entries.filter(mark="").order_by("id").iterator(2000):
        line = {name: getattr(entry, name) for name in rules.CONTENT}
        nonce = secrets.token_bytes(rules.NONCE_BYTES)
        entries.filter(pk=entry.pk).update(mark=rules.mark(line, nonce, settings.AUDIT_KEYS[0]))


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_chain_columns")]
    operations = [migrations.RunPython(mark, migrations.RunPython.noop, elidable=True)]
