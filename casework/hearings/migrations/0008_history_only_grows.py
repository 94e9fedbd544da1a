"""The history of hearings refuses to be changed: rows are added, and that is all.

Erasure of a whole file, with its certificate, sets `smartlink.erasing` to `on` in its transaction.
"""

from django.db import migrations

_REFUSE = """
CREATE FUNCTION hearings_history_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('smartlink.erasing', true) = 'on' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the history of hearings is only added to' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER hearings_history_only_grows BEFORE UPDATE OR DELETE ON hearings_hearingchange
  FOR EACH ROW EXECUTE FUNCTION hearings_history_only_grows();
"""
_ALLOW = """
DROP TRIGGER hearings_history_only_grows ON hearings_hearingchange;
DROP FUNCTION hearings_history_only_grows();
"""


class Migration(migrations.Migration):

    dependencies = [("hearings", "0007_imports")]

    operations = [migrations.RunSQL(_REFUSE, _ALLOW)]
