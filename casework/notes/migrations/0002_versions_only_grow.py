"""What a note said stays: versions are added, never changed. Retention takes whole notes away."""

from django.db import migrations

_REFUSE = """
CREATE FUNCTION note_versions_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a version of a note is never changed' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER note_versions_only_grow BEFORE UPDATE ON notes_noteversion
  FOR EACH ROW EXECUTE FUNCTION note_versions_only_grow();
"""
_ALLOW = """
DROP TRIGGER note_versions_only_grow ON notes_noteversion;
DROP FUNCTION note_versions_only_grow();
"""


class Migration(migrations.Migration):

    dependencies = [("notes", "0001_notes")]

    operations = [migrations.RunSQL(_REFUSE, _ALLOW)]
