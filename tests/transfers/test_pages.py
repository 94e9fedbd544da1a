"""The pages of a hand-over: preview, act, undo, the new officer's note, the participant's line."""

import html
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from casework.common import clock
from casework.transfers.models import HandOver, Transfer
from casework.transfers.services import transfer
from smartlink.portal.sessions import COOKIE
from tests import people
from tests.console.conftest import in_review
from tests.transfers.conftest import Desk, officer_of, officer_row

CASELOAD = "/staff/participants/participant/"


def page(client: Client, url: str, **data: Any) -> str:
    answer = client.get(url, data)
    assert answer.status_code == 200, url
    return html.unescape(answer.content.decode())


def sent(desk: Desk, *persons: Any, **kw: str) -> dict[str, Any]:
    who = [f"{one.public_id}:{officer_row(one) or ''}" for one in persons]
    to = f"{desk.office.public_id}:{desk.ben.public_id}"
    return {"who": who, "to": to, "note": "She works nights."} | kw


def test_a_selection_of_the_caseload_is_previewed_and_handed_over(desk: Desk) -> None:
    boss = desk.browser(desk.boss)
    in_review(desk.alice, desk.ann)
    assert "Transfer to another officer" in page(boss, CASELOAD)
    chosen = {"action": "transfer", "_selected_action": [desk.alice.pk, desk.bea.pk], "index": 0}
    shown = html.unescape(boss.post(CASELOAD, chosen).content.decode())
    assert "2 people move" in shown
    assert "1 review waiting" in shown
    assert "nothing open" in shown
    assert "Ben Officer – 0 people" in shown
    assert "Far Officer" not in shown
    assert officer_of(desk.alice) == desk.ann, "a preview moves nobody"

    data = sent(desk, desk.alice, desk.bea)
    data[f"note-{desk.bea.public_id}"] = "Call her brother."
    done = boss.post("/staff/transfer/", data)
    made = Transfer.objects.get()
    assert done["Location"] == reverse("console:transferred", args=[made.public_id])
    assert officer_of(desk.bea) == desk.ben
    assert "2 people handed over to Ben Officer" in page(boss, done["Location"])
    boss.post(reverse("console:undo_transfer", args=[made.public_id]))
    assert officer_of(desk.bea) == desk.ann
    assert "Taken back" in page(boss, done["Location"])


def test_a_second_press_with_another_note_loses_no_word_of_it(desk: Desk) -> None:
    boss, data = desk.browser(desk.boss), sent(desk, desk.alice, desk.bea)
    boss.post("/staff/transfer/", data)
    for more in ({"note": "Call the shelter."}, {f"note-{desk.bea.public_id}": "Her own."}):
        answer = boss.post("/staff/transfer/", data | more)
        assert answer.status_code == 422
        assert next(iter(more.values())) in html.unescape(answer.content.decode())


def test_a_second_press_leads_to_what_the_first_did_with_its_way_back(desk: Desk) -> None:
    boss = desk.browser(desk.boss)
    data = sent(desk, desk.alice, desk.bea)
    first, second = (boss.post("/staff/transfer/", data) for _press in range(2))
    assert second["Location"] == first["Location"]
    shown = page(boss, second["Location"])
    made = Transfer.objects.get()
    undo = reverse("console:undo_transfer", args=[made.public_id])
    assert "Already handed over at " in shown
    assert undo in shown
    boss.post(undo)
    assert boss.post("/staff/transfer/", data).status_code == 422, "that was taken back"


def test_what_is_not_the_same_press_is_refused_as_before(desk: Desk) -> None:
    boss = desk.browser(desk.boss)
    data = sent(desk, desk.alice)
    boss.post("/staff/transfer/", data)
    both = sent(desk, desk.bea) | {"who": [*data["who"], *sent(desk, desk.bea)["who"]]}
    assert boss.post("/staff/transfer/", both).status_code == 422, "one more person"
    other = desk.browser(people.supervisor(desk.office))
    assert other.post("/staff/transfer/", data).status_code == 422, "another's"
    with clock.shifted(timedelta(minutes=10)):
        assert boss.post("/staff/transfer/", data).status_code == 422, "long ago"
    transfer(desk.wanted(desk.alice, to=desk.ann), by=desk.boss, now=clock.now())
    assert boss.post("/staff/transfer/", data).status_code == 422, "moved on since"


def test_officers_have_no_such_act_and_strangers_ids_are_not_found(desk: Desk) -> None:
    ann, boss = desk.browser(desk.ann), desk.browser(desk.boss)
    assert "Transfer to another officer" not in page(ann, CASELOAD)
    chosen = {"action": "transfer", "_selected_action": [desk.alice.pk], "index": 0}
    ann.post(CASELOAD, chosen)
    assert ann.post("/staff/transfer/", sent(desk, desk.alice)).status_code == 404
    assert officer_of(desk.alice) == desk.ann
    stranger = people.participant(desk.far)
    for query in (str(stranger.public_id), "nonsense"):
        assert boss.get("/staff/transfer/", {"who": query}).status_code == 404
    assert boss.post("/staff/transfer/", sent(desk, stranger)).status_code == 404
    assert "Nobody is chosen" in page(boss, "/staff/transfer/")


