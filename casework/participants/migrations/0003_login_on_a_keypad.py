"""Login codes as the keys of a telephone give them: found at once, made without locking."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("participants", "0002_initial")]

    operations = [
        AddIndexConcurrently(
            model_name="credential",
            index=models.Index(
                models.Func(
                    models.F("login"),
                    models.Value("BCDFGHJKMNPQRSTVWXZ-"),
                    models.Value("2233445566777788999"),
                    function="translate",
                    output_field=models.TextField(),
                ),
                name="credential_by_keypad",
            ),
        )
    ]
