"""Bring the translation catalogues up to date with what participants may read."""

from typing import Any

from django.conf import settings
from django.core.management.commands import makemessages
from django.utils.translation import to_locale

# What staff alone read is English for now, and stays out of the translators' way.
STAFF_ONLY = [
    "smartlink/console/*",
    "smartlink/api/*",
    "smartlink/demo/*",
    "smartlink/stack/*",
    "smartlink/settings.py",
    "smartlink/accounts/*",
    "casework/retention/holds.py",
    "casework/copies/services.py",
    "casework/notes/services.py",
    "templates/accounts/*",
    "templates/admin/*",
    "templates/console/*",
    "templates/unfold/*",
    "casework/audit/*",
    "casework/staff/*",
    "casework/common/moments.py",
    "casework/participants/models.py",
    "casework/participants/terms.py",
    "checkins/calibrations.py",
    "checkins/looks.py",
    "checkins/timing.py",
    "checkins/models/*",
    "admin.py",
    "admin/*",
]
NOT_OURS = [".*", "tests/*", "docs/*", "management/*", "staticfiles/*"]


class Command(makemessages.Command):
    # A guess at a translation is worse than none: a participant might read it.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]
    help = "Extracts every sentence a participant may read into locale/ (needs Debian's gettext)."

    def handle(self, *args: Any, **options: Any) -> None:
        options |= {
            "locale": [to_locale(tag) for tag, _name in settings.LANGUAGES],
            "ignore_patterns": [*STAFF_ONLY, *NOT_OURS],
            "add_location": "file",
            "no_wrap": True,
            "no_obsolete": True,
        }
        super().handle(*args, **options)
