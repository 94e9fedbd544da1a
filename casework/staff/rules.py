"""What each role may do at all. Pure: which rows it applies to is a queryset's `visible_to`."""

VIEW_AND_WORK = frozenset(
    {
        "participants.view_participant",
        "participants.add_participant",
        "participants.change_participant",
        "participants.view_case",
        "participants.add_case",
        "participants.change_case",
        "participants.view_contactpoint",
        "participants.add_contactpoint",
        "participants.change_contactpoint",
        "participants.delete_contactpoint",
        "participants.view_assignment",
        "staff.view_cover",
        "staff.add_cover",
        "participants.view_invite",
        "participants.view_consent",
        "participants.view_supervisionterm",
        "participants.add_supervisionterm",
        "notes.view_note",
        "notes.add_note",
        "resources.view_resource",
        "resources.add_resource",
        "resources.change_resource",
        "notices.view_notice",
        "notices.change_delivery",
        "faults.view_fault",
        "hearings.view_court",
        "hearings.view_hearing",
        "hearings.add_hearing",
        "hearings.change_hearing",
        "hearings.view_appointment",
        "hearings.add_appointment",
        "hearings.change_appointment",
        "officer_messages.view_message",
        "officer_messages.add_message",
        "officer_messages.change_message",
        "findings.view_finding",
        "findings.add_finding",
        "requests.view_changereport",
        "requests.change_changereport",
        "requests.view_helprequest",
        "requests.change_helprequest",
        "documents.view_document",
        "documents.add_document",
        "documents.change_document",
        "checkins.view_plan",
        "checkins.add_plan",
        "checkins.change_plan",
        "checkins.view_checkin",
        "checkins.view_attempt",
        "checkins.view_verification",
        "checkins.view_review",
        "checkins.change_review",
        "checkins.view_referencephoto",
        "checkins.add_referencephoto",
        "checkins.view_checkinevent",
        "checkins.view_told",
        "checkins.change_told",
    }
)
OVERSEE = frozenset(
    {
        "participants.add_assignment",
        "participants.change_assignment",
        "participants.step_up",
        "staff.view_user",
        "staff.view_office",
        "audit.view_entry",
        "copies.add_copy",
        "retention.view_hold",
        "retention.change_hold",
        "retention.view_certificate",
        "faults.add_fault",
        "faults.change_fault",
        "checkins.confirm_review",
        "checkins.take_over_review",
        "findings.decide_finding",
        "checkins.waive_liveness",
        "checkins.view_calibration",
        "reports.make_report",
        "checkins.authorise_location",
    }
)
ADMINISTER = frozenset(
    {
        "staff.add_user",
        "staff.change_user",
        "staff.view_signin",
        "staff.add_office",
        "staff.change_office",
        "hearings.add_court",
        "hearings.change_court",
        "checkins.audit_draws",
        "checkins.use_calibration",
    }
)
GRANTS: dict[str, frozenset[str]] = {
    "officer": VIEW_AND_WORK,
    "supervisor": VIEW_AND_WORK | OVERSEE,
    "administrator": VIEW_AND_WORK | OVERSEE | ADMINISTER,
}


def may(role: str, permission: str) -> bool:
    """Whether `role` holds `permission`, written as Django does: "app_label.verb_model"."""
    return permission in GRANTS.get(role, frozenset())


def may_open(role: str, app_label: str) -> bool:
    """Whether `role` has anything to do in the app at all."""
    return any(grant.startswith(f"{app_label}.") for grant in GRANTS.get(role, frozenset()))
