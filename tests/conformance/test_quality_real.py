"""Our flags against the experts' own on a year of two real stations: what is caught, and what is a false alarm."""

from functools import cache
from pathlib import Path

import pytest

from ingest import mapping, qc
from ingest.qc import Score, Verdict
from nongso.readings import Flag

FILES = {
    "apacpwq": "water/apacpwq_15min_2012.csv",
    "apaebmet": "weather/apaebmet_15min_2012.csv",
    "faln_hourly": "weather/faln_agrimet_hourly_2015_imperial.csv",
}
RECALL = {"water.temperature": 1.0, "water.ph": 1.0, "water.ec": 0.79, "water.salinity": 0.79, "light.par": 0.58}


@cache
def verdicts(shared: Path, name: str) -> list[Verdict]:
    return qc.look(shared / "farm" / FILES[name], mapping.load(name))


def scores(shared: Path, name: str) -> dict[str, Score]:
    return {score.series.split("/")[1]: score for score in qc.scores(verdicts(shared, name))}


@pytest.mark.parametrize("name", FILES)
def test_less_than_one_in_a_hundred_good_readings_is_doubted(shared: Path, name: str) -> None:
    for score in scores(shared, name).values():
        assert score.false_alarms < 0.01 * score.passed


@pytest.mark.parametrize("name", ["apacpwq", "apaebmet"])
def test_what_experts_rejected_is_caught_as_far_as_the_page_says(shared: Path, name: str) -> None:
    """docs/quality.md holds the table; sensors that drift slowly are beyond a look at single readings."""
    for key, score in scores(shared, name).items():
        assert RECALL.get(key, 0) <= (score.recall or 0)


def test_the_temperature_stuck_at_50_is_found_from_its_first_reading_on(shared: Path) -> None:
    stuck = [
        verdict
        for verdict in verdicts(shared, "apacpwq")
        if verdict.series.property == "water.temperature" and verdict.value == 50.0
    ]

    assert 757 == len(stuck)
    assert all(verdict.flags & (Flag.RATE | Flag.STUCK) for verdict in stuck)
    assert 600 < sum(Flag.STUCK in verdict.flags for verdict in stuck)
