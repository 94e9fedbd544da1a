"""The staff page "Messages sent": what people were told, for those who answer for them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from casework.audit.models import Entry
from casework.common import clock
from casework.notices.models import Delivery, Notice
from casework.notices.sending import send_due
from casework.participants.models import ContactPoint, Participant
from casework.staff.models import User
from tests import people
from tests.notices.conftest import PHONE

pytestmark = pytest.mark.django_db

PAGE = "/staff/notices/"


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def told(alice: Participant, officer: User) -> Notice:
    Participant.objects.filter(pk=alice.pk).update(language="ar")
    people.open_check_in(alice, officer)
    send_due(clock.now)
    return Notice.objects.get()


def shown(user: User, query: str = "") -> str:
    return browser_of(user).get(PAGE + query).content.decode()


def test_staff_read_what_the_person_was_told_and_that_nothing_left_the_house(
    told: Notice, officer: User
) -> None:
    page = shown(officer)
    assert told.deliveries.get().body.split(" http")[0] in page
    assert 'lang="ar"' in page
    assert "kept here, not sent" in page
    assert PHONE in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?show=under-way", True), ("?show=not-reached", False), ("?channel=sms", True),
        ("?channel=voice", False), ("?kind=check_in_issued", True),
        ("?kind=check_in_result", False), ("?show=nonsense&channel=nonsense&kind=x&p=99", True),
        ("?person=6b1f2f9e-6f0c-4b55-8a53-000000000000", False), ("?person=nobody", True),
    ],
)  # fmt: skip
def test_the_list_can_be_narrowed(told: Notice, officer: User, query: str, found: bool) -> None:
    assert (told.participant.family_name in shown(officer, query)) is found


def test_strangers_see_nothing_and_may_do_nothing(told: Notice, alice: Participant) -> None:
    failed = told.deliveries.get()
    Delivery.objects.update(state="failed")
    for stranger in (people.officer(alice.office), people.supervisor(people.office())):
        page = shown(stranger)
        assert alice.family_name not in page
        assert PHONE not in page
        url = reverse("console:send_again", args=[failed.public_id])
        assert browser_of(stranger).get(url).status_code == 404
        assert browser_of(stranger).post(url, {"reason": "x"}).status_code == 404
    failed.refresh_from_db()
    assert failed.state == "failed"
    assert Client().get(PAGE).status_code == 302


def test_a_failed_message_is_sent_again_with_a_reason_that_is_kept(
    told: Notice, officer: User
) -> None:
    Delivery.objects.update(state="dead", error="30003", attempts=6)
    page = shown(officer)
    assert "phone switched off" in page
    one = Delivery.objects.get()
    url = reverse("console:send_again", args=[one.public_id])
    assert url in page
    client = browser_of(officer)
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "number corrected"}).status_code == 302
    one.refresh_from_db()
    assert (one.state, one.attempts) == ("waiting", 0)
    entry = Entry.objects.get(verb="sent a notice again")
    assert entry.participant_id == told.participant.public_id
    assert "number corrected" in shown(officer)


def test_who_could_not_be_told_is_on_the_page_of_today_until_something_gets_through(
    alice: Participant, officer: User
) -> None:
    points = list(ContactPoint.objects.all())
    ContactPoint.objects.all().delete()
    check_in = people.open_check_in(alice, officer)
    send_due(clock.now)
    today = browser_of(officer).get("/staff/").content.decode()
    assert f"/staff/notices/?person={alice.public_id}" in today
    assert "No address" in shown(officer, "?show=not-reached")
    ContactPoint.objects.bulk_create(points)
    check_in.delete()
    people.open_check_in(alice, officer)
    send_due(clock.now)
    Notice.objects.filter(outcome="").update(
        outcome="sent", next_at=None, settled_at=clock.now() + timedelta(seconds=1)
    )
    today = browser_of(officer).get("/staff/").content.decode()
    assert "/staff/notices/?person=" not in today


def test_the_page_does_not_ask_more_for_more_messages(
    told: Notice, alice: Participant, officer: User, django_assert_max_num_queries: object
) -> None:
    now = clock.now()
    for number in range(40):
        Notice.objects.create(
            participant=alice, kind="check_in_result", subject_id=told.subject_id,
            variant=str(number), written_at=now, due_at=now, next_at=now,
            expires_at=now + timedelta(hours=1),
        )  # fmt: skip
    client = browser_of(officer)
    client.get(PAGE)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert client.get(PAGE).status_code == 200


def test_asking_for_a_check_in_nudges_the_senders(
    alice: Participant,
    officer: User,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: object,
) -> None:
    nudged: list[str] = []
    monkeypatch.setattr(
        "celery.app.task.Task.apply_async", lambda task, **_: nudged.append(task.name)
    )
    url = reverse("console:request", args=[alice.public_id])
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert browser_of(officer).post(url, {"reason": "first one"}).status_code == 302
    assert nudged == ["casework.notices.tasks.send_notices"]
