"""Evapotranspiration says what it did not know, and never takes the unknown for nought."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from math import nan

import pytest

from nongso.agronomy.et0 import Method, day_et0, hour_et0
from nongso.agronomy.inputs import ImpossibleInput, MissingInput
from nongso.agronomy.weather import DayWeather, Estimate, HourWeather, Station

CAN_THO = Station(10.03, 1.5, 105.78)
DAY = DayWeather(105, 25.6, 34.8, radiation_mj=22.65, rh_min=50, rh_max=90, wind_ms=2.0)
NOON = HourWeather(datetime(2026, 4, 15, 5, tzinfo=UTC), 33.0, radiation_mj=3.0, rh=55, wind_ms=2.0)


def test_a_day_with_everything_measured_has_no_estimate() -> None:
    found = day_et0(CAN_THO, DAY)

    assert () == found.estimated
    assert Method.PENMAN_MONTEITH == found.method
    assert 4.5 < found.et0_mm < 6.5


@pytest.mark.parametrize(
    ("change", "estimate"),
    [
        ({"radiation_mj": None}, Estimate.RADIATION_FROM_TEMPERATURE),
        ({"radiation_mj": None, "sunshine_h": 8.5}, Estimate.RADIATION_FROM_SUNSHINE),
        ({"rh_min": None}, Estimate.VAPOUR_FROM_HIGHEST_HUMIDITY),
        ({"rh_min": None, "rh_max": None, "rh_mean": 75}, Estimate.VAPOUR_FROM_MEAN_HUMIDITY),
        ({"rh_min": None, "rh_max": None}, Estimate.VAPOUR_FROM_COLDEST),
        ({"wind_ms": None}, Estimate.WIND_WORLD_MEAN),
        ({"dew_point_c": 36.0}, Estimate.VAPOUR_HELD_AT_SATURATION),
    ],
)
def test_what_is_missing_is_estimated_by_name_and_near_the_truth(
    change: dict[str, float | None], estimate: Estimate
) -> None:
    whole = day_et0(CAN_THO, DAY).et0_mm

    found = day_et0(CAN_THO, replace(DAY, **change))

    assert (estimate,) == found.estimated
    assert pytest.approx(whole, rel=0.35) == found.et0_mm


def test_temperature_alone_is_hargreaves() -> None:
    found = day_et0(CAN_THO, DayWeather(105, 25.6, 34.8))

    assert (Method.HARGREAVES, (Estimate.TEMPERATURE_ONLY,), None) == (found.method, found.estimated, found.terms)
    assert 4 < found.et0_mm < 7


@pytest.mark.parametrize("name", ["t_min_c", "t_max_c"])
def test_no_temperature_no_answer(name: str) -> None:
    with pytest.raises(MissingInput) as fault:
        day_et0(CAN_THO, replace(DAY, **{name: None}))

    assert {"name": name} == fault.value.values


@pytest.mark.parametrize(
    "change",
    [
        {"t_max_c": 20.0}, {"t_min_c": nan}, {"radiation_mj": -1.0}, {"radiation_mj": 60.0}, {"rh_max": 120.0},
        {"wind_ms": -0.1}, {"day_of_year": 0}, {"day_of_year": 367}, {"t_mean_c": 40.0},
    ],
)  # fmt: skip
def test_what_no_day_can_be_is_refused(change: dict[str, float]) -> None:
    with pytest.raises(ImpossibleInput):
        day_et0(CAN_THO, replace(DAY, **change))


def test_estimated_radiation_never_outshines_a_clear_sky() -> None:
    found = day_et0(CAN_THO, replace(DAY, radiation_mj=None, t_min_c=5.0, t_max_c=45.0))

    assert found.terms is not None
    assert found.terms.solar_mj <= found.terms.clear_sky_mj


def test_fog_above_a_hundred_per_cent_counts_as_a_hundred() -> None:
    assert day_et0(CAN_THO, replace(DAY, rh_max=100.0)) == day_et0(CAN_THO, replace(DAY, rh_max=102.5))


def test_an_hour_does_not_depend_on_the_time_zone_it_is_written_in() -> None:
    written_here = NOON.middle_at.astimezone(timezone(timedelta(hours=7)))

    assert hour_et0(CAN_THO, NOON) == hour_et0(CAN_THO, replace(NOON, middle_at=written_here))


def test_a_night_with_unknown_cloud_says_so() -> None:
    night = replace(NOON, middle_at=datetime(2026, 4, 15, 18, tzinfo=UTC), temperature_c=26.0, radiation_mj=None)

    assert (Estimate.NIGHT_CLOUD_ASSUMED,) == hour_et0(CAN_THO, night).estimated
    assert () == hour_et0(CAN_THO, night, night_cloud=0.7).estimated


def test_a_dark_hour_needs_no_radiation_but_a_bright_one_does() -> None:
    with pytest.raises(MissingInput, match="radiation_mj"):
        hour_et0(CAN_THO, replace(NOON, radiation_mj=None))

    known_day = hour_et0(CAN_THO, replace(NOON, radiation_mj=None, day_t_min_c=25.0, day_t_max_c=34.0))
    assert (Estimate.RADIATION_FROM_TEMPERATURE,) == known_day.estimated


def test_an_hour_needs_a_longitude() -> None:
    with pytest.raises(MissingInput, match="longitude_deg"):
        hour_et0(Station(10.03, 1.5), NOON)
