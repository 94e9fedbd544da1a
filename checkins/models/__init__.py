"""A check-in from plan to decision, and what a face is compared with."""

from checkins.models.attempt import Attempt, Verification
from checkins.models.calibration import Calibration, CalibrationUse
from checkins.models.call import PhoneCall
from checkins.models.challenge import Challenge, Frame
from checkins.models.checkin import CheckIn, CheckInEvent
from checkins.models.draw import DrawKey, DrawTerms
from checkins.models.last import LastCheckIn
from checkins.models.plan import Plan
from checkins.models.receipt import Receipt, ReceiptKey, RefusedUpload
from checkins.models.reference import ReferencePhoto, Template
from checkins.models.review import Review
from checkins.models.several import ActForSeveral, Several
from checkins.models.told import Told
from checkins.models.upload import PartialUpload, UploadPiece

__all__ = [
    "ActForSeveral",
    "Attempt",
    "Calibration",
    "CalibrationUse",
    "Challenge",
    "CheckIn",
    "CheckInEvent",
    "DrawKey",
    "DrawTerms",
    "Frame",
    "LastCheckIn",
    "PartialUpload",
    "PhoneCall",
    "Plan",
    "Receipt",
    "ReceiptKey",
    "ReferencePhoto",
    "RefusedUpload",
    "Review",
    "Several",
    "Template",
    "Told",
    "UploadPiece",
    "Verification",
]
