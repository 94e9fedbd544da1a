"""`manage.py calibrate_faces`: limits for the weight set in use, measured on labelled pairs."""

import json
from datetime import datetime
from typing import Any

from django.core.management.base import CommandError, CommandParser

from casework.common import clock
from casework.common.errors import RuleError
from casework.staff.models import User
from checkins import calibrations
from checkins.models import Calibration
from checkins.verification import calibration as rules
from checkins.verification.decision import STARTING_THRESHOLDS, Thresholds
from smartlink.measuring.face_command import FaceCommand, print_figures
from smartlink.measuring.faces import SEED, Ask, calibrate_engine


class Command(FaceCommand):
    help = (
        "Chooses limits on half of the people, says what they give for the other half beside the"
        " limits in use, and keeps them as a proposal (--save) or puts them to use (--activate)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--target-fmr", type=float, default=rules.TARGET_FMR)
        parser.add_argument("--seed", default=SEED, help="another seed, other halves")
        parser.add_argument("--dataset", help="how the photos are called; else the folder's name")
        parser.add_argument("--save", action="store_true", help="keep it as a proposal")
        parser.add_argument("--activate", action="store_true", help="keep it and put it to use")
        parser.add_argument("--by", help="e-mail of the administrator who answers for it")
        parser.add_argument("--reason", default="")
        parser.add_argument(
            "--alone",
            default="",
            metavar="WHY",
            help="with --activate, where there is no other administrator: how it was checked",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        keeps = options["save"] or options["activate"]
        by = self._administrator(options) if keeps else None
        now = clock.now()
        engine, looked, pairs = self.look(options)
        row = calibrations.in_use(engine.weights_name, engine.weights_version)
        used = self._limits_in_use(engine.weights_name, row)
        ask = Ask(
            (options["dataset"] or options["images"].resolve().name)[:120],
            options["target_fmr"],
            used,
            options["seed"],
        )
        try:
            found = calibrate_engine(engine, looked, pairs, ask, now)
        except ValueError as error:
            raise CommandError(str(error)) from error
        kept = self._keep(found, by, row, options) if by is not None else None
        self._tell(found, used, kept, as_json=options["json"])

    def _administrator(self, options: dict[str, Any]) -> User:
        """Asked before the photos are looked at: that takes minutes."""
        if not options["reason"].strip():
            raise CommandError("--save and --activate need a --reason.")
        by = User.objects.filter(email=(options["by"] or "").lower()).first()
        if by is None or not by.has_perm("checkins.use_calibration"):
            raise CommandError("--by must be the e-mail of an administrator.")
        return by

    def _limits_in_use(self, weights_name: str, row: Calibration | None) -> Thresholds:
        if row is None:
            return STARTING_THRESHOLDS[weights_name]
        return calibrations.as_measured(row).thresholds(row.version, str(row.public_id))

    def _keep(
        self,
        found: rules.Calibration,
        by: User,
        instead_of: Calibration | None,
        options: dict[str, Any],
    ) -> Calibration:
        now: datetime = found.made_at
        said = options["reason"]
        try:
            kept = calibrations.propose(found, by=by, now=now, reason=said)
        except RuleError as error:
            raise CommandError(str(error)) from error
        if not options["activate"]:
            return kept
        alone = options["alone"]
        try:
            calibrations.activate(
                kept, by=by, now=now, reason=said, instead_of=instead_of, alone_reason=alone
            )
        except RuleError as error:
            raise CommandError(f"Kept as {kept.version}, but not put to use: {error}") from error
        return kept

    def _tell(
        self,
        found: rules.Calibration,
        used: Thresholds,
        kept: Calibration | None,
        *,
        as_json: bool,
    ) -> None:
        figures, beside = rules.as_facts(found.figures), rules.as_facts(found.beside)
        if as_json:
            told = {
                "weights": found.weights_name,
                "weights_version": found.weights_version,
                "dataset": found.measured.dataset,
                "dataset_sha256": found.measured.dataset_sha256,
                "pairs": found.measured.pairs,
                "photos": found.measured.photos,
                "refused": found.measured.refused,
                "target_fmr": found.target_fmr,
                "seed": found.measured.seed,
                "proposed": {
                    "match_at_single": found.match_at_single,
                    "match_at_averaged": found.match_at_averaged,
                    "review_to": found.review_to,
                    "figures": figures,
                },
                "in_use": {
                    "version": used.version,
                    "match_at_single": used.match_at_single,
                    "match_at_averaged": used.match_at_averaged,
                    "review_to": used.review_to,
                    "figures": beside,
                },
                "notes": list(found.notes),
                "kept": kept and kept.version,
            }
            self.stdout.write(json.dumps(told))
            return
        self._print(found, used, beside, figures)
        if kept is not None:
            self.stdout.write(f"Kept as {kept.version}.")

    def _print(
        self,
        found: rules.Calibration,
        used: Thresholds,
        beside: list[dict[str, Any]],
        figures: list[dict[str, Any]],
    ) -> None:
        refused = found.measured.failure_to_acquire
        self.stdout.write(
            f"{found.weights_name} ({found.weights_version}), {found.measured.dataset}:"
            f" {refused.of} photos, {refused.wrong} could not be used"
        )
        self._print_limits("Proposed", found, figures)
        self._print_limits(f"In use ({used.version})", used, beside)
        for note in found.notes:
            self.stdout.write(f"Note: {note}.")

    def _print_limits(
        self, title: str, limits: rules.Calibration | Thresholds, figures: list[dict[str, Any]]
    ) -> None:
        self.stdout.write(
            f"{title}: match to {limits.match_at_single:.4f} with one reference photo and"
            f" {limits.match_at_averaged:.4f} with several, review to {limits.review_to:.4f};"
            " for the people they were not chosen with:"
        )
        print_figures(self.stdout.write, figures)
