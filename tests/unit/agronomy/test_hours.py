"""A run of hours: short gaps are drawn and named, long ones leave the day without a sum."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import cos, pi
from zoneinfo import ZoneInfo

import pytest

from nongso.agronomy.hours import close_gaps, day_sums, day_weather, hours_et0, local_days
from nongso.agronomy.weather import Estimate, HourWeather, Station

CAN_THO = Station(10.03, 1.5, 105.78)
HERE = ZoneInfo("Asia/Ho_Chi_Minh")
MIDNIGHT = datetime(2026, 4, 14, 17, 30, tzinfo=UTC)  # the middle of the first local hour of 15 April
DAY = date(2026, 4, 15)


def hours(count: int = 24) -> list[HourWeather]:
    """Warm days with a smooth sun."""
    return [
        HourWeather(
            MIDNIGHT + timedelta(hours=hour), 29 - 5 * cos(2 * pi * (hour - 2) / 24),
            radiation_mj=max(-3 * cos(2 * pi * (hour + 0.5) / 24), 0.0), rh=75, wind_ms=1.5,
        )
        for hour in range(count)
    ]  # fmt: skip


def without(run: list[HourWeather], *missing: int) -> list[HourWeather]:
    return [hour for position, hour in enumerate(run) if position not in missing]


def test_a_whole_day_has_a_sum() -> None:
    (found,) = day_sums(hours_et0(CAN_THO, close_gaps(hours()), HERE), HERE)

    assert (DAY, 24, 0, ()) == (found.day, found.hours, found.unknown_hours, found.missing)
    assert found.et0_mm is not None
    assert 3 < found.et0_mm < 7


@pytest.mark.parametrize("missing", [(10,), (10, 11)])
def test_short_gaps_are_drawn_and_named(missing: tuple[int, ...]) -> None:
    (whole,) = day_sums(hours_et0(CAN_THO, close_gaps(hours()), HERE), HERE)

    (found,) = day_sums(hours_et0(CAN_THO, close_gaps(without(hours(), *missing)), HERE), HERE)

    assert Estimate.HOUR_INTERPOLATED in found.estimated
    assert pytest.approx(whole.et0_mm, abs=0.1) == found.et0_mm


def test_a_long_gap_leaves_the_day_unknown() -> None:
    (found,) = day_sums(hours_et0(CAN_THO, close_gaps(without(hours(), 9, 10, 11)), HERE), HERE)

    assert (None, 21, 3, ("temperature_c",)) == (found.et0_mm, found.hours, found.unknown_hours, found.missing)


def test_an_impossible_hour_leaves_its_day_unknown_and_is_named() -> None:
    run = hours(48)
    run[10] = replace(run[10], radiation_mj=40.0)

    first, second = day_sums(hours_et0(CAN_THO, close_gaps(run), HERE), HERE)

    assert (None, ("radiation_mj",)) == (first.et0_mm, first.missing)
    assert second.et0_mm is not None


def test_a_day_that_the_run_ends_within_is_unknown() -> None:
    first, second = day_sums(hours_et0(CAN_THO, close_gaps(hours(40)), HERE), HERE)

    assert first.et0_mm is not None
    assert (None, 16, 8, ("hour",)) == (second.et0_mm, second.hours, second.unknown_hours, second.missing)


def test_a_day_gathered_from_hours_has_sums_and_extremes() -> None:
    found = day_weather(DAY, hours(), HERE)

    assert (24, 34) == (round(found.t_min_c or 0), round(found.t_max_c or 0))
    assert pytest.approx(sum(hour.radiation_mj or 0 for hour in hours())) == found.radiation_mj
    assert (75, 75, 1.5) == (found.rh_min, found.rh_max, found.wind_ms)


def test_one_unknown_hour_makes_the_quantity_of_the_day_unknown() -> None:
    found = day_weather(DAY, without(hours(), 5), HERE)

    assert (None, None, None) == (found.t_min_c, found.radiation_mj, found.wind_ms)


def test_an_empty_run_is_an_empty_answer() -> None:
    assert [] == close_gaps([])
    assert {} == local_days([], HERE)
