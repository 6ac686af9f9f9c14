"""A weather forecast: who told it, when, and for how long it may be used. It is never shown without its hour of issue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import cos, hypot, radians

from nongso.clock import local_day
from nongso.errors import InvalidInput

LASTS = timedelta(hours=12)  # a forecast older than this is none any more; our choice
HOUR = timedelta(hours=1)
ENOUGH = 0.75  # share of a span's hours that must be told before anything is said of it; our choice


class BadForecast(InvalidInput):
    """A forecast that cannot be read; `reason` names the member or line."""

    code = "forecast.unreadable"


class Source(StrEnum):
    """Who told it; names are `forecast.source.<value>`."""

    OPEN_METEO = "open_meteo"
    FILE = "file"
    SIMULATOR = "simulator"


@dataclass(frozen=True, slots=True)
class ForecastHour:
    """The hour that ends at `at`: rain in mm and mean radiation in W/m² of the hour, the rest at its end; wind at 10 m."""

    at: datetime
    temperature_c: float | None = None
    dew_point_c: float | None = None
    humidity: float | None = None
    rain_mm: float | None = None
    wind_ms: float | None = None
    radiation_w: float | None = None


@dataclass(frozen=True, slots=True)
class ForecastDay:
    """A local day as the source sums it."""

    day: date
    t_min_c: float | None = None
    t_max_c: float | None = None
    rain_mm: float | None = None
    wind_ms: float | None = None
    et0_mm: float | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """One run of a source for a place; `hours` and `days` in order of time."""

    source: Source
    issued_at: datetime
    expires_at: datetime
    latitude: float
    longitude: float
    hours: tuple[ForecastHour, ...] = ()
    days: tuple[ForecastDay, ...] = ()

    def holds(self, at: datetime) -> bool:
        return self.issued_at <= at < self.expires_at

    def between(self, begin: datetime, end: datetime) -> list[ForecastHour]:
        """The hours that end within (begin, end]."""
        return [hour for hour in self.hours if begin < hour.at <= end]


def standing(forecasts: Iterable[Forecast], at: datetime) -> Forecast | None:
    """The newest forecast that had been issued by then and had not expired."""
    return max((each for each in forecasts if each.holds(at)), key=lambda each: each.issued_at, default=None)


def nearest(forecasts: Sequence[Forecast], place: tuple[float, float] | None) -> list[Forecast]:
    """The forecasts told for the point nearest to (latitude, longitude); for a place that nobody drew, of the office's first."""
    if not forecasts:
        return []
    first = min(forecasts, key=lambda each: _apart(each, place) if place else 0.0)
    return [each for each in forecasts if (each.latitude, each.longitude) == (first.latitude, first.longitude)]


def _apart(forecast: Forecast, place: tuple[float, float]) -> float:
    """Degrees of latitude between them, east and west shortened as the globe does."""
    latitude, longitude = place
    return hypot(forecast.latitude - latitude, (forecast.longitude - longitude) * cos(radians(latitude)))


def rain_mm(forecast: Forecast | None, at: datetime, span: timedelta) -> float | None:
    """Rain told for the span after `at`; None without a forecast that holds and tells most of its hours."""
    known = _known(forecast, at, span, "rain_mm")
    return None if known is None else sum(known)


def days_told(forecast: Forecast) -> list[ForecastDay]:
    """The source's own days, else those whose hours are told from morning to evening."""
    if forecast.days:
        return list(forecast.days)
    by_day: dict[date, list[ForecastHour]] = {}
    for hour in forecast.hours:
        by_day.setdefault(local_day(hour.at - HOUR), []).append(hour)
    return [_summed(day, hours) for day, hours in by_day.items() if len(hours) >= ENOUGH * 24]


def _summed(day: date, hours: Sequence[ForecastHour]) -> ForecastDay:
    warmth = [hour.temperature_c for hour in hours if hour.temperature_c is not None]
    rain = [hour.rain_mm for hour in hours if hour.rain_mm is not None]
    wind = [hour.wind_ms for hour in hours if hour.wind_ms is not None]
    return ForecastDay(
        day,
        min(warmth, default=None),
        max(warmth, default=None),
        sum(rain) if len(rain) == len(hours) else None,
        max(wind, default=None),
    )


def _known(forecast: Forecast | None, at: datetime, span: timedelta, name: str) -> list[float] | None:
    if forecast is None or not forecast.holds(at):
        return None
    told = [getattr(hour, name) for hour in forecast.between(at, at + span)]
    known = [value for value in told if value is not None]
    return known if known and len(known) >= ENOUGH * (span / HOUR) else None
