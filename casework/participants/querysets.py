"""Whose file a member of staff may open."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery

from casework.common import clock

if TYPE_CHECKING:
    from casework.staff.models import User


def scope(user: "User", path: str = "") -> Q:
    """The condition that keeps rows to those `user` may see; `path` leads to the participant.

    An officer sees the own caseload and those that are covered today, a supervisor the own
    offices, an administrator everything. The instant is read here: whose days these are belongs
    to who asks, as the role does, and a page must not be able to forget it.
    """
    prefix = f"{path}__" if path else ""
    if not user.is_active:
        return Q(pk__in=[])
    if user.is_administrator:
        return Q()
    if user.is_supervisor:
        key = f"{prefix}office__in"
        return Q(**{key: user.offices.values("pk")})
    from casework.participants.models import Assignment  # noqa: PLC0415 - models use this module

    theirs = Assignment.objects.filter(officer__in=caseloads_of(user), until_at__isnull=True)
    return Q(**{f"{prefix}pk__in": theirs.values("participant_id")})


def caseloads_of(user: "User") -> QuerySet[Any]:
    """The officers (keys) whose caseloads are `user`'s to look after now: the own one and cover.

    A UNION of two tiny look-ups, not an OR: the assignments are then found by their index.
    """
    from casework.staff.models import Cover, User  # noqa: PLC0415 - see scope

    covered = Cover.objects.on(clock.now()).filter(officer=user).values("absent_id")
    own = User.objects.filter(pk=user.pk).order_by().values("pk")
    return own.union(covered.order_by(), all=True)


# A login code as the keys of a telephone give it: "BCDF-2345" is 22332345.
KEYPAD_OF_LOGIN = models.Func(
    models.F("login"),
    models.Value("BCDFGHJKMNPQRSTVWXZ-"),
    models.Value("2233445566777788999"),
    function="translate",
    output_field=models.TextField(),
)


class CredentialQuerySet(models.QuerySet["Credential"]):  # type: ignore[name-defined]
    def on_keypad(self, digits: str) -> "CredentialQuerySet":
        """Those whose login code these keys may mean; letters share keys, so it can be several."""
        found: CredentialQuerySet = self.annotate(keys=KEYPAD_OF_LOGIN).filter(keys=digits)
        return found


class ParticipantQuerySet(models.QuerySet["Participant"]):  # type: ignore[name-defined]
    def visible_to(self, user: "User") -> "ParticipantQuerySet":
        return self.filter(scope(user))

    def with_technology(self) -> "ParticipantQuerySet":
        """Adds `technology`, of the supervision term that is in force; None without one."""
        from casework.participants.models import SupervisionTerm  # noqa: PLC0415 - see scope

        current = SupervisionTerm.objects.filter(participant=OuterRef("pk"), until_at__isnull=True)
        annotated: ParticipantQuerySet = self.annotate(
            technology=Subquery(current.values("technology")[:1])
        )
        return annotated

    def supervised(self) -> "ParticipantQuerySet":
        """Those whose supervision has not ended."""
        return self.filter(closed_at__isnull=True)
