"""Legal hold and copies of files in the staff site."""

from datetime import timedelta

from django.urls import reverse

from casework.audit.models import Entry
from casework.common import clock
from casework.copies import services
from casework.copies.models import Copy
from casework.participants.models import Participant
from casework.retention.apply import apply_retention
from casework.retention.models import Hold
from casework.staff.models import Office, User
from checkins.models import Attempt
from tests import people
from tests.console.conftest import Browser, in_review


def test_a_supervisor_sets_a_hold_with_a_reason_and_lifts_it(
    browser_of: Browser, office: Office, alice: Participant
) -> None:
    boss = browser_of(people.supervisor(office))
    page = reverse("console:hold", args=[alice.public_id])
    assert boss.post(page, {"reason": ""}).status_code == 422
    assert boss.post(page, {"reason": "Subpoena."}, follow=True).status_code == 200
    shown = boss.get(reverse("admin:participants_participant_change", args=[alice.public_id]))
    assert "Legal hold since" in shown.content.decode()
    assert "Subpoena." in boss.get(page).content.decode()
    boss.post(page, {"reason": "Closed."})
    hold = Hold.objects.get()
    assert (hold.lift_reason, hold.lifted_by is not None) == ("Closed.", True)
    assert boss.get("/staff/retention/hold/").status_code == 200


def test_certificates_of_a_file_are_listed_from_it(
    browser_of: Browser, office: Office, officer: User, alice: Participant
) -> None:
    people.accepted_invite(alice, officer)
    alice.portal_sessions.update(ended_at=clock.now() - timedelta(days=31))
    apply_retention(clock.now())
    page = f"/staff/retention/certificate/?participant_id={alice.public_id}"
    assert "portal session" in browser_of(people.supervisor(office)).get(page).content.decode()
    elsewhere = browser_of(people.supervisor(people.office())).get(page)
    assert "portal session" not in elsewhere.content.decode().split("<tbody")[-1]
    assert browser_of(officer).get(page).status_code == 403


def test_a_supervisor_has_a_copy_made_and_downloads_it(
    browser_of: Browser, office: Office, alice: Participant
) -> None:
    boss = browser_of(people.supervisor(office))
    page = reverse("console:copies", args=[alice.public_id])
    assert "Refresh" not in boss.get(page)
    boss.post(page)
    assert boss.get(page)["Refresh"] == "4"
    copy = Copy.objects.get()
    file = reverse("console:copy", args=[copy.public_id])
    assert boss.get(file).status_code == 404
    services.make(copy.pk, now=clock.now())
    assert file in boss.get(page).content.decode()
    answer = boss.get(file)
    assert answer["Content-Type"] == "application/zip"
    assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    line = Entry.objects.get(verb="downloaded a copy of the file")
    assert line.participant_id == alice.public_id


def test_the_file_is_for_supervisors_of_the_office_only(
    browser_of: Browser, office: Office, officer: User, alice: Participant
) -> None:
    copy = services.ask(alice, by=people.supervisor(office), now=clock.now())
    services.make(copy.pk, now=clock.now())
    file = reverse("console:copy", args=[copy.public_id])
    for user in (officer, people.supervisor(people.office())):
        assert browser_of(user).get(file).status_code == 404
    answer = browser_of(people.administrator()).get(file)
    assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_a_photo_that_retention_took_is_said_to_be_deleted(
    browser_of: Browser, officer: User, alice: Participant
) -> None:
    check_in = in_review(alice, officer)
    attempt = check_in.attempts.get()
    Attempt.objects.filter(pk=attempt.pk).update(photo="")
    client = browser_of(officer)
    page = client.get(reverse("console:check_in", args=[check_in.public_id])).content.decode()
    assert "deleted under the retention rules" in page
    assert client.get(reverse("console:review", args=[check_in.public_id])).status_code == 200
    photo = reverse("console:attempt_photo", args=[attempt.public_id])
    assert client.get(photo).status_code == 404
