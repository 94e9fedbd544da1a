"""The limits that the decision reads: proposed from measurements, put to use by an administrator.

Whatever is wrong with a calibration (none in use, another version of the weight set, past a ceiling
that has become stricter since), the decision falls back to the shipped limits and never to none.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from casework.audit.services import record
from casework.common.errors import NotPermitted, RuleError, WrongState
from casework.staff.models import Role, User
from checkins.models import Calibration, CalibrationUse
from checkins.verification import calibration as rules
from checkins.verification.decision import STARTING_THRESHOLDS, Thresholds

log = structlog.get_logger(__name__)

KEPT_FOR = timedelta(seconds=5)
"""So long a worker may go on with limits that were replaced: one question in five seconds instead
of one for each photo."""


@dataclass(frozen=True)
class _Kept:
    at: datetime
    thresholds: Thresholds


_kept: dict[tuple[str, str], _Kept] = {}


def thresholds_for(weights_name: str, weights_version: str, *, now: datetime) -> Thresholds:
    """The limits in use for this weight set; the shipped ones where no calibration is."""
    key = weights_name, weights_version
    kept = _kept.get(key)
    if kept is None or not timedelta(0) <= now - kept.at < KEPT_FOR:
        _kept[key] = kept = _Kept(now, _read(weights_name, weights_version))
    return kept.thresholds


def forget_kept() -> None:
    """Let this process read again at once."""
    _kept.clear()


def _read(weights_name: str, weights_version: str) -> Thresholds:
    shipped = STARTING_THRESHOLDS[weights_name]
    row = in_use(weights_name, weights_version)
    if row is None:
        return shipped
    try:
        return as_measured(row).thresholds(row.version, str(row.public_id))
    except ValueError:
        log.exception("calibration cannot be used, the shipped limits are", version=row.version)
        return shipped


def in_use(weights_name: str, weights_version: str) -> Calibration | None:
    """The calibration that the decision reads for this weight set."""
    return Calibration.objects.filter(
        weights_name=weights_name,
        weights_version=weights_version,
        uses__until_at__isnull=True,
        uses__isnull=False,
    ).first()


def as_measured(row: Calibration) -> rules.Calibration:
    """The row as the rules know it."""
    return rules.Calibration(
        weights_name=row.weights_name,
        weights_version=row.weights_version,
        match_at_single=row.match_at_single,
        match_at_averaged=row.match_at_averaged,
        review_to=row.review_to,
        target_fmr=row.target_fmr,
        measured=rules.Measured(
            row.dataset, row.dataset_sha256, row.pairs, row.photos, row.refused, row.seed
        ),
        figures=rules.from_facts(row.figures),
        beside=rules.from_facts(row.beside),
        beside_version=row.beside_version,
        notes=tuple(row.notes),
        made_at=row.made_at,
        made_by=str(row.made_by),
    )


def propose(measured: rules.Calibration, *, by: User, now: datetime, reason: str) -> Calibration:
    """Keep a measurement as a version that may be put to use. Raises `RuleError`."""
    _require_administrator(by)
    _require_reason(reason)
    try:
        measured.thresholds("", "")
    except ValueError as error:
        raise RuleError(str(error)) from error
    try:
        with transaction.atomic():
            row = _keep(measured, by, now, reason.strip())
            _trace("proposed a calibration", row, by, now)
    except IntegrityError as error:
        if "calibration_numbered_once" not in str(error):
            raise
        raise WrongState(
            _("Another calibration was kept at the same moment. Try again.")
        ) from error
    return row


def _keep(measured: rules.Calibration, by: User, now: datetime, reason: str) -> Calibration:
    of_set = Calibration.objects.filter(weights_name=measured.weights_name)
    number = of_set.aggregate(last=Max("number"))["last"] or 0
    source = measured.measured
    return Calibration.objects.create(
        weights_name=measured.weights_name,
        weights_version=measured.weights_version,
        number=number + 1,
        match_at_single=measured.match_at_single,
        match_at_averaged=measured.match_at_averaged,
        review_to=measured.review_to,
        target_fmr=measured.target_fmr,
        dataset=source.dataset,
        dataset_sha256=source.dataset_sha256,
        pairs=source.pairs,
        photos=source.photos,
        refused=source.refused,
        seed=source.seed,
        figures=rules.as_facts(measured.figures),
        beside=rules.as_facts(measured.beside),
        beside_version=measured.beside_version,
        notes=list(measured.notes),
        made_at=now,
        made_by=by,
        reason=reason,
    )


def activate(
    row: Calibration,
    *,
    by: User,
    now: datetime,
    reason: str,
    instead_of: Calibration | None,
    alone_reason: str = "",
) -> CalibrationUse:
    """Let the decision read `row` from now on, in place of what was in use.

    `by` is not who proposed it; where there is no other administrator, `alone_reason` says so.
    `instead_of` is what the person saw in use: raises `WrongState` when that has changed, and
    `RuleError` for limits past the ceiling, without a reason, or when it is in use already.
    """
    _require_administrator(by)
    _require_reason(reason)
    alone = _second_pair_of_eyes(row, by, alone_reason)
    try:
        as_measured(row).thresholds(row.version, str(row.public_id))
    except ValueError as error:
        raise RuleError(str(error)) from error
    try:
        with transaction.atomic():
            before = _end_current(row, instead_of, by, now, reason.strip())
            use = CalibrationUse.objects.create(
                calibration=row,
                weights_name=row.weights_name,
                weights_version=row.weights_version,
                from_at=now,
                by=by,
                reason=reason.strip(),
                alone_reason=alone,
            )
            _trace("put a calibration to use", row, by, now, before, alone=bool(alone))
    except IntegrityError as error:
        if "calibration_one_in_use" not in str(error):
            raise
        raise _changed() from error
    transaction.on_commit(forget_kept)
    return use


def others_than(row: Calibration) -> list[User]:
    """The administrators who may put it to use: all but the one who proposed it."""
    administers = Q(role=Role.ADMINISTRATOR) | Q(is_superuser=True)
    rows = User.objects.filter(administers, is_active=True)
    return list(rows.exclude(pk=row.made_by_id).order_by("full_name", "pk"))


def _second_pair_of_eyes(row: Calibration, by: User, alone_reason: str) -> str:
    """Why it is put to use by who proposed it; empty where it is not."""
    if row.made_by_id != by.pk:
        return ""
    if others_than(row):
        raise NotPermitted("You proposed these limits: another administrator puts them to use.")
    if not alone_reason.strip():
        raise RuleError(
            "You proposed these limits, and there is no other administrator: say how they were"
            " checked.",
            field="alone_reason",
        )
    return alone_reason.strip()


def stop_using(row: Calibration, *, by: User, now: datetime, reason: str) -> None:
    """Go back to the shipped limits. Raises `WrongState` when `row` is not in use (any more)."""
    _require_administrator(by)
    _require_reason(reason)
    with transaction.atomic():
        ended = CalibrationUse.objects.filter(calibration=row, until_at__isnull=True).update(
            until_at=now, ended_by=by, end_reason=reason.strip()
        )
        if not ended:
            raise _changed()
        _trace("went back to the shipped limits", row, by, now, row)
    transaction.on_commit(forget_kept)


def _end_current(
    row: Calibration, instead_of: Calibration | None, by: User, now: datetime, reason: str
) -> Calibration | None:
    current = (
        CalibrationUse.objects.select_for_update(of=("self",))
        .select_related("calibration")
        .filter(
            weights_name=row.weights_name,
            weights_version=row.weights_version,
            until_at__isnull=True,
        )
        .first()
    )
    before = current.calibration if current else None
    if before == row:
        raise WrongState(_("This calibration is in use already."))
    if before != instead_of:
        raise _changed()
    if current is not None:
        CalibrationUse.objects.filter(pk=current.pk).update(
            until_at=now, ended_by=by, end_reason=reason
        )
    return before


def _changed() -> WrongState:
    return WrongState(_("What is in use has just changed. Look at the figures again."))


def _require_administrator(by: User) -> None:
    if not by.has_perm("checkins.use_calibration"):
        raise RuleError(_("Only an administrator decides about calibrations."))


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise RuleError(_("Please give a reason."), field="reason")


def _trace(
    verb: str,
    row: Calibration,
    by: User,
    now: datetime,
    before: Calibration | None = None,
    *,
    alone: bool = False,
) -> None:
    """The reason stays with the row: free text may hold a name."""
    facts: dict[str, object] = {
        "version": row.version,
        "match_at_single": row.match_at_single,
        "match_at_averaged": row.match_at_averaged,
        "review_to": row.review_to,
    }
    if before is not None:
        facts["before"] = before.version
    if alone:
        facts["proposed_by_the_same"] = True
    record(verb, ("calibration", row.public_id), by=by.actor, now=now, facts=facts)
