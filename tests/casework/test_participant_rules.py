"""Pure rules about participants."""

from datetime import timedelta

import pytest

from casework.participants import rules


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("012345678", "012345678"),
        ("A 12-345-678", "012345678"),
        ("a#123 456 789", "123456789"),
        ("1234567", "001234567"),
        ("123456", None),
        ("1234567890", None),
        ("12345678B", None),
        ("", None),
    ],
)
def test_an_a_number_is_read_as_people_write_it(typed: str, meant: str | None) -> None:
    assert rules.normal_a_number(typed) == meant


@pytest.mark.parametrize(
    ("pin", "well_formed"),
    [
        ("2749", True),
        ("27491385", True),
        ("274", False),
        ("274913850", False),
        ("27a9", False),
        ("٢٧٤٩", False),
        ("", False),
    ],
)
def test_a_pin_has_four_to_eight_plain_digits(pin: str, well_formed: bool) -> None:
    assert rules.pin_is_well_formed(pin) is well_formed


@pytest.mark.parametrize(
    ("pin", "easy"),
    [("1111", True), ("123456", True), ("4321", True), ("7890", True), ("274913", False)],
)
def test_what_a_stranger_tries_first_is_easy(pin: str, easy: bool) -> None:
    assert rules.pin_is_easy(pin) is easy


def test_waiting_after_wrong_pins_doubles_up_to_a_quarter_of_an_hour() -> None:
    waits = [rules.block_after(count) for count in (4, 5, 6, 7, 30)]
    seconds = [wait and wait.total_seconds() for wait in waits]
    assert seconds == [None, 30, 60, 120, timedelta(minutes=15).total_seconds()]
