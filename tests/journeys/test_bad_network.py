"""A photo taken without a network: kept, shown as not sent, sent when it can be, once."""

import socket
from contextlib import suppress
from datetime import timedelta
from threading import Thread
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from casework.common import clock
from casework.participants import sign_in
from casework.participants.models import PortalSession
from checkins import lifecycle
from checkins.models import Attempt, CheckIn, PartialUpload
from checkins.plans import PlanTerms, set_plan
from smartlink.portal.sessions import COOKIE
from tests import people
from tests.journeys.conftest import assert_accessible, assert_whole

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PIN = "274913"
TIME_OVER = timedelta(days=2)


class Alice:
    """Signed in on this phone, on the page of an open check-in."""

    def __init__(self, page: Page, base_url: str, *, language: str = "en") -> None:
        office = people.office(phone="+1 202 555 0100")
        self.officer = people.officer(office)
        self.person = people.participant(self.officer, given_name="Alice", language=language)
        terms = PlanTerms(liveness="none", liveness_reason="a journey through the pages")
        set_plan(self.person, terms, by=people.supervisor(office), now=clock.now())
        self.check_in: CheckIn = people.open_check_in(self.person, self.officer)
        self.login = self._sign_in(page.context, base_url)
        page.goto(f"/check-in/{self.check_in.public_id}/")

    def _sign_in(self, context: BrowserContext, base_url: str) -> str:
        code = sign_in.invite(self.person, by=self.officer, now=clock.now())
        signed_in = sign_in.accept_invite(code, PIN, consent=True, now=clock.now())
        context.add_cookies([{"name": COOKIE, "value": signed_in.token, "url": base_url}])
        return signed_in.login


def take(page: Page, base_url: str) -> Alice:
    alice = Alice(page, base_url)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.get_by_role("button", name="Open the camera").click()
    page.get_by_role("button", name="Take the photo").click()
    return alice


def kept(page: Page) -> int:
    page.wait_for_load_state("load")  # a page that has just come runs its scripts last
    return page.evaluate("keptPhotos.all().then((rows) => rows.length)")


def close_overdue(check_in: CheckIn) -> None:
    """As if it had been delivered, and the deadline had passed, before the network came back."""
    issued = clock.now() - TIME_OVER
    CheckIn.objects.filter(pk=check_in.pk).update(
        issued_at=issued, delivered_at=issued, deadline_at=clock.now() - timedelta(hours=1)
    )
    check_in.refresh_from_db()
    lifecycle.close_overdue(check_in, now=clock.now())


def test_a_photo_taken_offline_arrives_late_once_and_with_proof(
    phone: Page, live_server: object
) -> None:
    alice = take(phone, live_server.url)  # type: ignore[attr-defined]
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Send this photo").click()
    expect(phone.get_by_text("Your photo is kept safely on this phone")).to_be_visible()
    assert kept(phone) == 1
    assert Attempt.objects.count() == 0
    readable = phone.evaluate(
        """async () => {
             const rows = await keptPhotos.all();
             const key = await new Promise((done) => {
               const asked = indexedDB.open("smartlink");
               asked.onsuccess = () => {
                 const got = asked.result.transaction("keys").objectStore("keys").get("photos");
                 got.onsuccess = () => done(got.result);
               };
             });
             const start = new Uint8Array(rows[0].sealed).slice(0, 400);
             const moved = {...rows[0], address: "/check-in/another/"};
             return {
               extractable: key.extractable,
               plain: new TextDecoder().decode(start).includes("form-data"),
               moved: await keptPhotos.contentOf(moved).then(() => true, () => false),
             };
           }"""
    )
    assert readable == {"extractable": False, "plain": False, "moved": False}

    # The page is left: what else there is says so plainly, and still knows of the photo.
    phone.goto("/home/")
    expect(phone.get_by_role("heading", name="No connection")).to_be_visible()
    expect(phone.get_by_text("Not sent yet:")).to_be_visible()
    assert_accessible(phone)
    assert_whole(phone)

    close_overdue(alice.check_in)
    phone.context.set_offline(False)
    phone.goto("/home/")
    expect(phone.get_by_text("has arrived")).to_be_visible()
    assert kept(phone) == 0
    attempt = Attempt.objects.get()
    alice.check_in.refresh_from_db()
    assert alice.check_in.state == "in_review"
    assert attempt.captured_at < attempt.received_at
    phone.get_by_role("link", name="See the result").click()
    expect(phone.get_by_text(attempt.receipt.code)).to_be_visible()


def test_the_person_deletes_a_photo_that_was_not_sent(phone: Page, live_server: object) -> None:
    take(phone, live_server.url)  # type: ignore[attr-defined]
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Send this photo").click()
    phone.get_by_role("button", name="Delete from this phone").click()
    expect(phone.get_by_role("button", name="Keep it")).to_be_focused()
    assert_accessible(phone)
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("Not sent yet: your photo")).to_be_visible()
    assert kept(phone) == 1
    phone.get_by_role("button", name="Delete from this phone").click()
    expect(phone.get_by_text("is not sent and cannot be brought back")).to_be_visible()
    phone.get_by_role("button", name="Yes, delete it").click()
    expect(phone.get_by_text("was deleted from this phone. It is not sent.")).to_be_visible()
    assert kept(phone) == 0
    phone.context.set_offline(False)
    expect(phone.get_by_role("button", name="Take the photo")).to_be_visible()
    phone.get_by_role("button", name="Take the photo").click()
    phone.get_by_role("button", name="Send this photo").click()
    expect(phone.get_by_text("Your photo is being checked").first).to_be_visible()
    assert Attempt.objects.count() == 1


