"""URL × role × owner: every address of the site, tried by everyone, with Alice's things in it.

Whoever may not see her file learns nothing of her from any page, and cannot tell her ids from ids
that do not exist. A new address without a gate, or with a parameter that nobody has said the owner
of (`tests/matrix/world.py`), fails here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from tests.matrix.world import OF_HER_FILE, ROLES, SECRETS, STAFF, World

pytestmark = pytest.mark.django_db

_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
# Django's own, without anybody's data, or gated inside; and addresses that carry their own secret.
KNOWN_OPEN = {
    "admin:search", "admin:index", "admin:login", "admin:logout", "admin:password_change",
    "admin:password_change_done", "admin:autocomplete", "admin:jsi18n", ":None",
}  # fmt: skip
ADMIN_GENERIC = {"admin:view_on_site", "admin:auth_user_password_change", "admin:app_list"}
BY_SECRET = (
    "staff/welcome/", "invite/", "reports/<str:token>/", "webhooks/", "calendar/",
    "demo/phone/recordings/",
)  # fmt: skip
# Their parameter is a language: the same page for everybody.
OF_NOBODY = ("manifest/", "offline/")
HELD_BACK = {302, 400, 401, 403, 404, 405}


@dataclass(frozen=True)
class Address:
    """`owners` are the roles that may see what its ids name; None when it names nothing."""

    route: str
    name: str
    gate: str | None
    model: Any

    @property
    def parameters(self) -> list[str]:
        return _PARAMETER.findall(self.route)

    @property
    def hides(self) -> bool:
        """A page of the staff site that is not a model's: to strangers it does not exist."""
        return self.route.startswith("staff/") and self.model is None

    @property
    def api(self) -> bool:
        return self.route.startswith("api/")


def walk(resolver: URLResolver, prefix: str = "", space: str = "") -> Iterator[Address]:
    for one in resolver.url_patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from walk(one, route, one.namespace or space)
        else:
            yield Address(route, f"{space}:{one.name}", *_gate_of(one))


def _gate_of(pattern: URLPattern) -> tuple[str | None, Any]:
    view: Any = pattern.callback
    if hasattr(view, "cls"):
        named = getattr(view.cls, "permission_classes", ())
        return ",".join(one.__name__ for one in named) or None, None
    while True:
        if hasattr(view, "gate"):
            return view.gate, None
        if hasattr(view, "model_admin"):
            return "model", view.model_admin.model._meta.label
        if not hasattr(view, "__wrapped__"):
            return None, None
        view = view.__wrapped__


ADDRESSES = [one for one in walk(get_resolver()) if "(?P<" not in one.route]
NAMING = [one for one in ADDRESSES if one.parameters and one.name not in ADMIN_GENERIC
          and not one.route.startswith(BY_SECRET + OF_NOBODY)
          and one.name != "admin:None"]  # fmt: skip
PLAIN = [one for one in ADDRESSES if not one.parameters]


def owned(world: World, address: Address) -> tuple[dict[str, Any], frozenset[str]]:
    """The ids that fill the address, and who may see what they name."""
    if address.route in world.by_route:
        return world.by_route[address.route]
    if address.model is not None:
        key, hers = world.by_model[address.model]
        return {"object_id": key}, OF_HER_FILE if hers else frozenset(ROLES)
    return {name: world.by_name[name] for name in address.parameters}, OF_HER_FILE


def filled(address: Address, ids: dict[str, Any]) -> str:
    return "/" + _PARAMETER.sub(lambda found: str(ids[found.group(1)]), address.route)


def ask(world: World, role: str, address: Address, url: str, *, post: bool = False) -> Any:
    """The answer; what it changed is undone, so that everyone finds the same."""
    client = world.client(role, api=address.api)
    with transaction.atomic():
        answer = client.post(url, {"reason": "let me"}) if post else client.get(url)
        body = b"".join(answer) if answer.streaming else answer.content
        transaction.set_rollback(True)
    answer.said = body.decode(errors="replace")
    return answer


@pytest.fixture
def world() -> World:
    return World()


def test_every_address_has_a_gate_and_its_ids_have_an_owner(world: World) -> None:
    assert len(ADDRESSES) > 120, "the walk found the site"
    ungated = [
        one.route for one in ADDRESSES
        if one.gate is None and one.name not in KNOWN_OPEN | ADMIN_GENERIC
    ]  # fmt: skip
    assert ungated == []
    unknown = []
    for one in NAMING:
        try:
            owned(world, one)
        except KeyError:
            unknown.append(one.route)
    assert unknown == [], "say in tests/matrix/world.py whose things these addresses name"


@pytest.mark.parametrize("role", ["anonymous", "bob", "colleague", "officer_elsewhere",
                                  "covers_tomorrow", "covered_yesterday", "cover_ended_early",
                                  "supervisor_elsewhere"])  # fmt: skip
def test_strangers_learn_nothing_and_get_nothing(world: World, role: str) -> None:
    wrong = []
    for one in NAMING:
        ids, owners = owned(world, one)
        for post in (False, True):
            answer = ask(world, role, one, filled(one, ids), post=post)
            leaks = any(secret in answer.said for secret in SECRETS)
            entered = role not in owners and answer.status_code not in HELD_BACK
            moved = one.hides and role in STAFF - owners and answer.status_code == 302
            if leaks or entered or moved or answer.status_code >= 500:
                wrong.append((one.route, "POST" if post else "GET", answer.status_code, leaks))
    for one in PLAIN:
        answer = ask(world, role, one, f"/{one.route}")
        leaks = any(secret in answer.said for secret in SECRETS)
        if leaks or (answer.status_code >= 500 and answer.status_code != 503):
            wrong.append((one.route, "GET", answer.status_code, leaks))
    assert wrong == []


@pytest.mark.parametrize("role", sorted(OF_HER_FILE))
def test_those_who_may_see_a_thing_see_it_and_a_guessed_id_is_nothing(
    world: World, role: str
) -> None:
    wrong = []
    for one in NAMING:
        ids, owners = owned(world, one)
        answer = ask(world, role, one, filled(one, ids))
        if answer.status_code not in _expected(world, role, one, owners):
            wrong.append((one.route, "hers", answer.status_code))
        guessed = {name: world.guess(value) for name, value in ids.items() if name != "form"}
        answer = ask(world, role, one, filled(one, ids | guessed))
        moved = one.hides and role in STAFF and answer.status_code == 302
        if moved or answer.status_code not in HELD_BACK:
            wrong.append((one.route, "guessed", answer.status_code))
    assert wrong == []


def _expected(world: World, role: str, one: Address, owners: frozenset[str]) -> set[int]:
    """What somebody who may see Alice's file gets at an address with her ids."""
    on_staff_site = one.route.startswith("staff/")
    if role == "alice":
        return {302, 405} if on_staff_site else {200, 302, 401, 403, 404, 405}
    if not on_staff_site and not one.api:
        return {302, 404, 405}  # a participant's page: staff are nobody there
    if one.model is not None:
        return {200, 302, 403, 404}
    if one.gate == "ParticipantOnly":
        return {403}
    if one.api:
        return {200, 405} if role in owners else {403, 404, 405}
    user = world.users[role]
    may = role in owners and (one.gate == "all staff" or user.has_perm(one.gate or ""))
    # 404 too where there is nothing to fetch yet: a report that is not made.
    nothing_yet = {404} if one.route.startswith("staff/reports/") else set()
    return {200, 405} | nothing_yet if may else {404, 405}
