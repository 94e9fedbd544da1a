"""`evaluate_faces` and `calibrate_faces` on a folder of made-up people, with a stand-in engine."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from casework.audit.models import Entry
from casework.staff.models import User
from checkins import calibrations
from checkins.models import Calibration, CalibrationUse
from checkins.verification.calibration import CEILINGS
from checkins.verification.engine import Analysis, EngineFailed
from smartlink.management.commands import calibrate_faces, evaluate_faces
from tests import people
from tests.fake_engine import FakeEngine, picture

pytestmark = pytest.mark.django_db
PEOPLE, PHOTOS = 16, 4


class Calibrates(calibrate_faces.Command):
    def engine(self, _weights_folder: Path, _home: Path) -> Any:
        return FakeEngine("dlib", "fake.1")


class Evaluates(evaluate_faces.Command):
    def engine(self, _weights_folder: Path, _home: Path) -> Any:
        return FakeEngine("dlib", "fake.1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixteen people with four photos each, one of them without a face; pairs of both kinds."""
    folder = tmp_path_factory.mktemp("labelled")
    rows = ["same,a,b"]
    for number in range(PEOPLE):
        (folder / f"p{number}").mkdir()
        for n in range(PHOTOS):
            wrong = "no_face" if (number, n) == (0, 0) else None
            data = picture(f"p{number}", noise=0.02 + n / 1000, result=wrong)
            (folder / f"p{number}" / f"{n}.jpg").write_bytes(data)
        rows += [f"1,p{number}/0.jpg,p{number}/1.jpg", f"1,p{number}/2.jpg,p{number}/3.jpg"]
        rows += [f"0,p{number}/{n}.jpg,p{(number + 1) % PEOPLE}/{n}.jpg" for n in range(PHOTOS)]
    (folder / "pairs.csv").write_text("\n".join(rows) + "\n")
    return folder


def run(command: Any, folder: Path, *more: str) -> str:
    told = io.StringIO()
    call_command(
        command, "--images", str(folder), "--pairs", str(folder / "pairs.csv"), *more,
        stdout=told, stderr=io.StringIO(),
    )  # fmt: skip
    return told.getvalue()


def test_a_few_missing_photos_are_left_out_and_said_and_no_calibration_rests_on_them(
    folder: Path, tmp_path: Path
) -> None:
    pairs = tmp_path / "pairs.csv"
    more = "0,p1/0.jpg,nobody/1.jpg\n1,p2/9.jpg,p2/0.jpg\n"
    pairs.write_text((folder / "pairs.csv").read_text() + more)
    given = ["--images", str(folder), "--pairs", str(pairs), "--json"]
    told, said = io.StringIO(), io.StringIO()
    call_command(Evaluates(), *given, stdout=told, stderr=said)
    figures = json.loads(told.getvalue())
    whole = json.loads(run(Evaluates(), folder, "--json"))
    assert (figures["missing_photos"], whole["missing_photos"]) == (2, 0)
    for name in ("pairs", "photos", "failure_to_acquire", "accuracy", "by_enrolment_photos"):
        assert figures[name] == whole[name]
    assert "not there: 2, nobody/1.jpg first" in said.getvalue()
    with pytest.raises(CommandError, match="missing: 2"):
        call_command(Calibrates(), *given, stdout=told, stderr=said)


def test_evaluation_gives_figures_for_one_two_and_three_enrolment_photos(folder: Path) -> None:
    told = json.loads(run(Evaluates(), folder, "--json"))
    assert (told["photos"], told["unusable_photos"]) == (PEOPLE * PHOTOS, {"no_face": 1})
    figures = told["by_enrolment_photos"]
    assert [(one["references"], one["people"]) for one in figures] == [(1, 16), (2, 16), (3, 15)]
    assert [one["limit"] for one in figures] == [0.074, 0.065, 0.065]
    assert figures[0]["fnmr"]["of"] == PEOPLE * PHOTOS - 1
    # p0 comes first: everybody's photos are tried on it, and its lost one on nobody.
    strangers = PEOPLE * (PEOPLE - 1) // 2 * PHOTOS
    assert (figures[0]["fmr"]["wrong"], figures[0]["fmr"]["of"]) == (0, strangers)
    printed = run(Evaluates(), folder)
    assert "3 enrolment photos at 0.0650: FMR 0.000%" in printed


