"""When the sweeps run. Each is idempotent: a beat that is missed or doubled does no harm."""

from typing import Any

from celery.schedules import schedule

_SECONDS = {
    "casework.audit.tasks.sweep_audit": 10,
    "casework.copies.tasks.sweep_copies": 30,
    "casework.retention.tasks.sweep_retention": 4 * 3600,
    "checkins.tasks.sweep_issue": 4,
    "casework.notices.tasks.send_notices": 5,
    "checkins.tasks.sweep_verifications": 10,
    "checkins.tasks.show_verification": 15,
    "checkins.tasks.enrol_again": 30,
    "checkins.tasks.sweep_references": 15,
    "checkins.tasks.sweep_deadlines": 15,
    "checkins.tasks.sweep_reminders": 30,
    "casework.hearings.tasks.sweep_imports": 60,
    "casework.participants.tasks.sweep_imports": 60,
    "casework.hearings.tasks.sweep_reminders": 60,
    "casework.findings.tasks.sweep_findings": 60,
    "casework.findings.tasks.sweep_void": 1800,
    "checkins.tasks.sweep_calls": 15,
    "checkins.tasks.sweep_draws": 120,
    "checkins.tasks.sweep_keys": 3600,
    "smartlink.reports.tasks.sweep_reports": 20,
    "smartlink.reports.tasks.sweep_rollups": 120,
    "smartlink.reports.tasks.sweep_error_rates": 3600,
    "smartlink.api.tasks.sweep_idempotency": 3600,
}

BEAT: dict[str, dict[str, Any]] = {
    task: {"task": task, "schedule": schedule(seconds), "options": {"expires": seconds * 2}}
    for task, seconds in _SECONDS.items()
}
