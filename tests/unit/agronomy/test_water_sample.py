"""A laboratory's sheet of water: what can be said is said, what was not measured is not passed."""

import json

import pytest

from nongso.agronomy.crop_table import get_crop
from nongso.agronomy.inputs import ImpossibleInput, MissingInput
from nongso.agronomy.water_quality import Fitness, Restriction
from nongso.agronomy.water_sample import NoSaltTolerance, UnknownQuantity, judge_sample
from nongso.agronomy_command import agro
from nongso.text.format import BadNumber

TIGRIS = {"ec": 0.51, "sodium": 34.0, "calcium": 44.0, "magnesium": 22.0}


def test_milligrams_become_equivalents() -> None:
    """34 / 22.99 = 1.479 me/L of sodium beside 2.196 of calcium and 1.811 of magnesium: SAR 1.479 / sqrt(2.003)."""
    report = judge_sample(TIGRIS)

    assert pytest.approx(1.045, abs=0.001) == report.sodium_ratio
    assert (Restriction.NONE, Restriction.SLIGHT) == (report.salinity, report.infiltration)


def test_what_was_not_measured_is_not_judged() -> None:
    report = judge_sample({"sodium": 34.0, "ph": 7.0})

    assert (None, None, None) == (report.sodium_ratio, report.salinity, report.infiltration)
    assert {"ph"} == {found.quantity for found in report.findings if found.fitness is not Fitness.UNKNOWN}


def test_salt_takes_from_a_harvest() -> None:
    """FAO-56 Eqs. 89 and 93: ECe = 1.15 / 0.15 * 2 / 5 = 3.067 dS/m; rice loses 12 % for each dS/m above 3.0."""
    burden = judge_sample({"ec": 2.0}, get_crop("rice")).burden

    assert burden is not None
    assert pytest.approx(3.067, abs=0.001) == burden.soil_ds_m
    assert pytest.approx(1 - 0.12 * 0.067, abs=0.001) == burden.yield_share
    assert pytest.approx(2 / (5 * 3.0 - 2)) == burden.leaching


def test_no_leaching_helps_against_the_sea() -> None:
    burden = judge_sample({"ec": 40.0}, get_crop("rice")).burden

    assert burden is not None
    assert (0.0, None) == (burden.yield_share, burden.leaching)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(UnknownQuantity, match="gold"):
        judge_sample({"gold": 1.0})
    with pytest.raises(ImpossibleInput, match="ec"):
        judge_sample({"ec": -1.0})
    with pytest.raises(MissingInput, match="ec"):
        judge_sample({"ph": 7.0}, get_crop("rice"))
    with pytest.raises(NoSaltTolerance, match="durian"):
        judge_sample({"ec": 1.0}, get_crop("durian"))


def test_the_sheet_on_the_command_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NONGSO_LANG", "vi")
    agro(["water", "ec=1,2", "boron=4", "ph=7,2", "--crop", "tomato"])

    said = capsys.readouterr().out
    assert "Bo 4 mg/L: không đạt QCVN 39:2011/BTNMT (nhiều nhất 3)" in said
    assert "pH 7,2: đạt QCVN 39:2011/BTNMT (ít nhất 5,5, nhiều nhất 9)" in said
    assert "Chưa đo nên chưa kết luận: " in said
    assert "Cà chua: " in said


def test_the_sheet_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    agro(["water", "do=5", "--json"])

    said = json.loads(capsys.readouterr().out)
    assert {"low": 2, "high": None, "unit": "mg/L"} == said["findings"][1]["bound"]


@pytest.mark.parametrize(("pair", "fault"), [("ph", UnknownQuantity), ("gold=1", UnknownQuantity), ("ph=x", BadNumber)])
def test_a_pair_that_cannot_be_read(pair: str, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        agro(["water", pair])
