"""Django's commands as far as the supervisor calls them."""

import json
import os
import sys
from pathlib import Path

import psycopg2

command, *words = sys.argv[1:]
if os.environ.get("BREAK") == command:
    sys.exit(f"{command} was told to fail")
if command == "migrate":
    with psycopg2.connect(os.environ["DATABASE_URL"]) as link, link.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS django_migrations (app text, name text)")
        cursor.execute("CREATE TABLE IF NOT EXISTS migrated (at timestamptz DEFAULT now())")
        cursor.execute("INSERT INTO migrated DEFAULT VALUES")
elif command == "seed_demo":
    options = dict(zip(words[::2], words[1::2], strict=True))
    demo = {
        "base_url": options["--base-url"],
        "staff": [{"role": "officer", "email": "ana@example.org", "password": "open-sesame"}],
        "participants": [{"id": "1", "name": "Marie", "invite": "abc", "pin": "1234"}],
    }
    Path(options["--write"]).write_text(json.dumps(demo))
elif command == "environment":
    sys.stdout.write(os.environ["DATABASE_URL"])
