"""Every page of the staff site with an address to open it by; a test holds the list whole."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from casework.common import clock
from casework.documents.models import Document
from casework.faults.models import Fault
from casework.findings.models import Finding
from casework.hearings.imports.working import HEARINGS
from casework.hearings.models import Appointment, Hearing, HearingConflict, HearingImport
from casework.messages.models import CannedAnswer
from casework.notes.models import Note
from casework.notices.models import Delivery
from casework.participants.imports.working import PEOPLE
from casework.participants.models import Participant, ParticipantImport
from casework.requests.models import ChangeReport
from casework.resources.models import Resource
from casework.staff.models import User
from casework.transfers.models import Transfer
from checkins.models import CheckIn
from checkins.models.calibration import Calibration
from checkins.states import State
from smartlink.reports.asking import Wish
from smartlink.reports.models import Report
from smartlink.reports.services import ask

Row = Callable[[User], Any]

OPEN = [
    "admin:index", "console:reviews", "console:error_rates", "console:notices",
    "console:messages", "console:canned", "console:findings", "console:covers",
    "console:set_cover", "console:transfer", "console:balance", "console:saved_views",
    "console:save_view", "console:several", "console:handed_over", "console:lighter",
    "console:changes", "console:help", "console:resources", "console:enter_resource",
    "console:documents", "console:calendar", "console:hearings_day", "console:import_hearings",
    "console:hearing_conflicts", "console:enrol", "console:import_people", "console:faults",
    "console:enter_fault", "console:calibrations", "console:reports:index", "accounts:account",
    "accounts:change_password", "accounts:second_factor", "accounts:add_passkey",
    "admin:search",
]  # fmt: skip
"""Pages that name no row."""

CASELOAD = [
    "?q=Quinera", "?q=Qiunera", "?q=300000123", "?q=202555", "?q=zzzz", "?last=missed",
    "?photos=none", "?signed_in=never", "?o=3", "?p=10",
]  # fmt: skip
"""Ways to search and narrow the caseload."""


def pages_of(user: User) -> list[tuple[str, str]]:
    """(name, address) of all that `user` might open, with a row where a page needs one."""
    pages = [(_called(name), reverse(name)) for name in OPEN]
    caseload = reverse("admin:participants_participant_changelist")
    pages += [(f"caseload {search}", caseload + search) for search in CASELOAD]
    pages += _of_models(user)
    for name, row in ROWS.items():
        key = row(user)
        if key is not None:
            pages.append((_called(name), reverse(name, args=[key])))
    return pages


def give_rows(now: Any) -> None:
    """What the pages need to open and neither the demo nor its crowd holds."""
    for user in User.objects.filter(email__in=_STAFF_OF_THE_DEMO):
        if HearingImport.objects.filter(made_by=user).exists():
            continue
        HEARINGS.take_in(_HEARINGS, by=user, now=now)
        PEOPLE.take_in(_PEOPLE, by=user, now=now)
        if user.has_perm("reports.make_report"):
            days = Wish("compliance", (now - timedelta(days=31)).date(), now.date())
            ask(days, ["csv"], by=user, now=now)


_STAFF_OF_THE_DEMO = [
    "officer@example.org", "supervisor@example.org", "administrator@example.org",
]  # fmt: skip
_HEARINGS = b"a_number,court,kind,starts\n876543210,Nowhere,master,2030-01-02 09:00\n"
_PEOPLE = b"a_number,given_name,family_name\n12,Eve,Olsen\n"


def _of_models(user: User) -> list[tuple[str, str]]:
    """The list of each model, and any row that `user` sees."""
    request = HttpRequest()
    request.user = user
    pages = []
    for model, lists in admin.site._registry.items():  # noqa: SLF001 - there is no other list
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        called = str(model._meta.verbose_name_plural)
        pages.append((called, reverse(f"{name}_changelist")))
        for row in lists.get_queryset(request).order_by()[: model is not Participant]:
            key = getattr(row, "public_id", row.pk)
            pages.append((f"one of {called}", reverse(f"{name}_change", args=[key])))
    return pages


def _called(name: str) -> str:
    if name == "admin:participants_participant_change":
        return "file"
    return name.removeprefix("console:")


def _any(model: Any, **facts: Any) -> Row:
    """In no order: to find the newest of one officer would search the whole table."""

    def find(user: User) -> Any:
        rows = model.objects.visible_to(user).filter(**facts).order_by()
        return next(iter(rows.values_list("public_id", flat=True)[:1]), None)

    return find


def _own(model: Any, owner: str) -> Row:
    def find(user: User) -> Any:
        rows = model.objects.filter(**{owner: user}).order_by("-pk")
        return rows.values_list("public_id", flat=True).first()

    return find


def _editable_answer(user: User) -> Any:
    rows = CannedAnswer.objects.editable_by(user)
    return rows.values_list("public_id", flat=True).first()


def _calibration(_user: User) -> Any:
    return Calibration.objects.order_by("-pk").values_list("public_id", flat=True).first()


def _with_documents(user: User) -> Any:
    rows = Document.objects.visible_to(user).order_by()
    return next(iter(rows.values_list("participant__public_id", flat=True)[:1]), None)


def _colleague(user: User) -> Any:
    others = User.objects.exclude(pk=user.pk).order_by("pk")
    return others.values_list("public_id", flat=True).first()


_person = _any(Participant)
ROWS: dict[str, Row] = {
    "admin:participants_participant_change": _person,
    **dict.fromkeys(
        (
            "console:pin_alone",
            "console:messages_of",
            "console:findings_of",
            "console:request",
            "console:invite",
            "console:draws",
            "console:plan",
            "console:photos",
            "console:photo_tiles",
            "console:hold",
            "console:copies",
            "console:notes",
            "console:timeline",
            "console:print_file",
            "console:edit",
            "console:supervision",
            "console:assign",
            "console:add_hearing",
            "console:add_appointment",
            "console:enrol_person",
            "console:enrol_photos",
            "console:enrol_plan",
            "console:reports:of_person",
        ),
        _person,
    ),
    "console:documents_of": _with_documents,
    "console:document": _any(Document),
    "console:review": _any(CheckIn, state=State.IN_REVIEW.value),
    "console:check_in": _any(CheckIn, state=State.IN_REVIEW.value),
    "console:log_call": _any(CheckIn, state=State.OPEN.value),
    "console:propose_check_in": _any(CheckIn, state=State.MISSED.value),
    "console:finding": _any(Finding),
    "console:propose_hearing": _any(Hearing, starts_at__lt=clock.now()),
    "console:hearing": _any(Hearing),
    "console:hearing_result": _any(Hearing),
    "console:settle_hearing": _any(HearingConflict),
    "console:appointment": _any(Appointment),
    "console:transferred": _any(Transfer),
    "console:change": _any(ChangeReport),
    "console:resource": _any(Resource),
    "console:amend_note": _own(Note, "author"),
    "console:canned_answer": _editable_answer,
    "console:hearing_import": _own(HearingImport, "made_by"),
    "console:people_import": _own(ParticipantImport, "made_by"),
    "console:invite_sheet": _own(ParticipantImport, "made_by"),
    "console:send_again": _any(Delivery),
    "console:close_fault": _any(Fault),
    "console:calibration": _calibration,
    "console:reports:one": _own(Report, "asked_by"),
    "accounts:colleague": _colleague,
}
"""The row that each other page is opened with; None where `user` has none."""
