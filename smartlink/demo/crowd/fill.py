"""Filling the database with a crowd, in one transaction."""

from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count

from casework.participants.models import Participant
from smartlink.demo.crowd import history, papers, people
from smartlink.demo.crowd.bulk import bulk_writing

BATCH = 5_000
# In a crowd with more check-ins than this, only those of the last days have their log, attempts
# and verifications; older ones are one row each.
MOST_IN_DETAIL = 1_500_000
DETAIL_DAYS = 60
_WEEKS_A_YEAR, _MEAN_RATE = 52, 2

Progress = Callable[[int, int], None]


def fill(participants: int, years: float, now: datetime, progress: Progress) -> tuple[int, int]:
    """Bring the program to `participants` people with up to `years` of past; (people, check-ins).

    What is there stays; running it again adds only who is missing. All or nothing.
    """
    others = Participant.objects.exclude(a_number__startswith="3").count()
    crowd = Participant.objects.filter(a_number__startswith="3").aggregate(n=Count("pk"))["n"]
    wanted = participants - others
    if wanted <= crowd:
        return 0, 0
    made = check_ins = 0
    rows = round((wanted - crowd) * years * _WEEKS_A_YEAR * _MEAN_RATE)
    with transaction.atomic():
        staff = people.staff_for(wanted)
        days = DETAIL_DAYS if rows > MOST_IN_DETAIL else round(years * 366)
        facts = people.facts_of(staff, years, now) | {"detail_days": days}
        with bulk_writing([*history.TABLES, *papers.TABLES], rows):
            for first in range(crowd + 1, wanted + 1, BATCH):
                last = min(first + BATCH - 1, wanted)
                made += people.enrol(first, last, facts)
                check_ins += history.live(facts)
                papers.give(facts)
                progress(last, wanted)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return made, check_ins
