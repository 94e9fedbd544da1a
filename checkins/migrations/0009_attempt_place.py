"""An attempt's place, coarse, where the plan asks and the person agreed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkins", "0008_plan_location_and_questions")]

    operations = [
        migrations.AddField(
            model_name='attempt',
            name='latitude',
            field=models.DecimalField(decimal_places=2, max_digits=5, null=True),
        ),
        migrations.AddField(
            model_name='attempt',
            name='longitude',
            field=models.DecimalField(decimal_places=2, max_digits=5, null=True),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__isnull', False), ('latitude__range', (-90, 90)), ('longitude__isnull', False), ('longitude__range', (-180, 180))), _connector='OR'), name='attempt_place_is_whole'),
        ),
    ]
