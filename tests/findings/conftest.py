"""Alice missed a check-in; her officer proposes, a supervisor decides."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from casework.common import clock
from casework.findings import services
from casework.findings.models import Finding
from casework.findings.services import Proposal
from casework.participants.models import Participant
from casework.staff.models import User
from checkins import lifecycle
from checkins.models import CheckIn
from tests import people

WHY = "She did not answer the request of Monday, and nobody picked up the phone."
ANSWER = "I was in the hospital that day. I have a paper of it."


@dataclass
class Cast:
    """Everybody there is, and verbs that take as much of the way as a test needs."""

    officer: User
    boss: User
    alice: Participant
    now: datetime

    def missed(self, *, ago: timedelta = timedelta(days=2)) -> CheckIn:
        """Asked, shown to her, and let pass."""
        start = self.now - ago
        check_in = people.open_check_in(self.alice, self.officer, now=start)
        lifecycle.mark_delivered(check_in, now=start + timedelta(minutes=1))
        lifecycle.close_overdue(check_in, now=self.now)
        check_in.refresh_from_db()
        assert check_in.state == "missed"
        return check_in

    def propose(self, check_in: CheckIn | None = None, **kw: Any) -> Finding:
        about = check_in if check_in is not None else self.missed()
        new = Proposal("check_in", about.public_id, kw.pop("kind", "missed"), kw.pop("why", WHY))
        return services.propose(new, by=kw.pop("by", self.officer), now=kw.pop("now", self.now))

    def told(self, **kw: Any) -> Finding:
        finding = self.propose(**kw)
        services.mark_told(finding, now=self.now)
        return finding

    def answered(self, **kw: Any) -> Finding:
        finding = self.told(**kw)
        services.answer(finding, ANSWER, by=self.alice, now=self.now + timedelta(days=1))
        return finding

    def decide(self, finding: Finding, *, uphold: bool, **kw: Any) -> None:
        services.decide(
            finding,
            uphold=uphold,
            reason=kw.pop("reason", "Looked at the paper and at the log."),
            by=kw.pop("by", self.boss),
            now=kw.pop("now", self.now + timedelta(days=2)),
        )

    def upheld(self) -> Finding:
        finding = self.answered()
        self.decide(finding, uphold=True)
        return finding

    def overturned(self) -> Finding:
        finding = self.answered()
        self.decide(finding, uphold=False)
        return finding

    def withdrawn(self) -> Finding:
        finding = self.told()
        services.withdraw(finding, reason="Wrong person.", by=self.officer, now=self.now)
        return finding


@pytest.fixture
def cast(db: None) -> Cast:
    office = people.office()
    officer = people.officer(office)
    return Cast(officer, people.supervisor(office), people.participant(officer), clock.now())
