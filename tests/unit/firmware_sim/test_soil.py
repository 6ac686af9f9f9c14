"""Soil keeps account of every millimetre and gram, and of heat with depth."""

import math
from random import Random

import pytest

from firmware_sim.soil import (
    DEEP_C,
    Column,
    Fluxes,
    Forcing,
    Ground,
    at_depth,
    bulk_ec_us_cm,
    first_column,
    moisture,
    next_column,
    tube_level_m,
)

UPLAND = Ground(0.34, 0.17, 0.46, 1.0, 0.0, 200.0)
PADDY = Ground(0.40, 0.24, 0.50, 1.15, 100.0, 3.0)


def forcing(rain_mm: float = 0.0, irrigation_mm: float = 0.0, et0_mm: float = 0.0, salinity: float = 0.0) -> Forcing:
    return Forcing(rain_mm, irrigation_mm, salinity, et0_mm, 28.0, 300.0, 300)


def run(ground: Ground, column: Column, forcings: list[Forcing]) -> tuple[Column, list[Fluxes]]:
    leaving = []
    for each in forcings:
        column, fluxes = next_column(ground, column, each)
        leaving.append(fluxes)
    return column, leaving


def restless(steps: int) -> list[Forcing]:
    """Weeks of drought, cloudbursts and salty irrigation."""
    chance = Random(3)
    return [
        forcing(
            rain_mm=chance.choice((0, 0, 0, 0, 0, 0, 0, 6.0)) * chance.random(),
            irrigation_mm=chance.choice((0, 0, 0, 0.8)),
            et0_mm=0.05,
            salinity=chance.random() * 3,
        )
        for _ in range(steps)
    ]


@pytest.mark.parametrize("ground", [UPLAND, PADDY])
def test_water_that_came_left_or_is_there(ground: Ground) -> None:
    begun, given = first_column(ground, 0.7, 0.3), restless(6_000)
    ended, leaving = run(ground, begun, given)
    came = sum(each.rain_mm + each.irrigation_mm for each in given)
    left = sum(each.evapotranspiration_mm + each.drainage_mm + each.runoff_mm for each in leaving)
    stored = sum(ended.water_mm) + ended.pond_mm - sum(begun.water_mm) - begun.pond_mm
    assert came == pytest.approx(left + stored, abs=1e-6)
    assert sum(each.runoff_mm for each in leaving) > 0


@pytest.mark.parametrize("ground", [UPLAND, PADDY])
def test_salt_that_came_left_with_water_or_is_there(ground: Ground) -> None:
    begun, given = first_column(ground, 0.7, 0.3), restless(6_000)
    ended, leaving = run(ground, begun, given)
    came = sum(each.irrigation_mm * each.irrigation_salinity for each in given)
    left = sum(each.drained_salt_g + each.runoff_salt_g for each in leaving)
    stored = sum(ended.salt_g) + ended.pond_salt_g - sum(begun.salt_g) - begun.pond_salt_g
    assert came == pytest.approx(left + stored, abs=1e-6)


def test_no_layer_leaves_the_range_of_its_soil() -> None:
    column = first_column(UPLAND, 0.7, 0.3)
    for each in restless(3_000):
        column, _ = next_column(UPLAND, column, each)
        assert all(17 - 1e-6 <= moisture(column, depth) <= 46 + 1e-6 for depth in (5, 20, 40, 70))


def test_a_drought_dries_the_soil_ever_more_slowly() -> None:
    column = first_column(UPLAND, 1.0, 0.3)
    days = []
    for _ in range(20):
        column, _ = run(UPLAND, column, [forcing(et0_mm=5 / 288)] * 288)
        days.append(moisture(column, 20))
    assert days == sorted(days, reverse=True)
    assert days[0] - days[1] > days[18] - days[19]


def test_salty_water_is_seen_by_the_probe() -> None:
    fresh, _ = run(UPLAND, first_column(UPLAND, 0.6, 0.3), [forcing(irrigation_mm=0.5, salinity=0.2)] * 60)
    salty, _ = run(UPLAND, first_column(UPLAND, 0.6, 0.3), [forcing(irrigation_mm=0.5, salinity=4.0)] * 60)
    assert bulk_ec_us_cm(salty, 20) > 1.5 * bulk_ec_us_cm(fresh, 20)


def test_the_days_wave_of_heat_is_damped_with_depth() -> None:
    column = first_column(UPLAND, 0.8, 0.3)
    seen: dict[int, list[float]] = {5: [], 20: [], 40: []}
    for step in range(288 * 12):
        wave = math.sin(2 * math.pi * step / 288)
        column, _ = next_column(UPLAND, column, Forcing(0, 0, 0, 0, DEEP_C + 5 * wave, max(0, 800 * wave), 300))
        if step >= 288 * 11:
            for depth, values in seen.items():
                values.append(at_depth(column.soil_c, depth))
    swings = [max(values) - min(values) for values in seen.values()]
    assert swings[0] > 2 * swings[1] > 4 * swings[2] > 0


def test_the_field_tube_tells_the_pond_and_then_what_is_missing_below() -> None:
    flooded, _ = run(PADDY, first_column(PADDY, 1.0, 0.3), [forcing(irrigation_mm=50)])
    dried, _ = run(PADDY, flooded, [forcing(et0_mm=0.03)] * 2_000)
    assert tube_level_m(PADDY, flooded) == pytest.approx(0.05, abs=0.002)
    assert -0.40 <= tube_level_m(PADDY, dried) < -0.10


def test_a_bund_holds_no_more_than_its_height() -> None:
    column, leaving = run(PADDY, first_column(PADDY, 1.0, 0.3), [forcing(rain_mm=150)])
    assert column.pond_mm == pytest.approx(100)
    assert leaving[0].runoff_mm == pytest.approx(50, abs=0.5)
