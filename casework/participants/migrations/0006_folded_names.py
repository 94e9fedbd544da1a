"""How names are compared: without accents and case, by trigrams. Both extensions are trusted."""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

# unaccent() is not immutable, because its dictionary could be changed; ours is not, and an index
# needs a function that is. It names the extension's schema, so that a restore finds it.
MAKE = """
DO $outer$
DECLARE home text;
BEGIN
  SELECT quote_ident(n.nspname) INTO home FROM pg_extension e
    JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'unaccent';
  EXECUTE format(
    'CREATE FUNCTION participants_folded(text, text) RETURNS text'
    ' LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS'
    ' $$ SELECT trim(lower(%s.unaccent(''%s.unaccent''::regdictionary, $1 || '' '' || $2))) $$',
    home, home);
END $outer$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('participants', '0005_supervision_terms'),
    ]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(MAKE, 'DROP FUNCTION participants_folded(text, text)'),
    ]
