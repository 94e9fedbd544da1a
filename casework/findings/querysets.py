"""Which findings a person may see, and which have something to be done."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from casework.findings.rules import (
    AWAITS_ANSWER,
    LIVE,
    NEAR,
    OUT_OF_SIGHT,
    STANDING,
    TELL_WITHIN,
    State,
)
from casework.participants.querysets import scope

if TYPE_CHECKING:
    from casework.participants.models import Participant
    from casework.staff.models import User

MAY_DECIDE = "findings.decide_finding"


class FindingQuerySet(models.QuerySet["Finding"]):  # type: ignore[name-defined]
    def visible_to(self, user: "User") -> "FindingQuerySet":
        """Those of files that `user` may open. One that was overturned is out of every file."""
        hidden = sorted(state.value for state in OUT_OF_SIGHT)
        return self.filter(scope(user, "participant")).exclude(state__in=hidden)

    def of(self, participant: "Participant") -> "FindingQuerySet":
        """All about a participant, for the participant."""
        return self.filter(participant=participant)

    def live(self) -> "FindingQuerySet":
        return self.filter(state__in=sorted(state.value for state in LIVE))

    def standing(self) -> "FindingQuerySet":
        """Not decided, or upheld."""
        return self.filter(state__in=sorted(state.value for state in STANDING))

    def awaiting_answer(self) -> "FindingQuerySet":
        return self.filter(state__in=sorted(state.value for state in AWAITS_ANSWER))

    def answered(self) -> "FindingQuerySet":
        return self.filter(state=State.ANSWERED.value)

    def answered_to(self, user: "User") -> "FindingQuerySet":
        """Answers, not decided yet, to what `user` proposed or took over with the case."""
        return self.answered().filter(self._theirs(user))

    @staticmethod
    def _theirs(user: "User") -> Q:
        """Proposed by `user`, or about somebody who is on the own caseload now."""
        own = user.assignments.filter(until_at__isnull=True).values("participant")
        return Q(proposed_by=user) | Q(participant__in=own)

    def due(self, now: datetime) -> "FindingQuerySet":
        """That may be decided: answered, or the time to answer is over."""
        over = Q(state=State.TOLD.value, answer_by__lte=now)
        return self.filter(Q(state=State.ANSWERED.value) | over)

    def near(self, now: datetime) -> "FindingQuerySet":
        """Not answered yet, and the time to answer is over soon."""
        soon = self.filter(state=State.TOLD.value, answer_by__gt=now)
        return soon.filter(answer_by__lte=now + NEAR)

    def not_told(self, now: datetime) -> "FindingQuerySet":
        """Nobody could be told for days: somebody should call."""
        return self.filter(state=State.PROPOSED.value, proposed_at__lte=now - TELL_WITHIN)

    def needing(self, user: "User", now: datetime) -> "FindingQuerySet":
        """What only `user` and the likes of them can move on."""
        mine = Q(pk__in=self.model.objects.not_told(now).filter(self._theirs(user)).values("pk"))
        if user.has_perm(MAY_DECIDE):
            due = self.model.objects.due(now).exclude(proposed_by=user)
            return self.filter(mine | Q(pk__in=due.values("pk")))
        return self.filter(mine)
