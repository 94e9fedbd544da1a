"""What others did in a participant's file, in words that the participant understands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.audit.models import Entry
from casework.common.actors import ActorKind
from casework.participants.models import Participant
from casework.staff.models import Role, User

PAGE = 25

_READ_A_REPORT = gettext_lazy("Made or read a report about your check-ins")
_DID = {
    "viewed a photo": gettext_lazy("Looked at a photo of you"),
    "opened the file": gettext_lazy("Opened your file"),
    "printed the file": gettext_lazy("Printed your file"),
    "read the notes": gettext_lazy("Read the notes about you"),
    "wrote a note": gettext_lazy("Wrote a note about you"),
    "amended a note": gettext_lazy("Changed a note about you"),
    "enrolled": gettext_lazy("Took you into the program"),
    "invited": gettext_lazy("Made an invite for you"),
    "removed the passkeys of a lost phone": gettext_lazy(
        "Turned off face and finger because a phone was lost"
    ),
    "assigned": gettext_lazy("Gave your case to an officer"),
    "handed over": gettext_lazy("Gave your case to an officer"),
    "took back a hand-over": gettext_lazy("Gave your case back to the officer before"),
    "confirmed a hand-over": gettext_lazy("Read the notes about you"),
    "set the supervision term": gettext_lazy("Changed how you are supervised"),
    "corrected": gettext_lazy("Changed your details"),
    "moved to another office": gettext_lazy("Moved your case to another office"),
    "entered a hearing": gettext_lazy("Entered a hearing"),
    "changed a hearing": gettext_lazy("Changed or confirmed a hearing"),
    "added a reference photo": gettext_lazy("Added a photo of you"),
    "confirmed a reference photo": gettext_lazy("Confirmed that a photo shows you"),
    "retired a reference photo": gettext_lazy("Took a photo of you out of use"),
    "changed the plan": gettext_lazy("Changed your check-in plan"),
    "requested a check-in": gettext_lazy("Asked you for a check-in"),
    "withdrew a check-in": gettext_lazy("Took back a request for a check-in"),
    "excused a check-in": gettext_lazy("Excused a missed check-in"),
    "decided accepted": gettext_lazy("Accepted a check-in"),
    "decided not_accepted": gettext_lazy("Did not accept a check-in"),
    "looked at messages": gettext_lazy("Read messages between you and your office"),
    "read messages": gettext_lazy("Read messages between you and your office"),
    "sent a message": gettext_lazy("Wrote you a message"),
    "looked at a finding": gettext_lazy("Read a finding about you"),
    "proposed a finding": gettext_lazy("Wrote a finding about you"),
    "sent the notice of a finding again": gettext_lazy("Sent you a letter again"),
    "gave more time to answer a finding": gettext_lazy("Gave you more time to answer"),
    "withdrew a finding": gettext_lazy("Took back a finding about you"),
    "decided a finding": gettext_lazy("Decided about a finding"),
    "looked at figures": _READ_A_REPORT,
    "asked for a report": _READ_A_REPORT,
    "downloaded a report": _READ_A_REPORT,
    "took the manifest of a report": _READ_A_REPORT,
    "deleted under a rule": gettext_lazy("Deleted something of yours because its time was over"),
    "set a legal hold": gettext_lazy("Ordered that nothing of yours is deleted"),
    "lifted a legal hold": gettext_lazy("Allowed deleting again"),
    "asked for a copy of the file": gettext_lazy("Asked for a copy of your whole file"),
    "made a copy of the file": gettext_lazy("A copy of your whole file was made"),
    "looked at the list of documents": gettext_lazy("Looked at the list of your documents"),
    "viewed a document": gettext_lazy("Looked at a document of yours"),
    "added a document": gettext_lazy("Put a document into your file"),
    "added a document for staff only": gettext_lazy(
        "Put a document into your file that only staff see"
    ),
    "marked a document as seen": gettext_lazy("Saw a document you sent"),
    "described a document": gettext_lazy("Wrote what a document is"),
    "removed a document": gettext_lazy("Removed a document"),
    "viewed a reported change": gettext_lazy("Looked at a change you reported"),
    "confirmed a reported change": gettext_lazy("Confirmed a change you reported"),
    "did not confirm a reported change": gettext_lazy("Did not confirm a change you reported"),
    "added a phone number": gettext_lazy("Wrote a new phone number into your file"),
    "verified a phone number": gettext_lazy("Verified a phone number of yours"),
    "acknowledged a request for help": gettext_lazy("Read your request for help"),
    "closed a request for help": gettext_lazy("Answered your request for help"),
    "downloaded a copy of the file": gettext_lazy("Downloaded a copy of your whole file"),
}
_ROLES = {
    Role.OFFICER: gettext_lazy("officer"),
    Role.SUPERVISOR: gettext_lazy("supervisor"),
    Role.ADMINISTRATOR: gettext_lazy("administrator of the system"),
}


@dataclass(frozen=True)
class Act:
    """`who` is a name, `role` what the person is today; both are words of ours for a machine."""

    at: datetime
    who: str
    role: str
    did: str


def acts_of_others(participant: Participant) -> QuerySet[Entry]:
    """Everything in the file but what the participant did; the newest first."""
    mine = Entry.objects.filter(participant_id=participant.public_id)
    return mine.exclude(actor_kind=ActorKind.PARTICIPANT.value).order_by("-id")


def page_of(participant: Participant, before: int | None) -> tuple[list[Act], int | None]:
    """One page of acts older than the line `before`, and where the next page begins."""
    rows = acts_of_others(participant)
    if before is not None:
        rows = rows.filter(id__lt=before)
    lines = list(rows[: PAGE + 1])
    more = lines[PAGE - 1].pk if len(lines) > PAGE else None
    staff = User.objects.filter(public_id__in={line.actor_id for line in lines if line.actor_id})
    by_id: dict[Any, User] = {user.public_id: user for user in staff}
    return [_act(line, by_id.get(line.actor_id)) for line in lines[:PAGE]], more


def _act(line: Entry, user: User | None) -> Act:
    did = str(_DID.get(line.verb, _("Worked on your file")))
    if user is None:
        return Act(line.at, "SmartLink", _("by itself"), did)
    return Act(line.at, user.full_name, str(_ROLES[Role(user.role)]), did)
