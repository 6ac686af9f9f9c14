"""The root zone, its sensors, and the advice that comes of them."""

from dataclasses import replace

import pytest

from nongso.agronomy.inputs import ImpossibleInput, MissingInput
from nongso.agronomy.irrigation import Verdict, advise, days_left, run_for
from nongso.agronomy.soil_water import (
    adjusted_fraction,
    corrected,
    day_step,
    depletion_from_moisture,
    root_zone_moisture,
    store,
    stress_coefficient,
)
from nongso.agronomy.soils import Soil

SOIL = Soil(0.32, 0.12)
HELD = store(SOIL, 0.8, 0.4)  # TAW 160, RAW 64


@pytest.mark.parametrize(("demand", "expected"), [(5, 0.40), (8, 0.28), (2, 0.52), (15, 0.1), (0, 0.6)])
def test_thirst_of_the_air_moves_the_readily_available_share(demand: float, expected: float) -> None:
    assert pytest.approx(expected) == adjusted_fraction(0.40, demand)


def test_heavy_rain_fills_the_root_zone_and_the_rest_percolates() -> None:
    found = day_step(HELD, 30, 6, 5, rain_mm=50, irrigation_mm=0)

    assert (0, 20, 6) == (found.depletion_early_mm, found.percolation_mm, found.depletion_mm)


def test_a_sprinkle_is_ignored() -> None:
    found = day_step(HELD, 30, 6, 5, rain_mm=0.9, irrigation_mm=0)

    assert (0.9, 36) == (found.ignored_rain_mm, found.depletion_mm)


def test_depletion_never_leaves_the_root_zone() -> None:
    dry = day_step(HELD, 159.9, 6, 5, rain_mm=0, irrigation_mm=0, evaporation_mm=5)

    assert HELD.total_mm == dry.depletion_mm
    assert stress_coefficient(HELD, 160) == 0


def test_negative_rain_is_refused() -> None:
    with pytest.raises(ImpossibleInput):
        day_step(HELD, 30, 6, 5, rain_mm=-1, irrigation_mm=0)


def test_a_sensor_speaks_in_depletion() -> None:
    assert pytest.approx(80) == depletion_from_moisture(SOIL, 0.22, 0.8)
    assert depletion_from_moisture(SOIL, 0.40, 0.8) == 0
    assert pytest.approx(160) == depletion_from_moisture(SOIL, 0.05, 0.8)


def test_sensors_share_the_root_zone_by_depth() -> None:
    """At 20 and 60 cm of 80 cm each speaks for 40 cm; the one at 150 cm is below the roots."""
    assert pytest.approx(0.25) == root_zone_moisture({20: 0.20, 60: 0.30, 150: 0.40}, 0.8)
    assert pytest.approx(0.20) == root_zone_moisture({20: 0.20, 60: None}, 0.8)


def test_no_sensor_no_moisture() -> None:
    with pytest.raises(MissingInput):
        root_zone_moisture({20: None, 150: 0.3}, 0.8)


def test_the_sensor_corrects_the_reckoning_and_says_by_how_much() -> None:
    assert (40, 50, 40, -10) == tuple(
        getattr(corrected(50, 40), name) for name in ("depletion_mm", "reckoned_mm", "measured_mm", "correction_mm")
    )
    assert (50, None) == (corrected(50, None).depletion_mm, corrected(50, None).correction_mm)


@pytest.mark.parametrize(
    ("depletion", "rain", "verdict", "net"),
    [
        (50, 0, Verdict.ENOUGH, 0),
        (50, None, Verdict.ENOUGH, 0),
        (70, 0, Verdict.IRRIGATE, 70),
        (70, 56, Verdict.RAIN_COMING, 0),
        (70, 55, Verdict.IRRIGATE, 70),
        (70, None, Verdict.IRRIGATE_NO_FORECAST, 70),
    ],
)
def test_when_to_irrigate(depletion: float, rain: float | None, verdict: Verdict, net: float) -> None:
    found = advise(HELD, depletion, rain, efficiency=0.8)

    assert (verdict, net) == (found.verdict, found.net_mm)
    assert pytest.approx(net / 0.8) == found.gross_mm


def test_leaching_and_room_change_the_depth() -> None:
    found = advise(HELD, 70, 0, efficiency=1, leaching_requirement=0.2, room_mm=40)

    assert (40, pytest.approx(10), pytest.approx(50)) == (found.net_mm, found.leaching_mm, found.gross_mm)


def test_days_left_and_pump_hours() -> None:
    assert pytest.approx(4) == days_left(HELD, 40, 6)
    assert days_left(HELD, 100, 6) == 0
    assert days_left(HELD, 40, 0) is None
    assert (pytest.approx(50), pytest.approx(2.5)) == (run_for(50, 1000, 20).volume_m3, run_for(50, 1000, 20).hours)
    assert run_for(50, 1000, None).hours is None


def test_a_soil_that_holds_less_than_it_wilts_at_is_refused() -> None:
    with pytest.raises(ImpossibleInput):
        replace(SOIL, wilting_point=0.35)
