"""Courts, hearings with their history, appointments, calendar feeds and imports."""

from casework.hearings.models.appointment import Appointment, AppointmentKind, AppointmentStatus
from casework.hearings.models.batch import HearingImport, ImportState
from casework.hearings.models.conflict import Decision, HearingConflict
from casework.hearings.models.court import Court
from casework.hearings.models.feed import CalendarFeed
from casework.hearings.models.hearing import (
    Attendance,
    Hearing,
    HearingKind,
    HearingMode,
    HearingOutcome,
    HearingSource,
)
from casework.hearings.models.history import ChangeKind, ChangeNotice, HearingChange

__all__ = [
    "Appointment",
    "AppointmentKind",
    "AppointmentStatus",
    "Attendance",
    "CalendarFeed",
    "ChangeKind",
    "ChangeNotice",
    "Court",
    "Decision",
    "Hearing",
    "HearingChange",
    "HearingConflict",
    "HearingImport",
    "HearingKind",
    "HearingMode",
    "HearingOutcome",
    "HearingSource",
    "ImportState",
]
