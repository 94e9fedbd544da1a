"""What every figure means, in plain words; printed in every report. Pure.

A change of any meaning needs a new `VERSION`: reports say which one they were made by. What earlier
versions said stays in `EARLIER`, so that a report of theirs can be made again as it was.
"""

from dataclasses import dataclass

# 2: a request that arrived too late to be answered lapses. 3: technology is that of the supervision
# term, and so is the cost of a day; before, everybody counted as smartphone. 4: findings.
VERSION = "4"

# Public figures, one for all technologies: the budget names none by technology. Operators set
# their own, with their own source.
SUPERVISION_USD_A_DAY = "4.36"
DETENTION_USD_A_DAY = "140"
PRICES_FROM = (
    "ICE's budget for 2024 names $4.36 a day for alternatives to detention as a whole, and none by "
    "technology; $140 a day is the least that an adult bed in detention costs."
)


@dataclass(frozen=True)
class Definition:
    """One figure: its name in data, its title on pages and what it counts."""

    name: str
    title: str
    text: str


_TECHNOLOGY = (
    "The technology of a request is that of the supervision term in force when it was issued; "
    '"Not recorded" where there was none. Under a filter by technology, caseload, queue and '
    'hearings are those of the participants who have it at the instant named under "As of".'
)
GENERAL = (
    "A request belongs to the local date on which it was issued, by the clock of the participant's "
    "office; daylight saving is kept. A day is as long as it was there: 23, 24 or 25 hours.",
    'Everything is as it stood at the instant named under "As of". A deadline that passed less '
    "than five minutes before it is not decided yet: the request counts as open.",
    "Office and language are those in the participant's file when the report is made. The officer "
    "is the one who was assigned when the request was issued.",
    _TECHNOLOGY,
    "Check-ins that were planned and never issued are in no figure.",
)

DEFINITIONS = (
    Definition("requests", "Requests",
        "Check-ins that were issued in the period, drawn at random or requested by an officer. "
        "Each is in exactly one of the nine outcomes below."),
    Definition("on_time", "On time",
        "Accepted, by the machine or by a person, after an answer sent before the deadline."),
    Definition("late", "Late", "Accepted by a person after an answer sent after the deadline."),
    Definition("missed", "Missed",
        "The request had reached the participant in time to answer it, the deadline passed without "
        "a usable answer, and nobody has excused it."),
    Definition("not_accepted", "Not accepted", "A person reviewed the answer and refused it."),
    Definition("excused", "Excused",
        "Missed, and an officer found a good reason. Never counts against the person."),
    Definition("lapsed", "Lapsed",
        "Never reached the participant, or too late to be answered (with less than half an hour "
        "left, or than half of a shorter window), or a fault of ours stood in the way. Never "
        "counts against the person."),
    Definition("cancelled", "Withdrawn",
        "Taken back after it was issued. Never counts against the person."),
    Definition("in_review", "In review",
        "Answered, and being checked by the machine or waiting for a person. Not decided yet: in "
        "no rate."),
    Definition("open", "Open", "Waiting for an answer. Not decided yet: in no rate."),
    Definition("counted", "Counted",
        "On time + late + missed + not accepted: the requests that a rate is about. Excused, "
        "lapsed, withdrawn, in review and open are left out."),
    Definition("compliance_rate", "Compliance rate",
        "On time ÷ counted. Shown as \"none\" where nothing counts."),
    Definition("answered_rate", "Answered in the end",
        "(On time + late) ÷ counted: how many were answered and accepted, late ones too."),
    Definition("median_response", "Median response time",
        "Whole minutes from issue to the first answer, over all requests with an answer; half "
        "took no longer than this."),
    Definition("automatic_rate", "Accepted automatically",
        "Requests that the machine accepted without a person, ÷ all that were accepted or not "
        "accepted after an answer."),
    Definition("reviewed", "Reviews decided", "Answers that a person accepted or refused."),
    Definition("overturned_rate", "Overturned",
        "Reviews in which a person accepted what the machine had found not to match or to be a "
        "possible spoof, ÷ all reviews of such findings."),
    Definition("median_review", "Median review time",
        "Whole minutes from the moment an answer reached the review queue to the verdict."),
    Definition("appearance_rate", "Hearing appearance rate",
        "Hearings attended, also late or by video or telephone, ÷ hearings whose attendance is "
        "recorded; cancelled and excused ones are left out. \"Not recorded\" means "
        "what it says: it is neither attended nor absent. A hearing belongs to its local date at "
        "the court."),
    Definition("findings", "Findings",
        "What staff proposed in the period to hold against participants, by the local date at "
        "the office, and where it stood at the instant named under \"As of\": waiting for the "
        "answer or the decision, upheld by a second person, overturned, or taken back. Nobody "
        "is to be found by an overturned finding, which is erased: overturned ones, and with "
        "them the number proposed, are shown only where at least 10 were overturned, and "
        "nothing of findings is shown in figures about one participant."),
    Definition("caseload", "Caseload",
        "Participants under supervision at the instant named under \"As of\"."),
    Definition("queue", "Review queue",
        "Answers waiting for a person at that instant, and for how long the oldest has waited."),
    Definition("person_days", "Days of supervision",
        "For each participant, the local dates of the period on which supervision was in force, "
        "the day of enrolment and the day it ended included; none after \"As of\"."),
    Definition("cost", "Cost of supervision",
        "Days of supervision × the price of a day by technology, beside the same days × the price "
        "of a day in detention. A day belongs to the technology of the supervision term in force "
        "at its end, or when supervision ended or at \"As of\" if that was earlier; \"Not "
        "recorded\" where there was none, at the price that is set for all. Somebody whose "
        "technology changed is a participant of both. The report prints the prices used and where "
        "they are from."),
    Definition("hidden", "Small groups",
        "Where groups are shown, a group of fewer than 10 requests is hidden; if that would hide "
        "only one group, the next smallest is hidden too, so that it cannot be worked out from "
        "the total. Caseload and cost count people, not what they did, and hide none."),
)  # fmt: skip

