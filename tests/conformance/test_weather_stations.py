"""Evapotranspiration of real stations against what their networks, or another program, reckoned."""

import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import pi
from pathlib import Path
from statistics import fmean

import pytest

from nongso.agronomy.et0 import ALFALFA, GRASS, Surface, day_et0
from nongso.agronomy.hours import close_gaps, day_sums, day_weather, hours_et0, local_days
from nongso.agronomy.radiation import hour_sun
from nongso.agronomy.weather import DayWeather, Estimate, HourWeather
from nongso.agronomy_command import agro
from nongso.weather_maps import WeatherMap, load_map
from nongso.weather_report import Agreement, agreement, daily_report, hourly_report
from nongso.weather_table import DayRow, read_days, read_hours

INCH_STEP_MM = 0.254  # the last digit that AgriMet prints


@pytest.fixture(scope="module")
def weather(shared: Path) -> Path:
    return shared / "farm" / "weather"


@pytest.fixture(scope="module")
def maricopa(weather: Path) -> list[DayRow]:
    return read_days(weather / "maricopa_azmet_daily_2003_2020.csv", load_map("maricopa"))


def test_every_day_of_maricopa_is_within_five_hundredths(weather: Path) -> None:
    report = daily_report(weather / "maricopa_azmet_daily_2003_2020.csv", load_map("maricopa"), GRASS)

    (found,) = report.agreements
    assert 6575 == found.days
    assert found.max_mm <= 0.01
    assert found.rmse_mm <= 0.004
    assert all(not line.estimated for line in report.lines)


