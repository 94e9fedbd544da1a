"""The offices and officers that an uploader may give people to."""

from dataclasses import dataclass

from casework.participants.imports.words import fold
from casework.staff.models import Office, Role, User


@dataclass(frozen=True)
class Post:
    """An officer, and the keys of the offices they work in."""

    officer: User
    offices: frozenset[int]


class Team:
    """Two queries; an office that is not the uploader's is not there."""

    def __init__(self, by: User) -> None:
        self.by = by
        offices = Office.objects.all() if by.is_administrator else by.offices.all()
        self.offices = {office.pk: office for office in offices}
        self._by_name = {fold(office.name): office for office in self.offices.values()}
        rows = User.objects.filter(role=Role.OFFICER, is_active=True, offices__in=self.offices)
        self._posts: dict[str, Post] = {}
        for user in rows.distinct().prefetch_related("offices"):
            works_in = frozenset(office.pk for office in user.offices.all())
            self._posts[user.email.casefold()] = Post(user, works_in)

    def office(self, written: str) -> Office | None:
        return self._by_name.get(fold(written))

    def post(self, email: str) -> Post | None:
        return self._posts.get(email.strip().casefold())

    def own_post(self) -> Post | None:
        """An officer's own; supervisors and administrators have no caseload."""
        return self.post(self.by.email) if self.by.role == Role.OFFICER else None

    def only_office(self, post: Post | None) -> Office | None:
        """Where there is but one that it can be, nobody need name it."""
        offices = [o for o in self.offices.values() if post is None or o.pk in post.offices]
        return offices[0] if len(offices) == 1 else None
