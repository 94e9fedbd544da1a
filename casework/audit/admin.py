"""The base of pages on which staff change rows directly: each change leaves its audit line."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from casework.audit.services import record
from casework.common import clock
from casework.common.admin import ScopedAdmin


class AuditedAdmin(ScopedAdmin):
    """Editable. The audit line names the fields that changed, never their values."""

    def participant_of(self, obj: Any) -> UUID | None:
        """The public id of the participant in whose file the row is, if in any."""
        return None

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        self._note(request, "changed" if change else "added", obj, form.changed_data)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self._note(request, "deleted", obj, [])
        super().delete_model(request, obj)

    def _note(self, request: HttpRequest, verb: str, obj: Any, fields: list[str]) -> None:
        user: Any = request.user
        kind = str(self.opts.verbose_name)
        record(
            f"{verb} a {kind}"[:40],
            (kind, obj.public_id),
            by=user.actor,
            now=clock.now(),
            participant=self.participant_of(obj),
            facts={"fields": sorted(fields)},
        )
