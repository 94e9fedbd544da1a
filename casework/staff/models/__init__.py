"""The people who work cases, the offices they work in, what opens their accounts, their cover."""

from casework.staff.models.accounts import (
    PasskeyChallenge,
    SecondFactor,
    SignIn,
    SignInMeans,
    SignInOutcome,
    StaffInvite,
    StaffPasskey,
    StaffSession,
    StaffToken,
)
from casework.staff.models.cover import Cover
from casework.staff.models.people import Office, Role, User, UserManager
from casework.staff.models.saved_view import SavedView

__all__ = [
    "Cover",
    "Office",
    "PasskeyChallenge",
    "Role",
    "SavedView",
    "SecondFactor",
    "SignIn",
    "SignInMeans",
    "SignInOutcome",
    "StaffInvite",
    "StaffPasskey",
    "StaffSession",
    "StaffToken",
    "User",
    "UserManager",
]
