"""What casework itself stores and how long: sessions, invites, tokens, the audit trail."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from casework.audit.models import Entry
from casework.participants.imports.working import PEOPLE
from casework.participants.models import (
    Invite,
    ParticipantPasskey,
    PortalSession,
    SupervisionTerm,
)
from casework.retention.registry import Rule, retention
from casework.retention.uploads import rule_of
from casework.staff.models import SignIn, StaffSession, StaffToken


def _sessions(cutoff: datetime) -> QuerySet[Any]:
    return PortalSession.objects.filter(Q(ended_at__lt=cutoff) | Q(expires_at__lt=cutoff))


def _passkeys(cutoff: datetime) -> QuerySet[Any]:
    return ParticipantPasskey.objects.filter(participant__closed_at__lt=cutoff)


def _terms(cutoff: datetime) -> QuerySet[Any]:
    return SupervisionTerm.objects.filter(participant__closed_at__lt=cutoff)


def _invites(cutoff: datetime) -> QuerySet[Any]:
    return Invite.objects.filter(expires_at__lt=cutoff)


def _tokens(cutoff: datetime) -> QuerySet[Any]:
    return StaffToken.objects.filter(Q(revoked_at__lt=cutoff) | Q(expires_at__lt=cutoff))


def _staff_sessions(cutoff: datetime) -> QuerySet[Any]:
    return StaffSession.objects.filter(last_seen_at__lt=cutoff)


def _sign_ins(cutoff: datetime) -> QuerySet[Any]:
    return SignIn.objects.filter(at__lt=cutoff)


def _trail(cutoff: datetime) -> QuerySet[Any]:
    return Entry.objects.filter(position__isnull=False, at__lt=cutoff)


def register() -> None:
    retention.add(
        Rule(
            "portal_sessions", "portal session",
            what=_("Your sign-ins: when, and on which kind of phone or browser"),
            why=_("To keep you signed in and to show you where"),
            since=_("after the sign-in ends"),
            days=30, due=_sessions, person="participant", order=60,
        ),
        Rule(
            "passkeys", "passkey",
            what=_("Keys with which face or finger on your phone signs you in"),
            why=_("To let you sign in without the PIN"),
            since=_("after supervision ends"),
            days=30, due=_passkeys, person="participant", order=65,
        ),
        Rule(
            "supervision_terms", "supervision term",
            what=_("How you were supervised, since when, and why"),
            why=_("To show what was ordered, by whom and for which reason"),
            since=_("after supervision ends"),
            days=7 * 365, due=_terms, person="participant", order=68,
        ),
        Rule(
            "invites", "invite",
            what=_("Invites that were made for you"),
            why=_("To let you sign in the first time"),
            since=_("after the invite runs out"),
            days=30, due=_invites, person="participant", order=70,
        ),
        Rule(
            "staff_tokens", "token of staff",
            what="Sign-ins of programs that officers use",
            why="To know which program acted for whom",
            since=_("after the sign-in ends"),
            days=90, due=_tokens, order=80,
        ),
        Rule(
            "staff_sessions", "session of staff",
            what="Sessions of staff in browsers", why="To see and end them",
            since="after the session was last used",
            days=90, due=_staff_sessions, order=82,
        ),
        Rule(
            "staff_sign_ins", "sign-in of staff",
            what="Sign-ins of staff, and refused ones", why="To find out about misuse",
            since="after it happened",
            days=365, due=_sign_ins, order=84,
        ),
        rule_of(PEOPLE, "imported_people", "Uploaded lists of people", order=88),
        Rule(
            "audit", "line of the audit trail",
            what=_("The list of who looked at your file and who changed it"),
            why=_("To show who did what, to you and to a court"),
            since=_("after it happened"),
            days=7 * 365, due=_trail, order=90,
        ),
    )  # fmt: skip
