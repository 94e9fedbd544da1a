"""Verbs of saved views: keep, rename, share with the office, take away."""

from collections.abc import Collection
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from django.db import IntegrityError, transaction

from casework.common.errors import NotPermitted, RuleError
from casework.staff.models import Office, SavedView, User

MOST = 20
LONGEST = 500
SEARCH = "q"


def told_of(query: str, known: Collection[str]) -> str:
    """The parts of a query that a list knows, in one order: equal views are written equally."""
    pairs = [(name, value) for name, value in parse_qsl(query) if name in known and value]
    return urlencode(sorted(pairs))


def save(name: str, query: str, *, by: User, now: datetime) -> SavedView:
    """`query` as `told_of` gives it. Raises `RuleError`."""
    if not query:
        raise RuleError("Filter, search or sort the caseload first.")
    if len(query) > LONGEST:
        raise RuleError("This view is too long to be kept.")
    if by.saved_views.count() >= MOST:
        raise RuleError(f"You have {MOST} views. Delete one first.")
    return _kept(SavedView(owner=by, name=_sound(name), query=query, made_at=now))


def rename(view: SavedView, name: str, *, by: User) -> SavedView:
    _only_own(view, by)
    view.name = _sound(name)
    return _kept(view)


def share(view: SavedView, office: Office, *, by: User) -> SavedView:
    """By a supervisor. A search stays private: it may be somebody's name."""
    _only_own(view, by)
    if not by.is_supervisor or not by.offices.filter(pk=office.pk).exists():
        raise NotPermitted("A supervisor shares a view with an office of theirs.")
    if SEARCH in dict(parse_qsl(view.query)):
        raise RuleError("A view with a search is not shared: it may hold a name.")
    view.office = office
    return _kept(view)


def keep_private(view: SavedView, *, by: User) -> SavedView:
    """By its owner, or by a supervisor of the office it is shared with."""
    shared = view.office is not None and by.offices.contains(view.office)
    theirs = by.is_supervisor and shared
    if view.owner_id != by.pk and not theirs:
        raise NotPermitted("Whoever saved a view changes it.")
    view.office = None
    return _kept(view)


def delete(view: SavedView, *, by: User) -> None:
    _only_own(view, by)
    view.delete()


def _only_own(view: SavedView, by: User) -> None:
    if view.owner_id != by.pk:
        raise NotPermitted("Whoever saved a view changes it.")


def _sound(name: str) -> str:
    said = " ".join(name.split())
    if not said:
        raise RuleError("Give it a name.", field="name")
    if "\x00" in said:
        raise RuleError("A name has only letters and signs.", field="name")
    if len(said) > 40:
        raise RuleError("A name has at most 40 characters.", field="name")
    return said


def _kept(view: SavedView) -> SavedView:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        if "saved_view_once_by_name" not in str(error):
            raise
        raise RuleError("You have a view with this name.", field="name") from error
    return view
