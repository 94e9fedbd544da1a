"""Certificates and holds in the staff site, and the hold in a participant's file."""

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from casework.common.admin import ViewOnlyAdmin
from casework.common.moments import exact
from casework.participants.querysets import ParticipantQuerySet
from casework.participants.registry import Panel, file_of_participant
from casework.retention.models import Certificate, Hold


@admin.register(Certificate)
class CertificateAdmin(ViewOnlyAdmin):
    list_display = ["when", "kind", "count", "files", "rule"]
    list_filter = ["rule"]
    list_fullwidth = True
    fields = [
        "public_id", "made_at", "kind", "count", "files", "rule", "days", "participant_id",
        "hashes", "signature",
    ]  # fmt: skip

    @admin.display(description=_("When"), ordering="made_at")
    def when(self, made: Certificate) -> str:
        return exact(made.made_at)


@admin.register(Hold)
class HoldAdmin(ViewOnlyAdmin):
    list_display = ["participant", "since", "set_by", "until"]
    list_select_related = ["participant", "set_by"]
    list_fullwidth = True
    fields = [
        "participant", "reason", "set_at", "set_by", "lifted_at", "lifted_by", "lift_reason"
    ]  # fmt: skip

    @admin.display(description=_("Set"), ordering="set_at")
    def since(self, hold: Hold) -> str:
        return exact(hold.set_at)

    @admin.display(description=_("Lifted"), ordering="lifted_at")
    def until(self, hold: Hold) -> str:
        return exact(hold.lifted_at) if hold.lifted_at else "–"


def _with_hold(rows: ParticipantQuerySet) -> ParticipantQuerySet:
    """Comes with the row: the file has no question to spare."""
    standing = Hold.objects.standing().filter(participant=OuterRef("pk"))
    held: ParticipantQuerySet = rows.annotate(held_since=Subquery(standing.values("set_at")[:1]))
    return held


file_of_participant.annotations.append(_with_hold)
file_of_participant.add(
    Panel("keeping", str(_("Legal hold and deletions")), "console/panels/keeping.html",
          lambda _looking: {}, 90, side=True)
)  # fmt: skip
