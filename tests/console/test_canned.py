"""Canned answers: whose they are, what may stand in them, how they are filled in and inserted."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from casework.audit.models import Entry
from casework.common import clock
from casework.common.errors import NotPermitted, RuleError
from casework.common.languages import LANGUAGES
from casework.hearings.models import Court, Hearing, HearingConflict
from casework.messages import canned
from casework.messages.models import CannedAnswer, Message
from casework.messages.shipped import SHIPPED
from casework.participants.models import Participant
from casework.staff.models import Office, User
from tests import people
from tests.console.conftest import Browser

pytestmark = pytest.mark.django_db
TEXTS = {"en": "Hello {given_name}.", "es": "Hola, {given_name}."}


@pytest.fixture
def rosa(officer: User) -> Participant:
    return people.participant(officer, given_name="Rosa", language="es")


def keep(by: User, title: str = "Greeting", **kw: Any) -> CannedAnswer:
    new = canned.NewAnswer(title, kw.get("texts", TEXTS), kw.get("office"))
    return canned.keep(new, by=by, now=clock.now(), answer=kw.get("answer"))


def titles(person: Participant, user: User) -> list[str]:
    return [one.title for one in canned.answers_for(person, user) if one.whose != "shipped"]


def thread_of(person: Participant) -> str:
    return reverse("console:messages_of", args=[person.public_id])


def test_own_answers_are_one_s_own_and_the_office_s_are_for_the_office(
    officer: User, office: Office, rosa: Participant
) -> None:
    boss = people.supervisor(office)
    keep(officer, "Mine", texts={"es": "Hola."})
    keep(boss, "Ours", texts={"es": "Hola."}, office=office)
    assert titles(rosa, officer) == ["Mine", "Ours"]
    assert titles(rosa, boss) == ["Ours"]
    colleague, stranger = people.officer(office), people.officer(people.office())
    assert set(CannedAnswer.objects.visible_to(colleague)) == {
        CannedAnswer.objects.get(title="Ours")
    }
    assert not CannedAnswer.objects.visible_to(stranger).exists()


def test_only_a_supervisor_of_the_office_shares_and_changes_there(
    officer: User, office: Office
) -> None:
    boss, other = people.supervisor(office), people.supervisor(people.office())
    for user in (officer, other):
        with pytest.raises(NotPermitted):
            keep(user, office=office)
    shared = keep(boss, office=office)
    for user in (officer, other):
        with pytest.raises(NotPermitted):
            keep(user, "Changed", answer=shared)
        with pytest.raises(NotPermitted):
            canned.remove(shared, by=user, now=clock.now())
    keep(people.administrator(), "Changed", answer=shared)
    with pytest.raises(NotPermitted):
        keep(boss, "Taken", answer=keep(officer))
    verbs = list(Entry.objects.filter(object_type="canned answer").values_list("verb", flat=True))
    assert sorted(verbs) == ["added a canned answer"] * 2 + ["changed a canned answer"]


@pytest.mark.parametrize(
    ("title", "texts", "field"),
    [
        (" ", TEXTS, "title"), ("x" * 81, TEXTS, "title"), ("Empty", {"en": " "}, "text_en"),
        ("Long", {"es": "x" * 2001}, "text_es"), ("Unknown", {"ar": "{a_number}"}, "text_ar"),
        ("Attribute", {"en": "{given_name.__class__}"}, "text_en"),
        ("Foreign", {"xx": "Hello"}, "text_en"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_where_it_stands(
    officer: User, title: str, texts: dict[str, str], field: str
) -> None:
    with pytest.raises(RuleError) as refused:
        keep(officer, title, texts=texts)
    assert refused.value.field == field
    assert not CannedAnswer.objects.exists()


def test_the_database_wants_one_owner_and_some_words(officer: User, office: Office) -> None:
    now = clock.now()
    for facts in ({}, {"owner": officer, "office": office}, {"owner": officer, "texts": {}}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CannedAnswer.objects.create(**{"title": "x", "texts": TEXTS, "changed_at": now} | facts)


def test_nobody_keeps_more_than_can_be_found_again(officer: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(canned, "MOST", 1)
    keep(officer)
    with pytest.raises(RuleError, match="already"):
        keep(officer)
    keep(officer, "Changed", answer=CannedAnswer.objects.get())


def test_a_value_is_put_in_once_and_what_has_none_stays_to_be_seen() -> None:
    text = "Hello {given_name}, {next_hearing}, {officer_phone}, {other}"
    filled = canned.fill(text, {"given_name": "{officer_phone}", "officer_phone": "555"})
    assert filled == "Hello {officer_phone}, {next_hearing}, 555, {other}"
    assert canned.unfilled(filled) == ["{officer_phone}", "{next_hearing}"]


def test_those_of_smartlink_speak_ten_languages_with_their_placeholders() -> None:
    for one in SHIPPED:
        said = set()
        with override("en"):
            english = str(one.text)
        for tag, _name in LANGUAGES:
            with override(tag):
                text = str(one.text)
            said.add(text)
            assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", english))
        assert len(said) == len(LANGUAGES), one.slug


def test_the_person_s_language_is_offered_first(officer: User, rosa: Participant) -> None:
    keep(officer)
    offered = canned.answers_for(rosa, officer)
    languages = list(dict.fromkeys(one.language for one in offered))
    assert languages[:2] == ["es", "en"]
    assert (offered[0].title, offered[0].text) == ("Greeting", TEXTS["es"])


def test_inserting_fills_it_in_keeps_what_was_typed_and_sends_nothing(
    browser_of: Browser, officer: User, rosa: Participant
) -> None:
    own = keep(officer)
    client = browser_of(officer)
    sent = {"text": "Sobre el bus:", "key": "k1", "canned": f"{own.public_id}:es", "insert": "1"}
    answer = client.post(thread_of(rosa), sent)
    assert answer.status_code == 200
    assert not Message.objects.exists()
    text = answer.context["form"]["text"].value()
    assert text == "Sobre el bus:\n\nHola, Rosa."
    assert 'value="k1"' in answer.content.decode()
    client.post(thread_of(rosa), {"text": text, "key": "k1"})
    assert Message.objects.get().text == "Sobre el bus:\n\nHola, Rosa."


def test_a_forged_or_missing_choice_keeps_what_was_typed(
    browser_of: Browser, officer: User, rosa: Participant
) -> None:
    foreign = keep(people.officer(officer.offices.get()))
    for choice in ("", "nonsense", f"{foreign.public_id}:es"):
        sent = {"text": "Half a sentence", "canned": choice, "insert": "1"}
        answer = browser_of(officer).post(thread_of(rosa), sent)
        assert answer.context["form"]["text"].value() == "Half a sentence"
        assert "Choose a canned answer first" in answer.content.decode()


def test_the_next_hearing_is_in_the_court_s_time_and_the_answer_s_language(
    browser_of: Browser, officer: User, rosa: Participant
) -> None:
    court = Court.objects.create(name="Court of tests", timezone="America/Los_Angeles")
    at = clock.now().replace(year=clock.now().year + 1, month=5, day=4, hour=16, minute=0)
    Hearing.objects.create(case=rosa.cases.get(), court=court, starts_at=at)
    sent = {"canned": "hearing:es", "insert": "1"}
    text = browser_of(officer).post(thread_of(rosa), sent).context["form"]["text"].value()
    assert "4 de mayo" in text
    assert "9:00" in text
    assert "Court of tests" in text


def test_no_date_is_put_in_where_two_sources_disagree_and_none_can_be_sent_so(
    browser_of: Browser, officer: User, rosa: Participant
) -> None:
    court, case = Court.objects.create(name="Court of tests"), rosa.cases.get()
    now = clock.now()
    first, second = (
        Hearing.objects.create(case=case, court=court, starts_at=now + timedelta(days=days))
        for days in (9, 10)
    )
    HearingConflict.objects.create(first=first, second=second, noticed_at=now)
    client = browser_of(officer)
    sent = {"canned": "hearing:en", "insert": "1"}
    text = client.post(thread_of(rosa), sent).context["form"]["text"].value()
    assert "{next_hearing}" in text
    refused = client.post(thread_of(rosa), {"text": text})
    assert refused.status_code == 422
    assert "{next_hearing}" in refused.content.decode()
    assert not Message.objects.exists()


def test_pages_add_change_and_remove(
    browser_of: Browser, officer: User, office: Office, django_assert_max_num_queries: Any
) -> None:
    client, at = browser_of(officer), reverse("console:canned")
    refused = client.post(at, {"title": "Bus", "text_en": "{bus}"})
    assert refused.status_code == 422
    assert 'value="Bus"' in refused.content.decode()
    forged = client.post(at, {"title": "x", "text_en": "x", "office": str(office.public_id)})
    assert (forged.status_code, CannedAnswer.objects.get().office) == (302, None)
    client.post(at, {"title": "Bus", "text_en": "Take the bus.", "text_vi": "Đi xe buýt."})
    row = CannedAnswer.objects.get(title="Bus")
    with django_assert_max_num_queries(15):
        text = client.get(at).content.decode()
    assert "English, Tiếng Việt" in text
    one = reverse("console:canned_answer", args=[row.public_id])
    assert "Đi xe buýt." in client.get(one).content.decode()
    client.post(one, {"title": "Bus 7", "text_en": "Take bus 7."})
    row.refresh_from_db()
    assert (row.title, row.texts) == ("Bus 7", {"en": "Take bus 7."})
    gone = reverse("console:remove_canned", args=[row.public_id])
    for other in (people.officer(office), people.supervisor(office), people.administrator()):
        assert browser_of(other).get(one).status_code == 404
        assert browser_of(other).post(gone).status_code == 404
    client.post(gone)
    assert not CannedAnswer.objects.filter(title="Bus 7").exists()


def test_a_supervisor_shares_with_an_office_of_theirs_only(
    browser_of: Browser, office: Office
) -> None:
    client, at = browser_of(people.supervisor(office)), reverse("console:canned")
    elsewhere = people.office()
    sent = {"title": "Ours", "text_en": "Hello."}
    assert client.post(at, sent | {"office": str(elsewhere.public_id)}).status_code == 422
    assert client.post(at, sent | {"office": str(office.public_id)}).status_code == 302
    assert CannedAnswer.objects.get().office == office


def test_without_a_session_there_is_nothing(rosa: Participant) -> None:
    assert Client().get(reverse("console:canned")).status_code == 302
