"""A calibration is put to use by another administrator than the one who proposed it.

The exception, where there is no other one, has its reason. What was put to use before stays.
"""

from importlib import import_module

from django.db import migrations, models

_BEFORE = import_module("checkins.migrations.0022_calibrations_are_kept")
_TWO = """
CREATE OR REPLACE FUNCTION checkins_calibration_use_is_kept() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  ends CONSTANT text[] := ARRAY['until_at', 'ended_by_id', 'end_reason'];
  maker bigint;
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT c.made_by_id INTO maker FROM checkins_calibration c WHERE c.id = NEW.calibration_id
      AND c.weights_name = NEW.weights_name AND c.weights_version = NEW.weights_version;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'a calibration is used for its own weight set only'
        USING ERRCODE = 'check_violation';
    END IF;
    IF maker <> NEW.by_id AND NEW.alone_reason = '' THEN
      RETURN NEW;
    END IF;
    IF maker = NEW.by_id AND NEW.alone_reason <> '' AND NOT EXISTS (
      SELECT 1 FROM staff_user u
      WHERE (u.role = 'administrator' OR u.is_superuser) AND u.is_active AND u.id <> NEW.by_id
    ) THEN
      RETURN NEW;
    END IF;
    RAISE EXCEPTION 'another administrator than who proposed it puts a calibration to use'
      USING ERRCODE = 'check_violation';
  ELSIF TG_OP = 'UPDATE' AND OLD.until_at IS NULL AND NEW.until_at IS NOT NULL
    AND to_jsonb(NEW) - ends = to_jsonb(OLD) - ends THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'of the use of a calibration only its end is written, once'
    USING ERRCODE = 'check_violation';
END $$;
"""
_start = _BEFORE._REFUSE.index("CREATE FUNCTION checkins_calibration_use_is_kept")
_end = _BEFORE._REFUSE.index("CREATE TRIGGER checkins_calibration_use_is_kept")
_ONE = _BEFORE._REFUSE[_start:_end].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


class Migration(migrations.Migration):

    dependencies = [
        ("checkins", "0024_plan_awaits_photos"),
        ("staff", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="calibrationuse",
            name="alone_reason",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.RunSQL(_TWO, _ONE),
    ]
