"""How a participant gets in, and how a stranger does not."""

from datetime import UTC, datetime, timedelta

import pytest

from casework.audit.models import Entry
from casework.common.errors import NotRecognised, RuleError, TooOften
from casework.participants import sign_in
from casework.participants.models import Credential, Invite, Participant, PortalSession
from casework.staff.models import User
from tests import people

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
PIN = "274913"


@pytest.fixture
def officer() -> User:
    return people.officer(people.office())


@pytest.fixture
def alice(officer: User) -> Participant:
    return people.participant(officer)


def enter(alice: Participant, officer: User) -> sign_in.SignedIn:
    code = sign_in.invite(alice, by=officer, now=NOON)
    return sign_in.accept_invite(code, PIN, consent=True, now=NOON)


def test_an_invite_sets_the_pin_records_consent_and_opens_a_session(
    alice: Participant, officer: User
) -> None:
    entered = enter(alice, officer)
    assert sign_in.participant_of_token(entered.token, now=NOON) == alice
    assert alice.consents.get().notice_version == sign_in.PRIVACY_NOTICE_VERSION
    assert sign_in.sign_in(entered.login, PIN, now=NOON).participant == alice


def test_nothing_that_opens_a_door_is_stored_in_the_clear(
    alice: Participant, officer: User
) -> None:
    code = sign_in.invite(alice, by=officer, now=NOON)
    entered = sign_in.accept_invite(code, PIN, consent=True, now=NOON)
    stored = [
        *Invite.objects.values_list("code_digest", flat=True),
        *Credential.objects.values_list("pin_hash", flat=True),
        *PortalSession.objects.values_list("key_digest", flat=True),
    ]
    assert not any(key in text for key in (code, PIN, entered.token) for text in stored)


def test_an_invite_works_once(alice: Participant, officer: User) -> None:
    code = sign_in.invite(alice, by=officer, now=NOON)
    sign_in.accept_invite(code, PIN, consent=True, now=NOON)
    with pytest.raises(NotRecognised):
        sign_in.accept_invite(code, "591846", consent=True, now=NOON)


def test_an_invite_is_read_as_people_type_it(alice: Participant, officer: User) -> None:
    code = sign_in.invite(alice, by=officer, now=NOON)
    assert sign_in.open_invite(f" {code.lower().replace('-', ' ')} ", now=NOON).participant == alice


def test_an_invite_ends_after_a_week_and_when_a_newer_one_is_made(
    alice: Participant, officer: User
) -> None:
    first = sign_in.invite(alice, by=officer, now=NOON)
    second = sign_in.invite(alice, by=officer, now=NOON)
    with pytest.raises(NotRecognised):
        sign_in.open_invite(first, now=NOON)
    with pytest.raises(NotRecognised):
        sign_in.open_invite(second, now=NOON + timedelta(days=7))


@pytest.mark.parametrize(
    ("pin", "consent", "field"),
    [("12a4", True, "pin"), ("111111", True, "pin"), (PIN, False, "consent")],
)
def test_a_bad_pin_or_no_consent_does_not_use_the_invite_up(
    alice: Participant, officer: User, pin: str, consent: bool, field: str
) -> None:
    code = sign_in.invite(alice, by=officer, now=NOON)
    with pytest.raises(RuleError) as refused:
        sign_in.accept_invite(code, pin, consent=consent, now=NOON)
    assert refused.value.field == field
    assert sign_in.accept_invite(code, PIN, consent=True, now=NOON).participant == alice


def test_the_a_number_works_as_login_too(alice: Participant, officer: User) -> None:
    enter(alice, officer)
    assert sign_in.sign_in(f"A{alice.a_number}", PIN, now=NOON).participant == alice


def test_wrong_pins_make_one_wait_and_the_right_one_starts_afresh(
    alice: Participant, officer: User
) -> None:
    login = enter(alice, officer).login
    for _ in range(5):
        with pytest.raises(NotRecognised):
            sign_in.sign_in(login, "000000", now=NOON)
    with pytest.raises(TooOften) as refused:
        sign_in.sign_in(login, PIN, now=NOON)
    assert 0 < refused.value.retry_after <= 31
    later = NOON + timedelta(seconds=31)
    assert sign_in.sign_in(login, PIN, now=later).participant == alice
    assert Credential.objects.get().wrong_pins == 0


def test_an_unknown_login_sounds_like_a_wrong_pin(alice: Participant, officer: User) -> None:
    login = enter(alice, officer).login
    heard = []
    for who, pin in ((login, "000000"), ("NOBODY22", PIN), ("999999999", PIN)):
        with pytest.raises(NotRecognised) as refused:
            sign_in.sign_in(who, pin, now=NOON)
        heard.append(str(refused.value))
    assert len(set(heard)) == 1


def test_a_session_ends_by_signing_out_by_time_and_by_a_new_pin(
    alice: Participant, officer: User
) -> None:
    out = enter(alice, officer)
    sign_in.sign_out(out.token, now=NOON)
    assert sign_in.participant_of_token(out.token, now=NOON) is None
    old = sign_in.sign_in(out.login, PIN, now=NOON)
    end = NOON + sign_in.SESSION_LIFE
    assert sign_in.participant_of_token(old.token, now=end) is None
    enter(alice, officer)
    assert sign_in.participant_of_token(old.token, now=NOON) is None


def test_nobody_whose_supervision_ended_gets_in(alice: Participant, officer: User) -> None:
    entered = enter(alice, officer)
    code = sign_in.invite(alice, by=officer, now=NOON)
    Participant.objects.filter(pk=alice.pk).update(closed_at=NOON)
    assert sign_in.participant_of_token(entered.token, now=NOON) is None
    with pytest.raises(NotRecognised):
        sign_in.sign_in(entered.login, PIN, now=NOON)
    with pytest.raises(NotRecognised):
        sign_in.open_invite(code, now=NOON)


def test_signing_in_leaves_a_trace(alice: Participant, officer: User) -> None:
    sign_in.sign_in(enter(alice, officer).login, PIN, now=NOON)
    verbs = list(
        Entry.objects.filter(participant_id=alice.public_id)
        .order_by("pk")
        .values_list("verb", flat=True)
    )
    assert verbs[-3:] == ["invited", "set a PIN", "signed in"]
