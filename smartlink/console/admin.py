"""What one can do from a participant's file; the pages are this app's."""

from django.utils.translation import gettext_lazy as _

from casework.participants.registry import Button, file_of_participant
from smartlink.console.caseload_actions import PAUSE, REQUEST, RESUME, TRANSFER
from smartlink.console.caseload_filters import ByCaseload
from smartlink.console.open_now import register as register_open_now

register_open_now()
file_of_participant.filters.insert(0, ByCaseload)
file_of_participant.add(TRANSFER, REQUEST, PAUSE, RESUME)
file_of_participant.add(
    Button(str(_("Request check-in")), "photo_camera", "console:request",
           "checkins.view_checkin", 10, main=True),
    Button(str(_("New invite")), "qr_code_2", "console:invite", "participants.view_invite", 20),
    Button(str(_("Edit plan")), "edit_calendar", "console:plan", "checkins.change_plan", 30),
    Button(str(_("Add photos")), "add_a_photo", "console:photos",
           "checkins.add_referencephoto", 40),
    Button(str(_("Edit details")), "edit", "console:edit", "participants.change_participant", 50),
    Button(str(_("Notes")), "sticky_note_2", "console:notes", "notes.add_note", 52),
    Button(str(_("Timeline")), "history", "console:timeline",
           "participants.view_participant", 54),
    Button("Transfer", "move_down", "console:assign",
           "participants.change_assignment", 60),
    Button(str(_("Report for court")), "summarize", "console:reports:of_person",
           "reports.make_report", 70),
    Button("Messages", "forum", "console:messages_of", "officer_messages.view_message", 15),
    Button("Findings", "balance", "console:findings_of", "findings.view_finding", 75),
    Button(str(_("Legal hold")), "lock", "console:hold", "retention.change_hold", 80),
    Button(str(_("Draws")), "casino", "console:draws", "checkins.audit_draws", 85),
    Button(str(_("Whole file")), "folder_zip", "console:copies", "copies.add_copy", 90),
)  # fmt: skip
