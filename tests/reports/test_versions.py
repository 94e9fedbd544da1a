"""A report of an earlier version of the definitions, made again, is what it was."""

import hashlib
import io
from datetime import timedelta
from typing import Any

import pytest

from casework.common.errors import RuleError
from casework.participants.models import Participant
from casework.staff.models import User
from smartlink.reports import asking, definitions, job, making, services
from smartlink.reports.models import Report, State
from tests.reports.conftest import Place, now, october

pytestmark = pytest.mark.django_db
# As version 2 froze a question, and the sums of what it then wrote.
SECOND = {
    "kind": "compliance", "from": "2026-10-01", "to": "2026-10-31", "group": "office",
    "offices": None, "office": "", "officer": "", "participant": "", "region": "", "language": "",
    "origin": "", "as_of": "2026-11-02T00:00:00+00:00", "log_mark": 0, "supervision_usd": "4.36",
    "detention_usd": "140",
}  # fmt: skip
SUMS = {
    "compliance": {
        "csv": "812d034b12bc2d3e5288cb2cf6a49ea7b515a569ebbd5274f92e4d32917150bb",
        "json": "b2b45c308e06135fa3cafa1215420935b9a6ae01e68eec3b89abfa208feddc9b",
    },
    "participants": {
        "csv": "e8f1c8ee79b8207bfe9ee4891b566d694f7ca2000f06cce1f60d301b416fcac7",
        "json": "a893de7f448928fa8c7bb60e77a69504f0cd01a53bc6a82c13e05f471a28267f",
    },
}

THIRD = SECOND | {
    "version": "3", "technology": "", "technology_usd": {"gps": "9.50"}, "prices_from": "a budget",
}  # fmt: skip
SUMS_OF_THIRD = {
    "compliance": {
        "csv": "0a0e47885512c56afce939bc95935f82a0bb3440719d6adc2cdf9cb7d883f463",
        "json": "3be814eac74de457f3b088e7d1138b83b6e4097267b690d9a8c3a770ec3ab9fc",
    },
    "participants": {
        "csv": "c5689e680f036b9f88235075c4f3bd3bd96e6000106b85e1735df88f4e033407",
        "json": "86a333455db257c04c834330505540cc63826524552b1bbcc7faf3470d66dd96",
    },
}


@pytest.fixture(autouse=True)
def named(here: Place) -> None:
    User.objects.filter(pk=here.officer.pk).update(full_name="An Officer")
    type(here.person).objects.filter(pk=here.person.pk).update(
        family_name="Family", a_number="012345678"
    )


def sums_of(frozen: dict[str, Any]) -> dict[str, str]:
    content, found = making.content_of(frozen), {}
    for form in ("csv", "json"):
        making.write(content, form, file := io.BytesIO())
        found[form] = hashlib.sha256(file.getvalue()).hexdigest()
    return found


@pytest.mark.parametrize("kind", list(SUMS))
def test_what_version_2_wrote_is_written_again_to_the_same_bytes(kind: str) -> None:
    assert sums_of(SECOND | {"kind": kind}) == SUMS[kind]


@pytest.mark.parametrize("kind", list(SUMS_OF_THIRD))
def test_what_version_3_wrote_is_written_again_to_the_same_bytes(kind: str) -> None:
    assert sums_of(THIRD | {"kind": kind}) == SUMS_OF_THIRD[kind]


def test_a_report_is_made_again_by_the_definitions_of_its_time(here: Place) -> None:
    old = services.ask(october(), ["csv", "json"], by=here.supervisor, now=now())
    Report.objects.filter(pk=old.pk).update(
        parameters=SECOND, definitions_version="2", state=State.FAILED, finished_at=now()
    )
    old.refresh_from_db()
    again = services.make_again(old, by=here.supervisor, now=now() + timedelta(days=100))
    assert again.definitions_version == "2"
    job.make(again.pk, now=now())
    assert dict(again.files.values_list("format", "sha256")) == SUMS["compliance"]
    new = services.ask(october(), ["csv"], by=here.supervisor, now=now())
    assert new.definitions_version == definitions.VERSION == "4"


def test_what_nobody_knows_any_more_is_not_made_again(here: Place) -> None:
    old = services.ask(october(), ["csv"], by=here.supervisor, now=now())
    Report.objects.filter(pk=old.pk).update(
        definitions_version="0", state=State.FAILED, finished_at=now()
    )
    old.refresh_from_db()
    with pytest.raises(RuleError):
        services.make_again(old, by=here.supervisor, now=now())


def test_only_the_third_version_speaks_of_terms_and_hides_what_the_second_did() -> None:
    second, third = (dict(definitions.definitions_of(version)) for version in ("2", "3"))
    assert [title for title in third if third[title] != second[title]] == [
        "Cost of supervision", "Small groups",
    ]  # fmt: skip
    assert len(definitions.general_of("3")) == len(definitions.general_of("2")) + 1


def test_a_file_says_that_it_is_about_one_participant_and_an_old_one_stays(here: Place) -> None:
    asked = asking.freeze(
        october(participant=here.person.public_id), by=here.supervisor, now=now()
    )  # fmt: skip
    assert (
        "Participant",
        f"{Participant.objects.get().full_name}, 012345678",
    ) in making.content_of(asked).facts
    old = making.content_of(asked | {"version": "3"}).facts
    assert "Participant" not in dict(old)
