"""How drf-spectacular describes the API."""

SPECTACULAR = {
    "TITLE": "SmartLink",
    "DESCRIPTION": "Supervised-release check-ins: requests, attempts, reviews.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "smartlink.api.openapi.complete",
    ],
    "ENUM_NAME_OVERRIDES": {
        "CaseKind": "casework.participants.models.CaseKind",
        "HearingKind": "casework.hearings.models.HearingKind",
        "HearingSource": "casework.hearings.models.HearingSource",
        "Attendance": "casework.hearings.models.Attendance",
        "ImportState": "casework.hearings.models.ImportState",
        "HearingOutcome": "casework.hearings.models.HearingOutcome",
        "FindingKind": "casework.findings.models.KINDS",
        "FindingState": "casework.findings.models.STATES",
        "Method": "checkins.models.plan.Method",
        "AnsweredBy": "checkins.models.attempt.ANSWERED_BY",
        "CheckInState": "checkins.models.checkin.STATE_CHOICES",
        "ReportKind": "smartlink.reports.asking.KIND_CHOICES",
        "ReportState": "smartlink.reports.models.State",
        "ReferencePhotoState": "checkins.models.reference.ReferenceState",
    },
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
}
