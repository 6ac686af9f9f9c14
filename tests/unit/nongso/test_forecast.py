"""A forecast is read as Open-Meteo writes it, never used before its issue or after its end, and unknown is not dry."""

import json
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nongso.forecast import BadForecast, Forecast, ForecastHour, Source, nearest, rain_mm, standing
from nongso.forecast_files import read_open_meteo, read_table
from nongso.weather_maps import load_map

NOW = datetime(2026, 11, 22, 3, 45, tzinfo=UTC)
HOUR = timedelta(hours=1)
# The shape that Open-Meteo documents, with values of our own.
ANSWER: dict[str, Any] = {
    "latitude": 10.25, "longitude": 106.375, "generationtime_ms": 0.21, "utc_offset_seconds": 25200,
    "timezone": "Asia/Ho_Chi_Minh", "timezone_abbreviation": "GMT+7", "elevation": 3.0,
    "hourly_units": {"time": "iso8601", "temperature_2m": "°C", "dew_point_2m": "°C", "precipitation": "mm", "wind_speed_10m": "km/h"},
    "hourly": {
        "time": ["2026-11-22T11:00", "2026-11-22T12:00", "2026-11-22T13:00"],
        "temperature_2m": [30.1, 31.0, None], "dew_point_2m": [24.0, 24.0, 24.0],
        "precipitation": [0.0, 2.5, 7.5], "wind_speed_10m": [7.2, 10.8, 3.6],
    },
    "daily_units": {"time": "iso8601", "temperature_2m_max": "°C", "precipitation_sum": "inch"},
    "daily": {"time": ["2026-11-22"], "temperature_2m_max": [31.5], "precipitation_sum": [1.0]},
}  # fmt: skip


def test_answer_is_read_in_our_units_and_in_utc() -> None:
    found = read_open_meteo(json.dumps(ANSWER), NOW)

    assert (Source.OPEN_METEO, NOW) == (found.source, found.issued_at)
    assert datetime(2026, 11, 22, 4, tzinfo=UTC) == found.hours[0].at
    assert [2.0, 3.0, 1.0] == pytest.approx([hour.wind_ms for hour in found.hours])
    assert 70.0 == pytest.approx(found.hours[0].humidity, abs=1)
    assert found.hours[2].temperature_c is None
    assert found.hours[2].humidity is None
    assert (date(2026, 11, 22), 31.5, 25.4) == (found.days[0].day, found.days[0].t_max_c, found.days[0].rain_mm)


def broken(path: str, value: object) -> dict[str, Any]:
    answer = deepcopy(ANSWER)
    *way, last = path.split(".")
    target = answer
    for step in way:
        target = target[step]
    target[last] = value
    return answer


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"\xff\xfe", "JSON"),
        ("[]", "JSON"),
        (json.dumps({"error": True, "reason": "Daily API request limit exceeded."}), "Daily API request limit exceeded."),
        (json.dumps(broken("hourly.precipitation", [1])), "hourly.precipitation"),
        (json.dumps(broken("hourly.precipitation", ["x", 0, 0])), "precipitation"),
        (json.dumps(broken("hourly.time", ["2026-11-22T11:00", "morning", "noon"])), "hourly.time: morning"),
        (json.dumps(broken("hourly_units.wind_speed_10m", "furlongs")), "wind_speed_10m: furlongs"),
        (json.dumps(broken("latitude", None)), "latitude"),
        (json.dumps(broken("longitude", 999)), "latitude, longitude"),
        (json.dumps({**ANSWER, "hourly": None, "daily": None}), "hourly"),
        (json.dumps({**ANSWER, "nongso": {"source": "simulator", "issued_at": "2026-11-23T00:00:00Z"}}), "issued_at"),
    ],
)  # fmt: skip
def test_answer_that_is_none_is_refused_with_its_reason(answer: str | bytes, reason: str) -> None:
    with pytest.raises(BadForecast) as refused:
        read_open_meteo(answer, NOW)

    assert reason == refused.value.values["reason"]


def test_table_of_hours_is_read_by_a_map(tmp_path: Path) -> None:
    plan, table = tmp_path / "map.toml", tmp_path / "hours.csv"
    plan.write_text(
        '[station]\nlatitude_deg = 10.2\nlongitude_deg = 106.4\nelevation_m = 2\nwind_height_m = 10\ntimezone = "Asia/Ho_Chi_Minh"\n'
        '[time]\nstep = "hour"\ndate = "day"\nhour = "hour"\nlabel = "end"\n'
        '[columns]\ntemperature = { column = "t", unit = "°C" }\nrain = { column = "mua", unit = "mm" }\n',
        encoding="utf-8",
    )
    table.write_text("day,hour,t,mua\n2026-11-22,11,30,0\n2026-11-22,12,31,4\n", encoding="utf-8")

    found = read_table(table, load_map(str(plan)), NOW)

    assert (Source.FILE, 10.2, 106.4) == (found.source, found.latitude, found.longitude)
    assert [(datetime(2026, 11, 22, 4, tzinfo=UTC), 0.0), (datetime(2026, 11, 22, 5, tzinfo=UTC), 4.0)] == [
        (hour.at, hour.rain_mm) for hour in found.hours
    ]


def told(issued_at: datetime, *rain: float | None, latitude: float = 10.0) -> Forecast:
    hours = tuple(ForecastHour(issued_at + HOUR * n, 25.0 + n, rain_mm=mm) for n, mm in enumerate(rain, start=1))
    return Forecast(Source.FILE, issued_at, issued_at + 12 * HOUR, latitude, 106.0, hours)


def test_newest_one_that_was_issued_by_then_stands_until_it_expires() -> None:
    early, late = told(NOW, 1.0), told(NOW + 3 * HOUR, 2.0)

    at = [standing([early, late], NOW + hours * HOUR) for hours in (-1, 0, 3, 13, 15)]

    assert [None, early, late, late, None] == at


def test_rain_to_come_is_a_sum_or_unknown_and_never_a_silent_zero() -> None:
    whole, holes = told(NOW, *[1.0] * 24), told(NOW, 1.0, None, None, None)

    assert 24.0 == rain_mm(whole, NOW, 24 * HOUR)
    assert rain_mm(holes, NOW, 4 * HOUR) is None
    assert rain_mm(whole, NOW + 13 * HOUR, 4 * HOUR) is None
    assert rain_mm(None, NOW, 4 * HOUR) is None


def test_a_field_takes_the_forecast_of_the_nearest_point() -> None:
    here, there = told(NOW, 1.0, latitude=10.2), told(NOW, 1.0, latitude=20.0)

    assert [here] == nearest([there, here], (10.3, 106.0))
    assert [there] == nearest([there, here], None)
    assert [] == nearest([], (10.0, 106.0))
