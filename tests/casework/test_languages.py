"""The languages, as participants and as staff read them."""

from casework.common.languages import ENGLISH_NAMES, LANGUAGES, for_staff


def test_staff_read_each_in_english_with_its_own_name() -> None:
    assert list(ENGLISH_NAMES) == [tag for tag, _own in LANGUAGES]
    assert for_staff("en") == "English"
    assert for_staff("pa") == "Punjabi (ਪੰਜਾਬੀ)"