def test_a_session_that_ended_meanwhile_costs_a_pin_and_not_the_photo(
    phone: Page, live_server: object
) -> None:
    alice = take(phone, live_server.url)  # type: ignore[attr-defined]
    PortalSession.objects.update(ended_at=clock.now())
    phone.get_by_role("button", name="Send this photo").click()
    expect(phone.get_by_text("Your photo is kept on this phone: sign in")).to_be_visible()
    expect(phone.get_by_role("heading", name="Welcome")).to_be_visible()
    expect(phone.get_by_text("Sign in, and it is sent by itself.")).to_be_visible()
    assert_accessible(phone)
    phone.get_by_label("Login code or A-number").fill(alice.login)
    phone.get_by_label("PIN", exact=True).fill(PIN)
    phone.get_by_role("button", name="Sign in").click()
    expect(phone.get_by_text("Your photo is being checked").first).to_be_visible()
    assert Attempt.objects.count() == 1
    assert kept(phone) == 0


def test_an_answer_that_got_lost_does_not_make_a_second_attempt(
    phone: Page, live_server: object
) -> None:
    take(phone, live_server.url)  # type: ignore[attr-defined]
    lost: list[int] = []

    def lose_the_answer(route: object) -> None:
        if route.request.method == "PATCH":  # type: ignore[attr-defined]
            lost.append(route.fetch().status)  # type: ignore[attr-defined]
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    phone.route("**/check-in/*/upload/*/", lose_the_answer)
    phone.get_by_role("button", name="Send this photo").click()
    for _ in range(100):
        if lost:
            break
        phone.wait_for_timeout(100)
    phone.unroute_all()
    # The worker asks again at once, or the page does after a while; the answer is the same one.
    expect(phone.get_by_text("Your photo is being checked").first).to_be_visible(timeout=40_000)
    assert lost == [200]
    assert Attempt.objects.count() == 1
    assert kept(phone) == 0


def test_a_photo_of_another_person_stays_and_is_sent_for_nobody_else(
    phone: Page, live_server: object
) -> None:
    alice = take(phone, live_server.url)  # type: ignore[attr-defined]
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Send this photo").click()
    expect(phone.get_by_text("Your photo is kept safely on this phone")).to_be_visible()
    bob = people.participant(alice.officer, given_name="Bob")
    token = people.accepted_invite(bob, alice.officer).token
    url = live_server.url  # type: ignore[attr-defined]
    phone.context.add_cookies([{"name": COOKIE, "value": token, "url": url}])
    phone.context.set_offline(False)
    phone.goto("/home/")
    expect(phone.get_by_text("of another person is kept on this phone")).to_be_visible()
    expect(phone.get_by_role("button", name="Delete from this phone")).to_have_count(0)
    assert Attempt.objects.count() == 0
    assert kept(phone) == 1


class BreakingLine:
    """A way to the site that breaks once, when so many bytes of a photo have passed.

    It stays down until `is_down` is lifted: browsers try again by themselves at once.
    """

    def __init__(self, site: str, after: int) -> None:
        self.site, self.after = urlsplit(site), after
        self.passed = 0  # bytes on their way up, of photos alone
        self.breaks = 0
        self.is_down = False
        self.listener = socket.create_server(("localhost", 0))
        self.url = f"http://localhost:{self.listener.getsockname()[1]}"
        Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):  # closed: the test is over
            while True:
                phone, _address = self.listener.accept()
                if self.is_down:
                    phone.close()
                    continue
                site = socket.create_connection((self.site.hostname or "", self.site.port or 0))
                Thread(target=self._up, args=(phone, site), daemon=True).start()
                Thread(target=self._down, args=(site, phone), daemon=True).start()

    def _up(self, phone: socket.socket, site: socket.socket) -> None:
        with suppress(OSError), phone, site:
            photo = False
            while some := phone.recv(4096):
                photo = photo or some.startswith(b"PATCH ")
                if photo and not self.is_down:
                    self.passed += len(some)
                    if not self.breaks and self.passed > self.after:
                        self.breaks += 1
                        self.is_down = True
                if self.is_down:
                    for end in (site, phone):
                        end.shutdown(socket.SHUT_RDWR)
                    return
                site.sendall(some)

    @staticmethod
    def _down(site: socket.socket, phone: socket.socket) -> None:
        with suppress(OSError):
            while some := site.recv(65536):
                phone.sendall(some)
        with suppress(OSError):
            phone.shutdown(socket.SHUT_WR)


def test_a_photo_that_was_cut_in_the_middle_is_sent_from_there(
    phone: Page, live_server: object
) -> None:
    line = BreakingLine(live_server.url, after=30_000)  # type: ignore[attr-defined]
    alice = Alice(phone, line.url)
    phone.goto(f"{line.url}/check-in/{alice.check_in.public_id}/")
    phone.get_by_role("button", name="Open the camera").click()
    phone.get_by_role("button", name="Take the photo").click()
    phone.get_by_role("button", name="Send this photo").click()
    expect(phone.get_by_text("The connection broke. What has arrived is safe")).to_be_visible()
    line.is_down = False
    expect(phone.get_by_text("Your photo is being checked").first).to_be_visible()
    line.listener.close()
    photo = Attempt.objects.get().photo.size
    assert line.breaks == 1
    assert photo > 40_000
    assert photo < line.passed < 1.3 * photo
    assert not PartialUpload.objects.exists()
    assert kept(phone) == 0