def test_the_command_prints_maricopa_as_csv(weather: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = agro(["et0", str(weather / "maricopa_azmet_daily_2003_2020.csv"), "--map", "maricopa", "--daily", "--csv"])

    header, first, *rest = capsys.readouterr().out.splitlines()
    assert 0 == code
    assert header.startswith("date,et0_mm,")
    assert "2003-01-01,1.45" == first[:15]
    assert 6574 == len(rest)


def test_another_program_agrees_where_it_reckons_the_same(maricopa: list[DayRow]) -> None:
    """`eto` (FAO-56 with NumPy) holds Rs/Rso at most 1, we also at least 0.3: days under thicker cloud are left out.

    pyet, another oracle, cannot be installed beside pandas 3.
    """
    plan = load_map("maricopa")

    theirs = eto_daily(plan, [row.weather for row in maricopa])

    ours = [day_et0(plan.station, row.weather) for row in maricopa]
    compared = [
        (found.et0_mm, other)
        for found, other in zip(ours, theirs, strict=True)
        if found.terms is not None and found.terms.relative_solar > 0.3
    ]
    assert 6503 == len(compared)
    assert max(abs(mine - other) for mine, other in compared) <= 0.005  # its own rounding to 0.01


def eto_daily(plan: WeatherMap, days: list[DayWeather]) -> list[float]:
    """Daily FAO-56 by the `eto` package."""
    import numpy as np
    from eto import ETo

    data = {
        "T_min": np.array([day.t_min_c for day in days]), "T_max": np.array([day.t_max_c for day in days]),
        "T_dew": np.array([day.dew_point_c for day in days]), "R_s": np.array([day.radiation_mj for day in days]),
        "U_z": np.array([day.wind_ms for day in days]),
    }  # fmt: skip
    oracle = ETo()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        oracle.param_est(
            data, "D", plan.station.elevation_m, plan.station.latitude_deg, z_u=plan.station.wind_height_m,
            day_of_year=np.array([day.day_of_year for day in days]),
        )  # fmt: skip
        return [float(value) for value in oracle.eto_fao()]


def by_column(weather: Path) -> dict[str, Agreement]:
    report = daily_report(weather / "faln_agrimet_daily_2015_imperial.csv", load_map("faln_daily"), GRASS)
    return {found.column: found for found in report.agreements}


def test_days_of_agrimet_agree_beyond_the_rounding_of_their_columns(weather: Path) -> None:
    """The columns are printed to 0.01 inch: rounding alone makes a root mean square error of 0.073 mm."""
    found = by_column(weather)

    assert found["ETOS"].beyond_rmse_mm <= 0.06
    assert found["ETRS"].beyond_rmse_mm <= 0.06
    assert found["ETOS"].rmse_mm <= 0.085


def test_days_of_agrimet_printed_with_their_own_digits_are_theirs(weather: Path) -> None:
    """The honest comparison with a column of hundredths of an inch: print ours the same way, and count.

    A column so printed cannot be met within 0.06 mm by any reckoning that is not: half a digit, 0.127 mm, is spread evenly, which is 0.073 mm.
    """
    plan = load_map("faln_daily")
    rows = read_days(weather / "faln_agrimet_daily_2015_imperial.csv", plan)

    steps = [
        round(day_et0(plan.station, row.weather).et0_mm / INCH_STEP_MM)
        - round((row.references_mm[0] or 0.0) / INCH_STEP_MM)
        for row in rows
    ]

    assert 365 == len(steps)
    assert {-1, 0, 1} == set(steps)
    assert 336 <= steps.count(0)


@pytest.mark.parametrize(("column", "surface", "alike"), [("ETOS", GRASS, 360), ("ETRS", ALFALFA, 356)])
def test_days_of_agrimet_with_the_mean_temperature_of_its_hours_are_its_own(
    weather: Path, column: str, surface: Surface, alike: int
) -> None:
    """AgriMet takes the mean of the day's hours where FAO-56 Eq. 9 takes the middle of the extremes. Printed alike, both columns are met.

    2015-04-22 has no record of wind; the hours that there are stand in for it.
    """
    plan, hourly = load_map("faln_daily"), load_map("faln_hourly")
    rows = read_days(weather / "faln_agrimet_daily_2015_imperial.csv", plan)
    hours = local_days(close_gaps(read_hours(weather / "faln_agrimet_hourly_2015_imperial.csv", hourly)), hourly.zone)
    place = [reference.column.column for reference in plan.references].index(column)

    steps, raw = [], []
    for row in rows:
        own = hours[row.day]
        wind = row.weather.wind_ms if row.weather.wind_ms is not None else mean_of(own, "wind_ms")
        day = replace(row.weather, t_mean_c=mean_of(own, "temperature_c"), wind_ms=wind)
        ours, theirs = day_et0(plan.station, day, surface=surface).et0_mm, row.references_mm[place] or 0.0
        steps.append(round(ours / INCH_STEP_MM) - round(theirs / INCH_STEP_MM))
        raw.append(ours - theirs)

    assert 365 == len(steps)
    assert alike <= steps.count(0)
    assert rmse([INCH_STEP_MM * step for step in steps]) <= 0.06
    assert rmse(raw) <= 0.08  # the column's own printing is 0.073 of it


def mean_of(hours: Sequence[HourWeather], name: str) -> float:
    return fmean(value for hour in hours if (value := getattr(hour, name)) is not None)


def rmse(differences: Sequence[float]) -> float:
    return fmean(each**2 for each in differences) ** 0.5


def test_no_record_is_an_estimate_and_not_calm(weather: Path) -> None:
    rows = read_days(weather / "faln_agrimet_daily_2015_imperial.csv", load_map("faln_daily"))

    (windless,) = [row for row in rows if row.weather.wind_ms is None]

    assert "2015-04-22" == windless.day.isoformat()
    assert (Estimate.WIND_WORLD_MEAN,) == day_et0(load_map("faln_daily").station, windless.weather).estimated


def test_hours_of_agrimet_make_every_day_of_the_year(weather: Path) -> None:
    """8,758 hours: one is skipped by the spring change, one is the autumn's second 01:00, and 2015-04-22 10:00 was not recorded."""
    plan = load_map("faln_hourly")
    hours = read_hours(weather / "faln_agrimet_hourly_2015_imperial.csv", plan)

    days = {
        found.day.isoformat(): found
        for found in day_sums(hours_et0(plan.station, close_gaps(hours), plan.zone), plan.zone)
    }

    assert 8758 == len(hours)
    assert 365 == len(days)
    assert all(found.et0_mm is not None for found in days.values())
    assert (23, 24, 25) == tuple(days[day].hours for day in ("2015-03-08", "2015-03-09", "2015-11-01"))
    interpolated = {day for day, found in days.items() if Estimate.HOUR_INTERPOLATED in found.estimated}
    assert {"2015-04-22", "2015-11-01"} == interpolated


def test_hours_of_agrimet_against_their_daily_column(weather: Path) -> None:
    """What a year of hourly samples can give: days gathered from them, the same with the day's true extremes, and the hourly equation."""
    reference = load_map("faln_daily").references[0]
    rows = {row.day: row for row in read_days(weather / "faln_agrimet_daily_2015_imperial.csv", load_map("faln_daily"))}
    path, plan = weather / "faln_agrimet_hourly_2015_imperial.csv", load_map("faln_hourly")
    days = local_days(close_gaps(read_hours(path, plan)), plan.zone)

    gathered = {line.day: line.et0_mm for line in daily_report(path, plan, GRASS).lines}
    summed = {line.day: line.et0_mm for line in hourly_report(path, plan, GRASS).lines}
    with_extremes = {
        day: day_et0(
            plan.station,
            replace(
                day_weather(day, own, plan.zone), t_min_c=rows[day].weather.t_min_c, t_max_c=rows[day].weather.t_max_c
            ),
        ).et0_mm
        for day, own in days.items()
    }

    found = [agreement(pairs(depths, rows), reference) for depths in (with_extremes, gathered, summed)]
    assert [365] * 3 == [column.days for column in found]
    assert found[0].beyond_rmse_mm <= 0.045
    assert found[1].beyond_rmse_mm <= 0.07
    assert found[2].beyond_rmse_mm <= 0.23


def pairs(depths: Mapping[date, float | None], rows: Mapping[date, DayRow]) -> list[tuple[float, float]]:
    """Ours and the daily file's first reference column, of the days that have both."""
    both = [(depth, rows[day].references_mm[0]) for day, depth in depths.items()]
    return [(ours, theirs) for ours, theirs in both if ours is not None and theirs is not None]


@pytest.mark.parametrize("month", [1, 4, 7, 10, 12])
def test_the_middle_of_sunshine_is_the_suns_noon(weather: Path, month: int) -> None:
    """The map's clock and label are right in winter and in summer: read as standard time, summer would be an hour off."""
    plan = load_map("faln_hourly")
    hours = [
        hour
        for hour in read_hours(weather / "faln_agrimet_hourly_2015_imperial.csv", plan)
        if hour.middle_at.month == month
    ]
    longitude = plan.station.longitude_deg
    assert longitude is not None

    angles = [hour_sun(plan.station.latitude_deg, longitude, hour.middle_at).angle for hour in hours]

    received = [hour.radiation_mj or 0.0 for hour in hours]
    centre = sum(angle * energy for angle, energy in zip(angles, received, strict=True)) / sum(received)
    assert abs(centre * 12 / pi) < 0.35  # hours


def test_the_summary_is_readable_by_programs(weather: Path, capsys: pytest.CaptureFixture[str]) -> None:
    agro(["et0", str(weather / "faln_agrimet_daily_2015_imperial.csv"), "--map", "faln_daily", "--json"])

    summary = json.loads(capsys.readouterr().out)

    assert (365, 365, {"wind_2ms": 1}) == (summary["days"], summary["known_days"], summary["estimated_days"])
    assert ["ETOS", "ETRS"] == [found["column"] for found in summary["agreement"]]
