"""When a part counts as silent, what stops the clock, and how far a window moves. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

Span = tuple[datetime, datetime]


class Part(StrEnum):
    """What shows signs of life."""

    WEB = "web"
    DISPATCHER = "dispatcher"
    NOTICES = "notices"
    VERIFICATION = "verification"


class Kind(StrEnum):
    """What a fault is of. A part's silence is a fault of the kind with its name."""

    WEB = "web"
    DISPATCHER = "dispatcher"
    NOTICES = "notices"
    PROVIDER = "provider"
    VERIFICATION = "verification"
    DATABASE = "database"
    OUTAGE = "outage"  # of everything: nobody was there to record it
    OTHER = "other"


# At most one write in this time for each part, however many processes of it there are.
BEAT_EVERY = timedelta(seconds=10)
# Silent longer than this, a part is at fault. Web and dispatcher show themselves every few seconds:
# nine beats missed are no hiccup, and a restart for a new release takes less. Senders and
# verification workers may be busy with one slow call or load models for a minute first.
SILENT_AFTER: dict[Part, timedelta] = {
    Part.WEB: timedelta(seconds=90),
    Part.DISPATCHER: timedelta(seconds=90),
    Part.NOTICES: timedelta(minutes=3),
    Part.VERIFICATION: timedelta(minutes=3),
}
# With no sign of anything at all for so long, everything was down.
OUTAGE_AFTER = timedelta(seconds=90)
# A queue whose oldest entry waits longer than this is stuck. A photo is checked within seconds, and
# somebody who waits five minutes for an answer has put the phone away.
STUCK_AFTER: dict[Kind, timedelta] = {
    Kind.VERIFICATION: timedelta(minutes=5),
    Kind.NOTICES: timedelta(minutes=5),
}
# So many failures in a row are the provider's, not one number's. Fewer would stop everybody's
# clock for a wrong number; many more would let a small office wait for the sign.
PROVIDER_FAILURES = 5
# While its provider is down a channel is tried with one message so often; all others wait, and no
# try is counted against them.
PROBE_EVERY = timedelta(minutes=1)
# A spare channel's provider cannot be asked without a message. When there was none to try for so
# long, its fault closes, so that the next one can show. Of SMS and voice, whose faults stop the
# clock, the provider itself is asked: those stay open until it answers.
PROVIDER_TRIED_WITHIN = timedelta(minutes=15)
# The same notice also goes by SMS or voice: without one of these nobody is left unreached.
SPARE_CHANNELS = frozenset({"push", "email"})


def stops_the_clock(kind: str, channel: str) -> bool:
    """Whether windows are extended, and nothing is issued, while such a fault is on."""
    return not (kind == Kind.PROVIDER.value and channel in SPARE_CHANNELS)


def union(spans: Iterable[Span]) -> list[Span]:
    """The same time as spans in order that do not touch each other; empty ones are left out."""
    joined: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def overlap(spans: Iterable[Span], from_: datetime, until: datetime) -> timedelta:
    """How much of from_..until the spans cover; time in several of them counts once."""
    cut = ((max(start, from_), min(end, until)) for start, end in spans)
    return sum((end - start for start, end in union(cut)), timedelta())


def moved_deadline(from_: datetime, window: timedelta, spans: Iterable[Span]) -> datetime:
    """When `window` of time outside the spans has passed since `from_`."""
    deadline = from_ + window
    for start, end in union((max(start, from_), end) for start, end in spans):
        if start >= deadline:
            break
        deadline += end - start
    return deadline


def is_silent(part: Part, last_at: datetime, now: datetime) -> bool:
    return now - last_at > SILENT_AFTER[part]


def was_outage(last_signs: Sequence[datetime], now: datetime) -> bool:
    """Whether nothing at all showed a sign for too long. Nothing known is no outage."""
    return bool(last_signs) and now - max(last_signs) > OUTAGE_AFTER