def test_a_refusal_loses_nothing_and_shows_how_things_are_now(desk: Desk) -> None:
    boss, data = desk.browser(desk.boss), sent(desk, desk.alice)
    data[f"note-{desk.alice.public_id}"] = "Only for her."
    without = boss.post("/staff/transfer/", data | {"note": ""})
    assert without.status_code == 422
    assert "Only for her." in without.content.decode()
    transfer(desk.wanted(desk.alice), by=desk.admin, now=clock.now() + timedelta(seconds=1))
    beaten = boss.post("/staff/transfer/", data | {"to": data["to"]})
    shown = html.unescape(beaten.content.decode())
    assert beaten.status_code == 422
    assert "Somebody was quicker" in shown
    assert f"{desk.alice.public_id}:{officer_row(desk.alice)}" in shown
    assert Transfer.objects.count() == 1


def test_the_new_officer_reads_the_note_on_today_and_confirms(desk: Desk) -> None:
    ben = desk.browser(desk.ben)
    assert "Handed over to you" not in page(ben, "/staff/")
    transfer(desk.wanted(desk.alice, desk.bea), by=desk.boss, now=clock.now())
    today = page(ben, "/staff/")
    assert "Handed over to you" in today
    assert "She works nights." in today
    assert "Handed over to you" not in page(desk.browser(desk.boss), "/staff/")
    notes = page(ben, "/staff/handed-over/")
    assert "I have read all 2" in notes
    first = HandOver.objects.get(participant=desk.alice)
    ben.post("/staff/handed-over/", {"one": str(first.public_id)})
    assert HandOver.objects.waiting_for(desk.ben).count() == 1
    desk.browser(desk.ann).post("/staff/handed-over/", {"transfer": str(first.transfer.public_id)})
    assert HandOver.objects.waiting_for(desk.ben).count() == 1
    ben.post("/staff/handed-over/", {"transfer": str(first.transfer.public_id)})
    assert "No note waits for you" in page(ben, "/staff/handed-over/")
    assert ben.post("/staff/handed-over/", {"one": "nonsense"}).status_code == 404


def test_the_participant_reads_the_new_name_in_their_language(desk: Desk) -> None:
    token = people.accepted_invite(desk.alice, desk.ben).token
    phone = Client()
    phone.cookies[COOKIE] = token
    now = clock.now()
    made = transfer(desk.wanted(desk.alice), by=desk.boss, now=now)
    assert "Ben Officer" not in phone.get("/home/").content.decode()
    Transfer.objects.filter(pk=made.pk).update(made_at=now - timedelta(minutes=11))
    assert "nuevo oficial: <bdi>Ben Officer</bdi>" in phone.get("/home/").content.decode()


def test_three_hundred_people_cost_no_more_queries_than_one(
    desk: Desk, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    boss = desk.browser(desk.boss)
    with django_assert_max_num_queries(15) as asked:
        page(boss, "/staff/transfer/", who=[str(desk.alice.public_id)])
    more = [desk.alice, desk.bea, *(people.participant(desk.ann) for _ in range(6))]
    with django_assert_num_queries(len(asked)):
        page(boss, "/staff/transfer/", who=[str(one.public_id) for one in more])
    made = transfer(desk.wanted(*more), by=desk.boss, now=clock.now())
    with django_assert_max_num_queries(15):
        page(boss, reverse("console:transferred", args=[made.public_id]))
    ben = desk.browser(desk.ben)
    for address in ("/staff/", "/staff/handed-over/", CASELOAD):
        with django_assert_max_num_queries(15, info=address):
            page(ben, address)


@pytest.mark.parametrize("role", ["ann", "far"])
def test_whoever_has_no_part_in_a_transfer_does_not_see_it(desk: Desk, role: str) -> None:
    made = transfer(desk.wanted(desk.alice), by=desk.boss, now=clock.now())
    url = reverse("console:transferred", args=[made.public_id])
    assert desk.browser(getattr(desk, role)).get(url).status_code == 404


def test_the_note_is_for_who_made_it_and_for_the_new_officer_while_it_stands(desk: Desk) -> None:
    made = transfer(desk.wanted(desk.alice), by=desk.boss, now=clock.now())
    url = reverse("console:transferred", args=[made.public_id])
    boss, ben, admin = map(desk.browser, (desk.boss, desk.ben, desk.admin))
    assert "works nights" in page(boss, url)
    assert "works nights" in page(ben, url)
    assert "works nights" not in page(admin, url)
    boss.post(reverse("console:undo_transfer", args=[made.public_id]))
    assert "works nights" in page(boss, url)
    assert ben.get(url).status_code == 404
    made.refresh_from_db()
    assert not made.may_read_note(desk.ben)


def test_what_no_page_of_ours_sends_is_refused_plainly(desk: Desk) -> None:
    boss, data = desk.browser(desk.boss), sent(desk, desk.alice)
    long = f"{desk.alice.public_id}:{'9' * 5000}"
    assert boss.post("/staff/transfer/", data | {"who": [long]}).status_code == 404
    assert boss.post("/staff/transfer/", data | {"who": ["nonsense:1"]}).status_code == 404
    asked = {"from": str(desk.ann.public_id), "office": str(desk.office.public_id)}
    assert boss.get("/staff/transfer/", asked | {"n": "9" * 5000}).status_code == 404
    assert boss.post("/staff/transfer/", data | {"who": data["who"][0].upper()}).status_code == 302
    assert officer_of(desk.alice) == desk.ben
