"""Stages by days and by degree-days."""

from datetime import date

import pytest

from nongso.agronomy.crop_table import get_crop
from nongso.agronomy.inputs import ImpossibleInput, MissingInput
from nongso.agronomy.stages import (
    Method,
    Phase,
    Stage,
    StageLengths,
    degree_days,
    fitted,
    phase_at,
    stage_on,
    sum_degree_days,
)

RICE = StageLengths(30, 30, 60, 30)
PLANTED = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("day", "stage", "stage_day"),
    [
        (date(2026, 10, 31), Stage.BEFORE, 0),
        (date(2026, 11, 1), Stage.INITIAL, 1),
        (date(2026, 11, 30), Stage.INITIAL, 30),
        (date(2026, 12, 1), Stage.DEVELOPMENT, 1),
        (date(2026, 12, 31), Stage.MID, 1),
        (date(2027, 3, 30), Stage.LATE, 30),
        (date(2027, 3, 31), Stage.OVER, 1),
    ],
)
def test_the_stage_of_a_day(day: date, stage: Stage, stage_day: int) -> None:
    found = stage_on(RICE, PLANTED, day)

    assert (stage, stage_day) == (found.stage, found.stage_day)


def test_without_a_planting_date_there_is_no_stage() -> None:
    with pytest.raises(MissingInput, match="planted"):
        stage_on(RICE, None, PLANTED)


def test_stages_fit_a_short_variety() -> None:
    found = fitted(RICE, 95)

    assert (StageLengths(19, 19, 38, 19), 95) == (found, found.season)


@pytest.mark.parametrize(
    ("high", "low", "expected"),
    [(33, 24, (20.5, 19, 19)), (36, 27, (22, 20.5, 20.5)), (12, 4, (0, 2, 0)), (20, 5, (4.5, 6, 4.5))],
)
def test_degree_days_by_three_methods(high: float, low: float, expected: tuple[float, ...]) -> None:
    """Vectors of AquaCrop with base 8 and upper 30 °C."""
    assert expected == tuple(degree_days(low, high, 8, 30, method) for method in Method)


def test_a_swapped_day_is_refused() -> None:
    with pytest.raises(ImpossibleInput):
        degree_days(30, 20, 8, 30, Method.MEAN)


def test_missing_days_are_counted_and_not_taken_for_cold() -> None:
    found = sum_degree_days([(24, 33), None, (24, 33)], 8, 30, Method.TMIN_FREE)

    assert (38, 3, 1) == (found.total, found.days, found.missing_days)


@pytest.mark.parametrize(
    ("total", "phase"),
    [(0, Phase.SOWN), (50, Phase.GROWING), (1150, Phase.FLOWERING), (1299, Phase.FLOWERING), (1300, Phase.RIPENING), (1900, Phase.RIPE)],
)  # fmt: skip
def test_phases_of_paddy_rice(total: float, phase: Phase) -> None:
    calendar = get_crop("rice").calendar

    assert calendar is not None
    assert phase == phase_at(calendar, total)
