"""Asking for reports, giving up on them, and links to their files."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from casework.audit.services import record
from casework.common.errors import RuleError, WrongState
from casework.staff.models import User
from smartlink.reports import asking
from smartlink.reports.definitions import VERSIONS
from smartlink.reports.models import UNDER_WAY, Report, ReportFile, Schedule, State
from smartlink.reports.periods import month_before
from smartlink.reports.writers import WRITERS

LINK_LIFE = timedelta(minutes=5)
FIRST_NUDGE_AFTER = timedelta(seconds=30)
MOST_UNDER_WAY = 10
_SALT = "smartlink.reports.file"
_WORDS = ("kind", "group", "region", "language", "origin", "technology")


def ask(
    wish: asking.Wish,
    formats: list[str],
    *,
    by: User,
    now: datetime,
    schedule: Schedule | None = None,
) -> Report:
    """A report to be made in the background. Raises `RuleError` for what cannot be asked."""
    if not formats or set(formats) - set(WRITERS):
        raise RuleError("Choose a format: " + ", ".join(WRITERS) + ".", field="format")
    under_way = Report.objects.filter(asked_by=by, state__in=UNDER_WAY).count()
    if under_way >= MOST_UNDER_WAY and schedule is None:
        raise RuleError("Ten of your reports are being made. Please wait for one of them.")
    frozen = asking.freeze(wish, by=by, now=now)
    return _keep(frozen, formats, by=by, now=now, schedule=schedule)


def make_again(report: Report, *, by: User, now: datetime) -> Report:
    """The same question as of the same instant, by the definitions it was first made by."""
    if report.state in UNDER_WAY:
        raise WrongState("This report is being made.")
    frozen = report.parameters | {"version": report.definitions_version}
    if report.definitions_version not in VERSIONS:
        raise RuleError("What its figures meant then is no longer known. Ask for a new report.")
    return _keep(frozen, report.formats, by=by, now=now, schedule=None)


@transaction.atomic
def _keep(
    frozen: dict[str, Any],
    formats: list[str],
    *,
    by: User,
    now: datetime,
    schedule: Schedule | None,
) -> Report:
    report = Report.objects.create(
        kind=frozen["kind"],
        parameters=frozen,
        offices=frozen["offices"],
        formats=[form for form in WRITERS if form in formats],
        definitions_version=asking.version_of(frozen),
        asked_by=by,
        asked_at=now,
        schedule=schedule,
        next_nudge_at=now + FIRST_NUDGE_AFTER,
        expires_at=now + timedelta(days=settings.REPORTS_KEPT_DAYS),
    )
    record(
        "asked for a report",
        ("report", report.public_id),
        by=by.actor,
        now=now,
        participant=_person(frozen),
        facts=asking.facts_of(frozen) | {"formats": report.formats},
    )
    return report


def note_look(frozen: dict[str, Any], *, by: User, now: datetime) -> None:
    """Figures on the screen, in the audit trail: they leave the office as a file would."""
    record(
        "looked at figures",
        ("figures", None),
        by=by.actor,
        now=now,
        participant=_person(frozen),
        facts=asking.facts_of(frozen),
    )


def note_manifest(report: Report, *, by: User, now: datetime) -> None:
    """Whoever takes the sums and the signature of a report's files."""
    record(
        "took the manifest of a report",
        ("report", report.public_id),
        by=by.actor,
        now=now,
        participant=_person(report.parameters),
        facts=asking.facts_of(report.parameters),
    )


def _person(frozen: dict[str, Any]) -> UUID | None:
    return UUID(frozen["participant"]) if frozen["participant"] else None


@transaction.atomic
def cancel(report: Report, *, by: User, now: datetime) -> None:
    """Give up on a report that is not made yet. Raises `WrongState` when it is."""
    given_up = Report.objects.filter(pk=report.pk, state__in=UNDER_WAY).update(
        state=State.CANCELLED, finished_at=now
    )
    if not given_up:
        raise WrongState("This report is no longer being made.")
    record("cancelled a report", ("report", report.public_id), by=by.actor, now=now)
    report.refresh_from_db()


def link_to(file: ReportFile, *, by: User, now: datetime) -> str:
    """An address that gives the file to whoever has it, for five minutes."""
    return f"{settings.PUBLIC_URL}{path_to(file, by=by, now=now)}"


def path_to(file: ReportFile, *, by: User, now: datetime) -> str:
    """The same without the host."""
    until = int((now + LINK_LIFE).timestamp())
    token = signing.dumps({"file": file.pk, "by": by.pk, "until": until}, salt=_SALT)
    return reverse("report-file", args=[token])


def file_of_link(token: str, *, now: datetime) -> tuple[ReportFile, User] | None:
    """What a link opens now; None when it is forged, over, or its maker may no longer see it."""
    try:
        said = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=said["by"], is_active=True).first()
    if user is None or now.timestamp() >= said["until"]:
        return None
    visible = Report.objects.visible_to(user).filter(files=said["file"])
    file = ReportFile.objects.filter(pk=said["file"], report__in=visible, deleted_at__isnull=True)
    found = file.select_related("report").first()
    return (found, user) if found else None


@transaction.atomic
def note_download(file: ReportFile, *, by: User, now: datetime) -> None:
    """In the audit trail, before the file leaves."""
    report = file.report
    Report.objects.filter(pk=report.pk, first_opened_at__isnull=True).update(first_opened_at=now)
    record(
        "downloaded a report",
        ("report", report.public_id),
        by=by.actor,
        now=now,
        participant=_person(report.parameters),
        facts={"format": file.format, "sha256": file.sha256},
    )


@transaction.atomic
def schedule_monthly(wish: asking.Wish, *, by: User, now: datetime) -> Schedule:
    """Make this report after each month from now on. Raises `RuleError`."""
    if wish.participant is not None or wish.kind == "participant":
        raise RuleError("A report on one person is asked for each time.", field="kind")
    frozen = asking.freeze(wish, by=by, now=now)
    said = {name: str(value or "") for name, value in asdict(wish).items()}
    schedule = Schedule.objects.create(
        owner=by,
        wish=said,
        offices=frozen["offices"],
        created_at=now,
        next_month=now.date().replace(day=1),
    )
    record("scheduled a report", ("schedule", schedule.public_id), by=by.actor, now=now)
    return schedule


@transaction.atomic
def end_schedule(schedule: Schedule, *, by: User, now: datetime) -> None:
    if Schedule.objects.filter(pk=schedule.pk, ended_at__isnull=True).update(ended_at=now):
        record("ended a scheduled report", ("schedule", schedule.public_id), by=by.actor, now=now)


def wish_of(schedule: Schedule, month: date) -> asking.Wish:
    """What the schedule asks for about the month that begins so."""
    period = month_before(_next_month(month))
    said = schedule.wish
    ids = {
        name: UUID(said[name]) if said[name] else None
        for name in ("office", "officer", "participant")
    }
    words = {name: said.get(name, "") for name in _WORDS}
    whole: dict[str, Any] = {**ids, **words}
    return asking.Wish(first=period.first, last=period.last, **whole)


def _next_month(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)
