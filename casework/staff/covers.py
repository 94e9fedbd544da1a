"""Setting cover for an absent officer, and ending it early."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import NotPermitted, RuleError, WrongState
from casework.staff.models import Cover, Role, User

LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Days:
    """From the first to the last, both counted; local to the absent officer's office."""

    from_on: date
    until_on: date


def zone_of(user: User) -> tzinfo:
    """Where that member of staff works: the zone of the first office by name."""
    office = user.offices.order_by("name").first()
    return office.timezone if office is not None else ZoneInfo(settings.TIME_ZONE)


def may_set(absent: User, by: User) -> bool:
    """The officer may, and whoever supervises an office where the officer works."""
    if by.pk == absent.pk or by.is_administrator:
        return True
    return by.is_supervisor and absent.offices.filter(pk__in=by.offices.values("pk")).exists()


@transaction.atomic
def set_cover(
    absent: User, officer: User, days: Days, reason: str, *, by: User, now: datetime
) -> Cover:
    """`officer` sees the caseload of `absent` on these days. Raises `RuleError`."""
    if not may_set(absent, by):
        raise NotPermitted(_("Cover is set by the officer or by a supervisor of the office."))
    # One after another for a pair, so that the second of two equal ones is told why not.
    list(User.objects.select_for_update().filter(pk__in=[absent.pk, officer.pk]).order_by("pk"))
    _check_officers(absent, officer)
    from_at, until_at = _instants(days, zone_of(absent), now)
    if not reason.strip():
        raise RuleError(_("Say why."), field="reason")
    during = Cover.objects.standing().filter(from_at__lt=until_at, until_at__gt=from_at)
    if during.filter(absent=officer).exists():
        raise RuleError(_("That officer is away in these days too."), field="officer")
    try:
        with transaction.atomic():
            cover = Cover.objects.create(
                absent=absent,
                officer=officer,
                from_on=days.from_on,
                until_on=days.until_on,
                from_at=from_at,
                until_at=until_at,
                reason=reason.strip(),
                set_by=by,
                set_at=now,
            )
    except IntegrityError as error:
        if "cover_once_by_the_same_pair" not in str(error):
            raise
        raise RuleError(
            _("That officer covers already on some of these days."), field="from_on"
        ) from error
    _record("set cover", cover, by, now)
    return cover


def _check_officers(absent: User, officer: User) -> None:
    if absent.pk == officer.pk:
        raise RuleError(_("Nobody covers for themselves."), field="officer")
    if absent.role != Role.OFFICER:
        raise RuleError(_("Only an officer has a caseload to cover."), field="absent")
    elsewhere = absent.offices.exclude(pk__in=officer.offices.values("pk"))
    if officer.role != Role.OFFICER or not officer.is_active or elsewhere.exists():
        raise RuleError(_("Choose an officer who works in the same office."), field="officer")


def _instants(days: Days, zone: tzinfo, now: datetime) -> tuple[datetime, datetime]:
    """The first day's midnight and the one after the last, there; they may be 23 or 25 hours."""
    if days.until_on < days.from_on:
        raise RuleError(_("The last day comes before the first."), field="until_on")
    if days.from_on < now.astimezone(zone).date():
        raise RuleError(_("Cover begins today or later."), field="from_on")
    if days.from_on - now.astimezone(zone).date() >= LONGEST:
        raise RuleError("Cover begins within a year.", field="from_on")
    if days.until_on - days.from_on >= LONGEST:
        raise RuleError(
            _("Cover lasts a year at most. Move the people to another officer instead."),
            field="until_on",
        )
    after = days.until_on + timedelta(days=1)
    return (
        datetime.combine(days.from_on, time(), tzinfo=zone).astimezone(UTC),
        datetime.combine(after, time(), tzinfo=zone).astimezone(UTC),
    )


@transaction.atomic
def end_cover(cover: Cover, *, by: User, now: datetime) -> Cover:
    """From this instant the covering officer does not see the caseload any more."""
    if not may_set(cover.absent, by):
        raise NotPermitted(_("Cover is ended by the absent officer or by a supervisor."))
    rows = Cover.objects.not_over(now).filter(pk=cover.pk)
    if not rows.update(ended_at=now, ended_by=by):
        raise WrongState(_("This cover is over already."))
    cover.refresh_from_db()
    _record("ended cover early", cover, by, now)
    return cover


def _record(verb: str, cover: Cover, by: User, now: datetime) -> None:
    record(
        verb,
        ("cover", cover.public_id),
        by=by.actor,
        now=now,
        facts={
            "absent": str(cover.absent.public_id),
            "officer": str(cover.officer.public_id),
            "from_on": cover.from_on.isoformat(),
            "until_on": cover.until_on.isoformat(),
        },
    )
