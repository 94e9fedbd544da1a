"""Ways to narrow the caseload down that need to know what the officer answers for today."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from casework.staff.models import User
from smartlink.console.duty import duty_of


class ByCaseload(SimpleListFilter):
    """The own caseload, or one that is covered today; there only while there is cover."""

    title = _("Caseload")
    parameter_name = "caseload"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        covered = [(one.user_id, one.name) for one in duty_of(request).covering]
        user = request.user
        if not covered or not isinstance(user, User):
            return []
        return [(str(user.public_id), _("My own")), *covered]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in {key for key, _name in self.lookup_choices}:
            return queryset
        return queryset.filter(
            assignments__officer__public_id=self.value(), assignments__until_at__isnull=True
        )
