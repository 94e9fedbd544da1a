"""When a person is asked to check in: random, within what is humane, and provable. Pure.

The argument, in five steps (the words are those of DESIGN §5):

1. **Allowed time.** A plan's local hours, less its exclusions and blackouts, are a set of UTC
   seconds (`allowed`). A clock change makes a local day longer or shorter, never its hours others.
2. **Memoryless.** In allowed time, requests are a Poisson process: the wait for the next is
   exponential, so that the past says nothing about it (`process`). Such a wait may be drawn afresh
   at any moment without changing its law. So each local day is drawn on its own, from its start.
3. **Verifiable.** All variates of a local day come from the key of that date, the person's public
   id and a sequence number (`variates`). The day's times follow from that key, the terms, and the
   last request before the day; not from any other key. Keys are made days ahead and committed to,
   and shown once the date is over in every zone.
4. **Humane.** Three guarantees bend the process: a minimum gap, a maximum per local day, a longest
   silence. The first two suppress; the third makes a request certain on the last day that still
   keeps it, at a time drawn over that whole day. Elsewhere the hazard stays constant.
5. **True to its rate.** What the guarantees take and add is computed and made good in the mean wait
   (`rate`). Guarantees that would bend it too far to stay unpredictable are refused (`terms`).
"""

from checkins.draw.process import FEW, Before, DayOfDraws, Draw, Rule, draw_day, draw_within
from checkins.draw.terms import Terms, TooPredictable, agree
from checkins.draw.variates import commitment, new_key, uniform
from checkins.draw.week import Exclusion, Hours, Week, week_of

__all__ = [
    "FEW",
    "Before",
    "DayOfDraws",
    "Draw",
    "Exclusion",
    "Hours",
    "Rule",
    "Terms",
    "TooPredictable",
    "Week",
    "agree",
    "commitment",
    "draw_day",
    "draw_within",
    "new_key",
    "uniform",
    "week_of",
]