BY_NAME = {one.name: one for one in DEFINITIONS}

_HIDDEN_BEFORE_3 = (
    "Where groups are shown, a group of fewer than 10 requests is hidden; if that would hide "
    "only one group, the next smallest is hidden too, so that it cannot be worked out from "
    "the total."
)
_COST_BEFORE_3 = (
    "Days of supervision × the cost of a day by technology, beside the same days × the cost "
    "of a day in detention. Until supervision terms are recorded everybody counts as "
    '"smartphone". Both prices are settings; the report prints those used.'
)
# What earlier versions said otherwise: by version, by name.
EARLIER: dict[str, dict[str, str]] = {
    "3": {},
    "2": {"cost": _COST_BEFORE_3, "hidden": _HIDDEN_BEFORE_3},
    "1": {
        "cost": _COST_BEFORE_3,
        "hidden": _HIDDEN_BEFORE_3,
        "missed": "The request had reached the participant, the deadline passed without a usable "
        "answer, and nobody has excused it.",
        "lapsed": "Never reached the participant, or a fault of ours stood in the way. Never "
        "counts against the person.",
    },
}
VERSIONS = (VERSION, *EARLIER)


def by_technology(version: str) -> bool:
    """Whether reports of that version know of technologies."""
    return version not in {"1", "2"}


def by_findings(version: str) -> bool:
    """Whether reports of that version count findings."""
    return version not in EARLIER


def definitions_of(version: str) -> tuple[tuple[str, str], ...]:
    """Title and text of each figure, as that version had them."""
    said = EARLIER.get(version, {})
    known = [one for one in DEFINITIONS if by_findings(version) or one.name != "findings"]
    return tuple((one.title, said.get(one.name, one.text)) for one in known)


def general_of(version: str) -> tuple[str, ...]:
    return tuple(text for text in GENERAL if by_technology(version) or text != _TECHNOLOGY)


def title(name: str) -> str:
    return BY_NAME[name].title
