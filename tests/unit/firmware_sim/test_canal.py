"""Salt follows the tide, the season and the plan's push; conductivity follows salt."""

from dataclasses import replace

import pytest

from firmware_sim.canal import (
    Canal,
    Reach,
    carried_salinity,
    conductivity_us_cm,
    first_canal,
    next_canal,
    oxygen_saturation,
    tide_m,
)
from firmware_sim.season import DAY_S, Place, season_shift_s
from firmware_sim.weather import Weather, first_weather

START_S = 1_760_000_400
REACH = Reach(52.0, START_S + 100 * DAY_S, 10.0, 20.0)


def place(season_start: str) -> Place:
    return Place(10.24, 106.37, 2.0, season_shift_s(START_S, season_start))


def noon(at_s: float) -> Weather:
    return replace(first_weather(place("04-01"), at_s), irradiance=500.0)


def course(reach: Reach, days: int) -> list[Canal]:
    states = [first_canal(place("04-01"), reach, START_S)]
    for step in range(1, days * 288):
        states.append(next_canal(place("04-01"), reach, states[-1], noon(START_S + 300 * step)))
    return states


def test_the_water_is_saltier_after_high_tide_than_after_low() -> None:
    states = course(REACH, 10)
    lag = 9  # 45 minutes
    highest = max(range(len(states) - lag), key=lambda i: states[i].level_m)
    lowest = min(range(len(states) - lag), key=lambda i: states[i].level_m)
    assert states[highest + lag].salinity > 1.3 * states[lowest + lag].salinity


def test_the_tide_comes_twice_and_once_a_day() -> None:
    """M2 and K1 make a mixed tide: one or two tops a day, spring and neap over a fortnight."""
    levels = [tide_m(START_S + 600 * step) for step in range(6 * 24 * 30)]
    tops = sum(levels[i - 1] < levels[i] > levels[i + 1] for i in range(1, len(levels) - 1))
    daily = [max(levels[144 * day : 144 * day + 144]) - min(levels[144 * day : 144 * day + 144]) for day in range(30)]
    assert 45 <= tops <= 60
    assert max(daily) > 1.25 * min(daily)


def test_the_dry_season_lets_the_sea_in() -> None:
    dry, wet = (carried_salinity(place(start), REACH, START_S) for start in ("04-01", "09-15"))
    assert dry > 10 * (wet - 0.08)


def test_a_push_raises_salinity_to_stay() -> None:
    pushed = replace(REACH, push_from_s=START_S + 2 * DAY_S, push_days=3.0)
    calm, salty = course(REACH, 8), course(pushed, 8)
    assert calm[:288] == salty[:288]
    assert salty[-1].salinity > 3 * calm[-1].salinity


@pytest.mark.parametrize(("salinity", "ec"), [(0.5, 1_015), (1.0, 1_969), (2.0, 3_797), (4.0, 7_277)])
def test_conductivity_goes_through_the_points_of_pss_78(salinity: float, ec: float) -> None:
    assert conductivity_us_cm(salinity) == pytest.approx(ec)


def test_conductivity_has_an_end_above_the_sea() -> None:
    assert conductivity_us_cm(40.0) == 53_000


def test_warm_water_holds_less_oxygen() -> None:
    """The polynomial stays within 0.1 mg/L of today's tables (8.26 mg/L at 25 °C)."""
    assert oxygen_saturation(25) == pytest.approx(8.26, abs=0.1)
    assert oxygen_saturation(32) < oxygen_saturation(25)


def test_oxygen_stays_within_what_water_can_hold() -> None:
    assert all(0 < state.oxygen_mg_l < 15 for state in course(REACH, 5))
