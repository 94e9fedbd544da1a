"""Two real calibrations for the demo: LFW fold 1 by `calibrate_faces`, kept and in no use."""

import json
from datetime import datetime
from pathlib import Path

from casework.staff.models import User
from checkins.calibrations import propose
from checkins.verification import calibration as rules
from checkins.verification.weights import KNOWN

MEASURED = Path(__file__).with_name("calibrations.json")


def keep_measured(by: User, now: datetime) -> None:
    """As an administrator would find them after an operator has measured."""
    for facts in json.loads(MEASURED.read_text()):
        measured = rules.Calibration(
            weights_name=facts["weights"],
            weights_version=KNOWN[facts["weights"]].version,
            match_at_single=facts["match_at_single"],
            match_at_averaged=facts["match_at_averaged"],
            review_to=facts["review_to"],
            target_fmr=facts["target_fmr"],
            measured=rules.Measured(**facts["measured"]),
            figures=rules.from_facts(facts["figures"]),
            beside=rules.from_facts(facts["beside"]),
            beside_version=facts["beside_version"],
            notes=tuple(facts["notes"]),
            made_at=now,
            made_by=str(by),
        )
        propose(measured, by=by, now=now, reason=facts["reason"])
