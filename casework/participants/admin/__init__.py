"""Participants in the staff site: the caseload, the file, and the smaller rows of the file."""

from casework.participants.admin.entries import EntryAdmin
from casework.participants.admin.people import ParticipantAdmin
from casework.participants.admin.rows import CaseAdmin, ContactPointAdmin

__all__ = ["CaseAdmin", "ContactPointAdmin", "EntryAdmin", "ParticipantAdmin"]
