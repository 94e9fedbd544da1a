"""`manage.py load_participants FILE`: take people in from a CSV file."""

from casework.participants.imports.working import PEOPLE
from casework.staff.loading import LoadCommand


class Command(LoadCommand):
    help = "Import participants from a CSV file; running it again changes nothing."
    kind = PEOPLE
    summary = (
        "{new} {would}new, {filled} {would}filled in, {same} the same, "
        "{held} differ and {would}left as they are"
    )
