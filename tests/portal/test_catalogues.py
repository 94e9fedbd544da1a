"""What a participant may read is there in all ten languages, with its placeholders."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.conf import settings

CATALOGUES = sorted(Path(settings.BASE_DIR).glob("locale/*/LC_MESSAGES/django.po"))
OTHERS = [path for path in CATALOGUES if path.parts[-3] != "en"]
_READ_BY_PARTICIPANTS = (
    "templates/", "smartlink/portal/", "casework/common/phrases",
    "casework/notices/inbound", "casework/notices/keeping", "casework/notices/preferences",
    "casework/messages/shipped", "casework/notices/sending", "casework/notices/webhooks",
    "checkins/notices/", "casework/resources/", "casework/documents/", "casework/findings/",
    "checkins/findings", "smartlink/hearing_findings",
)  # fmt: skip
# What only staff read stays English.
_NOT_FOR_PARTICIPANTS = re.compile(r"casework/participants/services|plans\.py|references\.py")


def messages(path: Path) -> list[Message]:
    with path.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def is_for_participants(message: Message) -> bool:
    places = [str(place) for place, _line in message.locations]
    return any(
        place.startswith(_READ_BY_PARTICIPANTS) and not _NOT_FOR_PARTICIPANTS.search(place)
        for place in places
    )


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)s|%%|<[^>]+>", text))


def test_there_are_ten_languages() -> None:
    assert len(CATALOGUES) == len(settings.LANGUAGES) == 10


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_no_catalogue_is_marked_unfinished(path: Path) -> None:
    """`pybabel compile`, as the operator's guide has it, passes over one that is."""
    with path.open("rb") as file:
        assert not read_po(file).fuzzy


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.parts[-3])
def test_everything_that_participants_read_is_translated(path: Path) -> None:
    asked = [message for message in messages(path) if is_for_participants(message)]
    assert len(asked) > 140
    assert [m.id for m in asked if not m.string or m.fuzzy] == []


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.parts[-3])
def test_placeholders_survive_translation(path: Path) -> None:
    broken = [
        m.id for m in messages(path) if m.string and placeholders(m.id) != placeholders(m.string)
    ]
    assert broken == []
