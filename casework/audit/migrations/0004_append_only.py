"""The database itself refuses to change or delete a line of the audit trail.

Two things are let through: a sweep that gives an unsealed line its place (and changes nothing
else), and retention, which says so with `SET LOCAL smartlink.audit_retention = 'on'`.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION audit_entry_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF current_setting('smartlink.audit_retention', true) = 'on' THEN
            RETURN OLD;
        END IF;
    ELSIF OLD.position IS NULL AND NEW.position IS NOT NULL
        AND to_jsonb(NEW) - 'position' - 'digest' = to_jsonb(OLD) - 'position' - 'digest' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit trail is only ever added to' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER audit_entry_is_kept BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_is_kept();
"""
BACKWARD = """
DROP TRIGGER audit_entry_is_kept ON audit_entry;
DROP FUNCTION audit_entry_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_mark_old_lines")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
