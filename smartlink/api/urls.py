"""Addresses of the API (DESIGN §14). All may be written without the last slash."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.views import APIView

from casework.documents import api as documents
from casework.findings import api as findings
from casework.hearings import api as hearings
from casework.hearings import api_changes as hearing_changes
from casework.messages import api as messages
from casework.notes import api as notes
from casework.participants.api import imports as participant_imports
from casework.participants.api import views as participants
from casework.requests import api as asked
from casework.resources import api as resources
from casework.staff import api as staff
from checkins.api import check_ins, questions, receipts, reviews, uploads
from checkins.api import participants as of_participant
from smartlink.api import docs
from smartlink.api.idempotency import idempotent
from smartlink.api.throttles import (
    CheckingReceipts,
    Everyone,
    SendingAttempts,
    SendingPieces,
    SigningIn,
)
from smartlink.reports import api as reports


def _at(route: str, view: type[APIView], name: str | None = None) -> URLPattern:
    return path(route, idempotent(view).as_view(throttle_classes=(Everyone,)), name=name)


def _sign_in_at(route: str, view: type[APIView]) -> URLPattern:
    """Not idempotent: nothing that opens a door is kept to be given out again."""
    return path(route, view.as_view(throttle_classes=(SigningIn,)))


urlpatterns: list[URLPattern | URLResolver] = [
    _sign_in_at("auth/token/", staff.AuthToken),
    _at("auth/sign-out/", staff.AuthSignOut),
    _at("auth/me/", staff.Me),
    _sign_in_at("portal/sign-in/", participants.PortalSignIn),
    _at("portal/sign-out/", participants.PortalSignOut),
    _at("portal/me/", participants.PortalMe),
    _at("participants/", participants.ParticipantList),
    _at("participants/<uuid:participant_id>/", participants.ParticipantDetail),
    _at("participants/<uuid:participant_id>/invite/", participants.ParticipantInvite),
    _at("participants/import/", participant_imports.ParticipantImports),
    _at("participants/import/<uuid:import_id>/", participant_imports.ParticipantImportDetail),
    _at("participants/<uuid:participant_id>/reference-photos/", of_participant.ReferencePhotos),
    _at(
        "participants/<uuid:participant_id>/reference-photos/<uuid:photo_id>/",
        of_participant.ReferencePhotoDetail,
    ),
    _at(
        "participants/<uuid:participant_id>/reference-photos/<uuid:photo_id>/confirm/",
        of_participant.ReferencePhotoConfirm,
    ),
    _at("participants/<uuid:participant_id>/plan/", of_participant.ParticipantPlan),
    _at("participants/<uuid:participant_id>/plan/pin-alone/", of_participant.ParticipantPinAlone),
    _at("participants/<uuid:participant_id>/check-ins/", of_participant.ParticipantCheckIns),
    _at("participants/<uuid:participant_id>/notes/", notes.NoteList),
    _at("notes/<uuid:note_id>/", notes.NoteDetail),
    _at("check-ins/", check_ins.CheckInList),
    _at("check-ins/<uuid:check_in_id>/", check_ins.CheckInDetail, name="api-check-in"),
    _at("check-ins/<uuid:check_in_id>/withdraw/", check_ins.CheckInWithdraw),
    _at("check-ins/<uuid:check_in_id>/excuse/", check_ins.CheckInExcuse),
    path(
        "check-ins/<uuid:check_in_id>/attempts/",
        idempotent(check_ins.CheckInAttempts).as_view(throttle_classes=(Everyone, SendingAttempts)),
    ),
    path(  # needs no Idempotency-Key: the key is in the address
        "check-ins/<uuid:check_in_id>/attempts/uploads/<uuid:upload_key>/",
        uploads.AttemptInPieces.as_view(throttle_classes=(Everyone, SendingPieces)),
    ),
    _at("check-ins/<uuid:check_in_id>/challenge/", check_ins.CheckInChallenge),
    _at("check-ins/<uuid:check_in_id>/review/", reviews.CheckInReview),
    _at("check-ins/<uuid:check_in_id>/review/claim/", reviews.CheckInReviewClaim),
    _at("check-ins/<uuid:check_in_id>/review/release/", reviews.CheckInReviewRelease),
    _at("check-ins/<uuid:check_in_id>/review/undo/", reviews.CheckInReviewUndo),
    _at("check-ins/<uuid:check_in_id>/questions/", questions.CheckInQuestions),
    _at("check-ins/<uuid:check_in_id>/questions/handled/", questions.CheckInQuestionsHandled),
    path("receipts/verify/", receipts.ReceiptVerify.as_view(throttle_classes=(CheckingReceipts,))),
    _at("courts/", hearings.CourtList),
    _at("hearings/", hearings.HearingList),
    _at("hearings/import/", hearings.HearingImports),
    _at("hearings/import/<uuid:import_id>/", hearings.HearingImportDetail),
    _at("hearings/changes/", hearing_changes.HearingChangeList),
    _at("hearings/changes/<uuid:notice_id>/seen/", hearing_changes.HearingChangeSeen),
    _at("hearings/<uuid:hearing_id>/", hearings.HearingDetail),
    _at("documents/", documents.DocumentList),
    _at("documents/<uuid:document_id>/", documents.DocumentDetail),
    _at("documents/<uuid:document_id>/pages/<int:number>/", documents.DocumentPageFile),
    _at("documents/<uuid:document_id>/seen/", documents.DocumentSeen),
    _at("documents/<uuid:document_id>/take-back/", documents.DocumentTakeBack),
    _at("documents/<uuid:document_id>/remove/", documents.DocumentRemove),
    _at("messages/", messages.MessageList),
    _at("messages/<uuid:message_id>/read/", messages.MessageRead),
    _at("resources/", resources.ResourceList),
    _at("findings/", findings.FindingList),
    _at("findings/<uuid:finding_id>/", findings.FindingDetail),
    _at("findings/<uuid:finding_id>/answer/", findings.FindingAnswer),
    _at("findings/<uuid:finding_id>/decision/", findings.FindingDecision),
    _at("findings/<uuid:finding_id>/withdraw/", findings.FindingWithdrawal),
    _at("findings/<uuid:finding_id>/more-time/", findings.FindingMoreTime),
    _at("changes/", asked.ChangeList),
    _at("changes/<uuid:change_id>/", asked.ChangeDetail),
    _at("changes/<uuid:change_id>/withdraw/", asked.ChangeWithdraw),
    _at("changes/<uuid:change_id>/confirm/", asked.ChangeConfirm),
    _at("changes/<uuid:change_id>/refuse/", asked.ChangeRefuse),
    _at("help-requests/", asked.HelpList),
    _at("help-requests/<uuid:help_id>/withdraw/", asked.HelpWithdraw),
    _at("help-requests/<uuid:help_id>/acknowledge/", asked.HelpAcknowledge),
    _at("help-requests/<uuid:help_id>/close/", asked.HelpClose),
    _at("reports/", reports.ReportList),
    _at("reports/<uuid:report_id>/", reports.ReportDetail, name="api-report"),
    _at("reports/<uuid:report_id>/cancel/", reports.ReportCancel),
    path("schema/", docs.Schema.as_view(), name="api-schema"),
    path("docs/", docs.Docs.as_view(url_name="api-schema"), name="api-docs"),
]
