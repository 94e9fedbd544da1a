"""Opening hours as officers write them, and which ZIP codes a place is near to."""

from datetime import time, timedelta

import pytest

from casework.common import clock
from casework.resources.rules import (
    LOOK_AGAIN_AFTER,
    NotHours,
    Span,
    canonical_hours,
    hours_of,
    is_to_look_at,
    prefixes_of,
)


def test_hours_are_read_as_people_write_them() -> None:
    said = "monday – friday 9 – 17:30; Sat,Sun 10-13"
    assert hours_of(said) == (
        Span((0, 1, 2, 3, 4), time(9), time(17, 30)),
        Span((5, 6), time(10), time(13)),
    )
    assert canonical_hours(said) == "Mon-Fri 09:00-17:30; Sat-Sun 10:00-13:00"
    assert canonical_hours(canonical_hours(said)) == canonical_hours(said)
    assert canonical_hours("Mon,Wed,Fri 8-12") == "Mon,Wed,Fri 08:00-12:00"
    assert hours_of("") == ()


@pytest.mark.parametrize(
    "said",
    ["always", "Mon-Fri", "Mon 17-9", "Mon 9-9", "Mon 9-25", "Fri-Mon 9-17", "Lun 9-17",
     "Mon 9-17 Tue 9-17", "Mon 9:75-17", "Mo 9-17", "Mon-Tue-Wed 9-17"],
)  # fmt: skip
def test_what_is_no_hours_is_refused(said: str) -> None:
    with pytest.raises(NotHours):
        hours_of(said)


def test_a_zip_code_is_near_to_its_beginnings() -> None:
    assert prefixes_of("10013-2222") == ["100", "1001", "10013"]
    assert prefixes_of("11") == prefixes_of("") == []


def test_somebody_looks_again_after_half_a_year() -> None:
    now = clock.now()
    assert not is_to_look_at(now - LOOK_AGAIN_AFTER, now=now)
    assert is_to_look_at(now - LOOK_AGAIN_AFTER - timedelta(seconds=1), now=now)
