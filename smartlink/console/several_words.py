"""How acts for several people read, and who may do them."""

from dataclasses import dataclass

MAY = "checkins.change_plan"


@dataclass(frozen=True)
class Words:
    """How an act reads."""

    title: str
    submit: str
    intro: str
    done: str
    back: str
    quick: tuple[str, ...]


WORDS = {
    "request": Words(
        "Request a check-in of several people",
        "Request now",
        "It opens at once, and each person is told; each has the window of the own plan to answer.",
        "asked for a check-in",
        "Those who have not answered yet are not asked any more.",
        ("Address to be confirmed.", "After an outage of ours.", "Agreed with the office."),
    ),
    "pause": Words(
        "Pause the plans of several people",
        "Pause",
        "Nothing is asked until the plan goes on. What is open now stays open. The reason becomes"
        " a note on each file.",
        "paused",
        "Their plans go on.",
        ("In hospital.", "Office closed.", "Local emergency."),
    ),
    "resume": Words(
        "Let the plans of several people go on",
        "Go on",
        "Check-ins are drawn again from now on. The reason becomes a note on each file.",
        "going on",
        "Their plans are paused again.",
        ("Back home.", "Office open again."),
    ),
}  # fmt: skip
