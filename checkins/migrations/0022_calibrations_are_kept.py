"""Calibrations are only added; of a use only its end is written, once; a use is of its weight set."""

from django.db import migrations

_REFUSE = """
CREATE FUNCTION checkins_calibration_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'calibrations are only added to' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER checkins_calibration_is_kept BEFORE UPDATE OR DELETE ON checkins_calibration
  FOR EACH ROW EXECUTE FUNCTION checkins_calibration_is_kept();

CREATE FUNCTION checkins_calibration_use_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ends CONSTANT text[] := ARRAY['until_at', 'ended_by_id', 'end_reason'];
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF EXISTS (
      SELECT 1 FROM checkins_calibration c WHERE c.id = NEW.calibration_id
        AND c.weights_name = NEW.weights_name AND c.weights_version = NEW.weights_version
    ) THEN
      RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a calibration is used for its own weight set only'
      USING ERRCODE = 'check_violation';
  ELSIF TG_OP = 'UPDATE' AND OLD.until_at IS NULL AND NEW.until_at IS NOT NULL
    AND to_jsonb(NEW) - ends = to_jsonb(OLD) - ends THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'of the use of a calibration only its end is written, once'
    USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER checkins_calibration_use_is_kept
  BEFORE INSERT OR UPDATE OR DELETE ON checkins_calibrationuse
  FOR EACH ROW EXECUTE FUNCTION checkins_calibration_use_is_kept();
"""
_ALLOW = """
DROP TRIGGER checkins_calibration_use_is_kept ON checkins_calibrationuse;
DROP FUNCTION checkins_calibration_use_is_kept();
DROP TRIGGER checkins_calibration_is_kept ON checkins_calibration;
DROP FUNCTION checkins_calibration_is_kept();
"""


class Migration(migrations.Migration):

    dependencies = [("checkins", "0021_calibrations")]

    operations = [migrations.RunSQL(_REFUSE, _ALLOW)]
