"""What the commands that load a table have in common: `load_hearings`, `load_participants`."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework.common import clock
from casework.common.errors import RuleError
from casework.common.imports.models import UploadModel
from casework.common.imports.working import Import
from casework.staff.models import Role, User

SHOWN = 50


class LoadCommand(BaseCommand):
    """Import a CSV file; `summary` is filled with the counts and `would`."""

    kind: Import[Any, Any, Any]
    summary: str

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Say what it would do.")
        parser.add_argument("--json", action="store_true")
        parser.add_argument(
            "--by", metavar="EMAIL", help="On whose behalf; else the first active administrator."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        by = self._user(options["by"])
        try:
            content = options["file"].read_bytes()
            upload = self.kind.take_in(content, by=by, now=now, check_only=options["dry_run"])
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        except RuleError as error:
            raise CommandError(str(error)) from error
        done = self.kind.work(upload.pk, now=now)
        if options["json"]:
            self.stdout.write(json.dumps(self._figures(done, dry_run=options["dry_run"])))
        else:
            self._tell(done, dry_run=options["dry_run"])

    def _user(self, email: str | None) -> User:
        active = User.objects.filter(is_active=True)
        if email:
            found = active.filter(email=email.strip().lower()).first()
        else:
            found = active.filter(role=Role.ADMINISTRATOR).order_by("pk").first()
        if found is None:
            raise CommandError("There is no such active member of staff; name one with --by EMAIL.")
        return found

    def _figures(self, done: UploadModel, *, dry_run: bool) -> dict[str, Any]:
        bad = [dict(zip(("line", "column", "message"), row, strict=True)) for row in done.bad_rows]
        return {"dry_run": dry_run, "rows": done.rows, **done.counts, "bad_rows": bad}

    def _tell(self, done: UploadModel, *, dry_run: bool) -> None:
        would = "would be " if dry_run else ""
        said = self.summary.format(would=would, **done.counts)
        self.stdout.write(f"{done.rows} rows: {said}, {done.counts['bad']} bad.")
        for line, column, message in done.bad_rows[:SHOWN]:
            self.stdout.write(f"line {line}{f', {column}' if column else ''}: {message}")
        if len(done.bad_rows) > SHOWN:
            self.stdout.write(f"… and {len(done.bad_rows) - SHOWN} more; --json lists them all.")
