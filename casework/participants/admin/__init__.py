"""Participants in the staff site: the caseload, the file, and the audit trail."""

from casework.participants.admin import panels
from casework.participants.admin.entries import EntryAdmin
from casework.participants.admin.people import ParticipantAdmin

panels.register()

__all__ = ["EntryAdmin", "ParticipantAdmin"]
