"""`manage.py load_hearings FILE`: import hearing dates from a CSV file."""

from casework.hearings.imports.working import HEARINGS
from casework.staff.loading import LoadCommand


class Command(LoadCommand):
    help = "Import hearing dates from a CSV file; running it again changes nothing."
    kind = HEARINGS
    summary = (
        "{new} {would}new, {changed} {would}changed, {same} the same, "
        "{held} left as an officer decided"
    )