def test_photos_without_a_folder_for_each_person_have_no_such_figures(
    folder: Path, tmp_path: Path
) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("same,a,b\n1,p0/1.jpg,p1/1.jpg\n0,p2/1.jpg,p3/1.jpg\n")
    told = io.StringIO()
    call_command(
        Evaluates(), images=folder, pairs=pairs, json=True, stdout=told, stderr=io.StringIO()
    )
    assert json.loads(told.getvalue())["by_enrolment_photos"] == []
    with pytest.raises(CommandError, match="folder of their own"):
        call_command(Calibrates(), images=folder, pairs=pairs, stderr=io.StringIO())


def test_a_calibration_is_shown_beside_the_shipped_limits_and_kept_by_nobody(folder: Path) -> None:
    told = json.loads(run(Calibrates(), folder, "--json"))
    assert told["in_use"]["version"] == "lfw-start-1"
    assert told["kept"] is None
    assert (told["photos"], told["refused"], told["pairs"]) == (64, 1, 16 * 6)
    for limits in (told["proposed"], told["in_use"]):
        assert [one["people"] for one in limits["figures"]] in ([8, 8, 8], [8, 8, 7])
    assert told["proposed"]["match_at_single"] <= CEILINGS["dlib"].single
    assert any("needed to loosen" in note for note in told["notes"])
    assert told["dataset"] == folder.name
    again = json.loads(run(Calibrates(), folder, "--json"))
    assert again == told, "the same photos and seed, the same figures"
    other = json.loads(run(Calibrates(), folder, "--json", "--seed", "2"))
    assert other["dataset_sha256"] == told["dataset_sha256"]
    assert "Proposed: match to 0.0" in run(Calibrates(), folder)


@pytest.fixture
def boss() -> User:
    return people.administrator()


def test_saving_keeps_a_proposal_and_activating_puts_it_to_use(folder: Path, boss: User) -> None:
    by = ("--by", boss.email.upper(), "--reason", "our own phones", "--dataset", "phones, May")
    assert "Kept as dlib-1." in run(Calibrates(), folder, "--save", *by)
    assert not CalibrationUse.objects.exists()
    with pytest.raises(CommandError, match="Kept as dlib-2, but not put to use: You proposed"):
        run(Calibrates(), folder, "--activate", *by)
    alone = ("--alone", "read with the vendor")
    assert "Kept as dlib-3." in run(Calibrates(), folder, "--activate", *by, *alone)
    row = calibrations.in_use("dlib", "fake.1")
    assert row is not None
    assert (row.version, row.dataset, row.reason) == ("dlib-3", "phones, May", "our own phones")
    assert set(Entry.objects.values_list("actor_id", flat=True)) == {boss.public_id}
    told = json.loads(run(Calibrates(), folder, "--json", "--save", *by))
    assert told["in_use"]["version"] == "dlib-3"


def test_nobody_but_an_administrator_with_a_reason_keeps_anything(folder: Path, boss: User) -> None:
    officer = people.officer(people.office())
    for wrong in (
        ("--save",),
        ("--save", "--by", boss.email),
        ("--save", "--by", boss.email, "--reason", " "),
        ("--activate", "--by", officer.email, "--reason", "x"),
        ("--activate", "--by", "nobody@example.org", "--reason", "x"),
        ("--save", "--by", boss.email, "--reason", "x", "--target-fmr", "0.01"),
    ):
        with pytest.raises(CommandError):
            run(Calibrates(), folder, *wrong)
    assert not Calibration.objects.exists()


def test_a_photo_that_is_not_there_is_named(folder: Path, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("same,a,b\n1,p0/1.jpg,p0/gone.jpg\n")
    with pytest.raises(CommandError, match=r"p0/gone\.jpg"):
        call_command(Evaluates(), images=folder, pairs=pairs, stderr=io.StringIO())


def test_a_photo_on_which_the_engine_fails_is_counted_and_stops_nothing(folder: Path) -> None:
    class Failing(FakeEngine):
        def analyse(self, data: bytes) -> Analysis:
            if data == (folder / "p3" / "0.jpg").read_bytes():
                raise EngineFailed
            return super().analyse(data)

    class Fails(evaluate_faces.Command):
        def engine(self, _weights_folder: Path, _home: Path) -> Any:
            return Failing("dlib", "fake.1")

    assert json.loads(run(Fails(), folder, "--json"))["unusable_photos"] == {
        "no_face": 1,
        "error": 1,
    }


def test_pairs_of_one_kind_only_give_no_rates(folder: Path, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("same,a,b\n1,p1/0.jpg,p1/1.jpg\n")
    with pytest.raises(CommandError, match="of different people"):
        call_command(Evaluates(), images=folder, pairs=pairs, stderr=io.StringIO())
