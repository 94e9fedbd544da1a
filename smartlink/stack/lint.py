"""`make lint`: every check, each with its outcome; all run, also after one has failed."""

import base64
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from smartlink.stack.bootstrap import Needs, Venv
from smartlink.stack.catalogues import compile_catalogues
from smartlink.stack.environment import at_home
from smartlink.stack.processes import Launch, captured, stop_on_signals
from smartlink.stack.screen import Notes
from smartlink.stack.servers import COOKIE, Servers

_PACKAGES = ("smartlink", "casework", "checkins")

_SAFE_MIGRATIONS = """
import pathlib, sys, django
django.setup()
from django_migration_linter import MigrationLinter
from django.apps import apps
here = pathlib.Path.cwd()
ours = [app.label for app in apps.get_app_configs() if pathlib.Path(app.path).parent.is_relative_to(
    here) and ".venv" not in pathlib.Path(app.path).parts]
linter = MigrationLinter(
    path=str(here), include_apps=ours, ignore_initial_migrations=True, no_cache=True,
    quiet=["ok", "ignore"],
)
linter.lint_all_migrations()
linter.print_summary()
sys.exit(linter.has_errors)
"""


@dataclass(frozen=True)
class Check:
    """One command that must exit 0."""

    title: str
    argv: tuple[str, ...]
    production: bool = False  # with the environment of a real deployment

    def run(self, root: Path, env: Mapping[str, str]) -> bool:
        """Run it, print its outcome, and its output when it failed."""
        began = time.monotonic()
        code, output = captured(Launch(self.argv, env, cwd=root))
        if code != 0:
            print(output, flush=True)
        outcome = "ok" if code == 0 else "FAILED"
        print(f"  {self.title:<34} {outcome:<6} {time.monotonic() - began:6.1f} s", flush=True)
        return code == 0


def checks(venv: Venv) -> list[Check]:
    """All checks, the quick ones first."""
    python = str(venv.python)

    def tool(title: str, name: str, *words: str) -> Check:
        return Check(title, (str(venv.folder / "bin" / name), *words))

    def manage(title: str, *words: str, production: bool = False) -> Check:
        return Check(title, (python, "manage.py", *words), production=production)

    return [
        Check("ruff check", (python, "-m", "ruff", "check", ".")),
        Check("ruff format", (python, "-m", "ruff", "format", "--check", ".")),
        tool("import contracts", "lint-imports", "--no-cache", "--no-logo"),
        Check("templates (djlint)", (python, "-m", "djlint", "templates", "--lint", "--quiet")),
        Check("types (mypy)", (python, "-m", "mypy", *_PACKAGES)),
        manage("migrations are complete", "makemigrations", "--check", "--dry-run"),
        Check("migrations are safe", (python, "-c", _SAFE_MIGRATIONS)),
        manage(
            "deployment settings", "check", "--deploy", "--fail-level", "WARNING", production=True
        ),
    ]


def lint(root: Path, arguments: list[str]) -> int:
    """Run the checks whose title holds one of `arguments` (all without any); 1 if one failed."""
    stop_on_signals()
    venv = Venv(root)
    venv.ensure(Needs.TEST, Notes())
    compile_catalogues(venv)
    chosen = [
        check
        for check in checks(venv)
        if not arguments or any(word in check.title for word in arguments)
    ]
    with Servers.throwaway(venv.packages) as servers:
        env = {
            **os.environ,
            "SMARTLINK_ENV": "test",
            "LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "smartlink.settings",
            COOKIE: secrets.token_hex(8),
            **servers.urls,
        }
        env = at_home(env, venv.folder, servers.folder / "home")
        failed = [
            check.title
            for check in chosen
            if not check.run(root, {**env, **_deployed()} if check.production else env)
        ]
    print(f"\n{len(chosen) - len(failed)} of {len(chosen)} checks passed", end="")
    print(f"; failed: {', '.join(failed)}" if failed else "", flush=True)
    return 1 if failed else 0


def _deployed() -> dict[str, str]:
    """What an operator would set: `check --deploy` must then have nothing to say."""
    return {
        "SMARTLINK_ENV": "production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "TEMPLATE_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "PUBLIC_URL": "https://smartlink.example.org",
    }
