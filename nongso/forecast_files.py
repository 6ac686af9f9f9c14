"""Forecasts as others write them: Open-Meteo's JSON, and tables of weather by our maps."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from math import isfinite
from pathlib import Path
from typing import Any

from nongso.agronomy.air import saturation_kpa
from nongso.errors import InvalidInput
from nongso.forecast import LASTS, BadForecast, Forecast, ForecastDay, ForecastHour, Source
from nongso.units import convert
from nongso.weather_maps import WeatherMap
from nongso.weather_table import HALF_HOUR, read_hours

MOST_HOURS = 16 * 24  # as far as Open-Meteo tells
FURTHEST = timedelta(days=17)
# Open-Meteo's names for what we keep, and our unit of each.
HOURLY = {
    "temperature_2m": ("temperature_c", "°C"),
    "dew_point_2m": ("dew_point_c", "°C"),
    "relative_humidity_2m": ("humidity", "%"),
    "precipitation": ("rain_mm", "mm"),
    "wind_speed_10m": ("wind_ms", "m/s"),
    "shortwave_radiation": ("radiation_w", "W/m²"),
}
DAILY = {
    "temperature_2m_min": ("t_min_c", "°C"),
    "temperature_2m_max": ("t_max_c", "°C"),
    "precipitation_sum": ("rain_mm", "mm"),
    "wind_speed_10m_max": ("wind_ms", "m/s"),
    "et0_fao_evapotranspiration": ("et0_mm", "mm"),
}
SPELT = {"mp/h": "mph"}  # as Open-Meteo spells it
MJ_H_PER_W = 0.0036

Member = Mapping[str, object]


def read_open_meteo(body: bytes | str, received_at: datetime) -> Forecast:
    """Open-Meteo's answer. It names no hour of issue, so the hour it was fetched stands for that; our simulator names its own.

    Times are those of `utc_offset_seconds` unless they carry an offset or are Unix seconds. Raises BadForecast.
    """
    try:
        raw = json.loads(body)
    except ValueError as fault:
        raise BadForecast(reason="JSON") from fault
    if not isinstance(raw, dict) or raw.get("error") is True:
        raise BadForecast(reason=str(raw.get("reason", "error")) if isinstance(raw, dict) else "JSON")
    zone = timezone(timedelta(seconds=_number(raw.get("utc_offset_seconds", 0), "utc_offset_seconds")))
    ours = raw.get("nongso")
    ours = ours if isinstance(ours, dict) else {}
    source = Source.SIMULATOR if ours.get("source") == Source.SIMULATOR.value else Source.OPEN_METEO
    issued_at = _instant(ours["issued_at"], UTC, "issued_at") if "issued_at" in ours else received_at
    hours = [
        ForecastHour(at=_instant(each.pop("time"), zone, "hourly.time"), **each)
        for each in _rows(raw, "hourly", HOURLY)
    ]
    days = [ForecastDay(day=_day(each.pop("time"), zone), **each) for each in _rows(raw, "daily", DAILY)]
    latitude, longitude = (_number(raw.get(name), name) for name in ("latitude", "longitude"))
    return checked(
        Forecast(source, issued_at, issued_at + LASTS, latitude, longitude, tuple(hours), tuple(days)), received_at
    )


def read_table(path: Path, plan: WeatherMap, issued_at: datetime) -> Forecast:
    """A CSV of hours by a weather map; the map's station is the place. Raises BadForecast and what reading a table raises."""
    if plan.time.step != "hour" or plan.station.longitude_deg is None:
        raise BadForecast(reason="map: time.step, station.longitude_deg")
    hours = tuple(
        ForecastHour(
            each.middle_at + HALF_HOUR,
            each.temperature_c,
            each.dew_point_c,
            each.rh,
            each.rain_mm,
            each.wind_ms,
            None if each.radiation_mj is None else each.radiation_mj / MJ_H_PER_W,
        )
        for each in read_hours(path, plan)
    )
    station = plan.station
    assert station.longitude_deg is not None
    made = Forecast(Source.FILE, issued_at, issued_at + LASTS, station.latitude_deg, station.longitude_deg, hours)
    return checked(made, issued_at)


def checked(forecast: Forecast, now: datetime) -> Forecast:
    """The forecast in order of time with the humidity that its dew point means. Raises BadForecast for what no forecast can be."""
    if not forecast.hours and not forecast.days:
        raise BadForecast(reason="hourly")
    if not (abs(forecast.latitude) <= 90 and abs(forecast.longitude) <= 180):
        raise BadForecast(reason="latitude, longitude")
    if forecast.issued_at > now + timedelta(minutes=5):
        raise BadForecast(reason="issued_at")
    by_hour = {hour.at: _humid(hour) for hour in forecast.hours}
    if len(by_hour) > MOST_HOURS or any(at > forecast.issued_at + FURTHEST for at in by_hour):
        raise BadForecast(reason="hourly.time")
    by_day = {day.day: day for day in forecast.days}
    return replace(
        forecast, hours=tuple(by_hour[at] for at in sorted(by_hour)), days=tuple(by_day[day] for day in sorted(by_day))
    )


def _humid(hour: ForecastHour) -> ForecastHour:
    """Relative humidity from the dew point where only that is told (FAO-56 Eqs. 10, 14)."""
    if hour.humidity is not None or hour.temperature_c is None or hour.dew_point_c is None:
        return hour
    share = 100 * saturation_kpa(hour.dew_point_c) / saturation_kpa(hour.temperature_c)
    return replace(hour, humidity=min(100.0, share))


def _rows(raw: Member, name: str, known: Mapping[str, tuple[str, str]]) -> list[dict[str, Any]]:
    """The columns of a block turned into rows, in our names and units."""
    block, units = raw.get(name), raw.get(f"{name}_units", {})
    if block is None:
        return []
    if not isinstance(block, dict) or not isinstance(units, dict) or not isinstance(block.get("time"), list):
        raise BadForecast(reason=name)
    times = block["time"]
    columns = {key: block[key] for key in known if key in block}
    for key, values in columns.items():
        if not isinstance(values, list) or len(values) != len(times):
            raise BadForecast(reason=f"{name}.{key}")
    return [
        {"time": time}
        | {known[key][0]: _value(values[index], units.get(key), known[key][1], key) for key, values in columns.items()}
        for index, time in enumerate(times)
    ]


def _value(raw: object, unit: object, ours: str, name: str) -> float | None:
    if raw is None:
        return None
    value, written = _number(raw, name), str(unit or ours)
    try:
        return convert(value, SPELT.get(written, written), ours)
    except InvalidInput as fault:
        raise BadForecast(reason=f"{name}: {written}") from fault


def _number(raw: object, name: str) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not isfinite(raw):
        raise BadForecast(reason=name)
    return float(raw)


def _instant(raw: object, zone: timezone, name: str) -> datetime:
    try:
        if isinstance(raw, int | float):
            return datetime.fromtimestamp(raw, UTC)
        at = datetime.fromisoformat(str(raw))
    except (ValueError, OverflowError, OSError) as fault:
        raise BadForecast(reason=f"{name}: {raw}") from fault
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def _day(raw: object, zone: timezone) -> date:
    if isinstance(raw, int | float):
        return _instant(raw, zone, "daily.time").astimezone(zone).date()
    try:
        return date.fromisoformat(str(raw))
    except ValueError as fault:
        raise BadForecast(reason=f"daily.time: {raw}") from fault
