"""The crop coefficient in the climate of the field (FAO-56 Example 28), and when the table's own stands."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from nongso.alerting.scene import Day
from nongso.root_zone import FEWEST_OF_CLIMATE, Standing, in_climate, root_zone, standing_of
from nongso.why import zone_lines

TODAY = date(2026, 3, 1)
MID = TODAY - timedelta(days=70)  # maize: 20 days at first, 35 of growth, then 40 at its greatest


def lately(count: int, wind_ms: float | None, rh_min: float | None, et0_mm: float | None = 4.0) -> list[Day]:
    first = TODAY - timedelta(days=count)
    return [
        Day(first + timedelta(days=index), et0_mm=et0_mm, rain_mm=0.0, rh_min=rh_min, wind_ms=wind_ms)
        for index in range(count)
    ]


def maize(planted_on: date = MID) -> Standing:
    return standing_of("maize", planted_on, "clay", TODAY)


@pytest.mark.parametrize(
    ("wind_ms", "rh_min", "coefficient"), [(1.3, 75.0, 1.07), (4.6, 44.0, 1.30), (2.0, 45.0, 1.20)]
)
def test_humid_taipei_arid_mocha_and_the_climate_of_the_table(
    wind_ms: float, rh_min: float, coefficient: float
) -> None:
    found = in_climate(maize(), lately(30, wind_ms, rh_min))

    assert pytest.approx(coefficient, abs=0.005) == found.coefficient


@pytest.mark.parametrize(
    "days",
    [lately(FEWEST_OF_CLIMATE - 1, 1.3, 75.0), lately(30, None, 75.0), lately(30, 1.3, None), []],
)
def test_the_tables_own_where_the_climate_is_not_known(days: Sequence[Day]) -> None:
    assert maize() == in_climate(maize(), days)


def test_citrus_does_not_ask_less_of_humid_air() -> None:
    """FAO-56 Table 12, note 21."""
    standing = standing_of("pomelo", date(2020, 1, 1), "clay", TODAY)

    assert standing == in_climate(standing, lately(30, 1.3, 75.0))


def test_a_young_crop_is_bare_soil_whose_coefficient_stays() -> None:
    young = maize(TODAY - timedelta(days=5))

    assert young == in_climate(young, lately(30, 1.3, 75.0))


def test_the_demand_follows_and_the_working_says_why() -> None:
    humid = root_zone(maize(), lately(30, 1.3, 75.0), {20: 35.0})
    plain = root_zone(maize(), lately(30, None, None), {20: 35.0})

    assert pytest.approx(4.0 * 1.07, abs=0.02) == humid.demand_mm
    assert pytest.approx(4.0 * 1.20) == plain.demand_mm
    assert {"usual_wind", "usual_low_humidity"} == {each.name for each in zone_lines(humid)} - {
        each.name for each in zone_lines(plain)
    }
