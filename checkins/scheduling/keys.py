"""The keys of the days: made and committed to ahead, sealed until their day is over everywhere."""

from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from casework.common.sealing import seal, unseal
from checkins.draw import commitment, new_key
from checkins.models import DrawKey

MADE_AHEAD = timedelta(days=7)
# A date is over in the last zone (UTC-12) twelve hours after it is in UTC; two more to spare.
FIRST_ZONE, LAST_ZONE, SPARE = timedelta(hours=14), timedelta(hours=12), timedelta(hours=2)


def make_keys(now: datetime) -> int:
    """Make and commit to the missing keys of dates that have not begun in every zone; how many.

    Of two at once the first wins: the row of a date is written whole, or not at all.
    """
    first = (now - LAST_ZONE).date() + timedelta(days=1)
    days = [first + timedelta(days=n) for n in range(MADE_AHEAD.days + 1)]
    made = set(DrawKey.objects.filter(day__in=days).values_list("day", flat=True))
    missing = [_made(day, now) for day in days if day not in made]
    DrawKey.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def _made(day: date, now: datetime) -> DrawKey:
    key = new_key()
    return DrawKey(day=day, sha256=commitment(key), sealed=seal(key), published_at=now)


def over_everywhere_at(day: date) -> datetime:
    """When a date's key may be shown: the date is over in every zone."""
    midnight = datetime.combine(day, time(), UTC)
    return midnight + timedelta(days=1) + LAST_ZONE + SPARE


def reveal_keys(now: datetime) -> int:
    """Show the keys of the dates that are over everywhere; how many."""
    last = (now - LAST_ZONE - SPARE).date() - timedelta(days=1)
    hidden = DrawKey.objects.filter(revealed_at__isnull=True, day__lte=last)
    shown = 0
    for row in hidden:
        with transaction.atomic():
            shown += DrawKey.objects.filter(pk=row.pk, revealed_at__isnull=True).update(
                revealed_at=now, revealed_key=secret(row).hex()
            )
    return shown


def secret(row: DrawKey) -> bytes:
    """The key itself; raises `SealBroken`, or `ValueError` if it is not the one committed to."""
    key = bytes.fromhex(row.revealed_key) if row.revealed_key else unseal(bytes(row.sealed))
    if commitment(key) != row.sha256:
        raise ValueError(f"The key of {row.day} is not the one that was committed to.")
    return key
