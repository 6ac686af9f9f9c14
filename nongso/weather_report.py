"""Evapotranspiration of a whole weather file, a line a day, and how it agrees with what others reckoned."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from pathlib import Path

from nongso.agronomy.et0 import Surface, Terms, day_et0
from nongso.agronomy.hours import close_gaps, day_sums, day_weather, hours_et0, local_days
from nongso.agronomy.inputs import ImpossibleInput, MissingInput
from nongso.agronomy.weather import DayWeather, Estimate, Station
from nongso.errors import InvalidInput
from nongso.units import convert
from nongso.weather_maps import SURFACES, Reference, WeatherMap
from nongso.weather_table import DayRow, read_days, read_hours


class NotHourly(InvalidInput):
    """Hourly equations were asked of a file of days."""

    code = "agronomy.not_hourly"


@dataclass(frozen=True, slots=True)
class Line:
    """A day of the answer: its depth in mm, or the names of the inputs it lacked or could not use."""

    day: date
    et0_mm: float | None
    method: str
    estimated: tuple[Estimate, ...]
    missing: tuple[str, ...]
    terms: Terms | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Our depths against a reference column, mm a day; `beyond_` is the part that the column's rounding cannot explain."""

    column: str
    surface: str
    days: int
    bias_mm: float
    rmse_mm: float
    max_mm: float
    beyond_rmse_mm: float
    beyond_max_mm: float


@dataclass(frozen=True, slots=True)
class Report:
    """Every day of a file, and the agreement with each reference column of its map."""

    lines: tuple[Line, ...]
    agreements: tuple[Agreement, ...]


def daily_report(path: Path, plan: WeatherMap, surface: Surface) -> Report:
    """Daily equation for a file of days, or for the days that a file of hours makes."""
    if plan.time.step == "day":
        rows = read_days(path, plan)
        lines = [_line(plan.station, row.day, row.weather, surface) for row in rows]
        return Report(tuple(lines), tuple(_agreements(plan, rows)))
    days = local_days(close_gaps(read_hours(path, plan)), plan.zone)
    lines = [_line(plan.station, day, day_weather(day, own, plan.zone), surface) for day, own in days.items()]
    return Report(tuple(lines), ())


def hourly_report(path: Path, plan: WeatherMap, surface: Surface) -> Report:
    """Hourly equation summed by local day. Raises NotHourly for a file of days."""
    if plan.time.step != "hour":
        raise NotHourly(file=path)
    hours = close_gaps(read_hours(path, plan))
    sums = day_sums(hours_et0(plan.station, hours, plan.zone, surface), plan.zone)
    lines = [Line(day.day, day.et0_mm, "penman_monteith", day.estimated, day.missing, day.terms) for day in sums]
    return Report(tuple(lines), ())


def agreement(pairs: Iterable[tuple[float, float]], reference: Reference) -> Agreement:
    """Figures of (ours, theirs) in mm; a column printed to `step` may lie half a step from what was reckoned."""
    half_step = convert(reference.step, reference.column.unit, "mm") / 2
    errors = [ours - theirs for ours, theirs in pairs]
    beyond = [max(abs(error) - half_step, 0.0) for error in errors]
    count = max(len(errors), 1)
    return Agreement(
        column=reference.column.column,
        surface=reference.surface,
        days=len(errors),
        bias_mm=sum(errors) / count,
        rmse_mm=_root_mean_square(errors),
        max_mm=max(map(abs, errors), default=0.0),
        beyond_rmse_mm=_root_mean_square(beyond),
        beyond_max_mm=max(beyond, default=0.0),
    )


def _line(station: Station, day: date, weather: DayWeather, surface: Surface) -> Line:
    """A day's line; what is missing or impossible is named and the day left without a depth."""
    try:
        found = day_et0(station, weather, surface=surface)
    except (MissingInput, ImpossibleInput) as fault:
        return Line(day, None, "", (), (str(fault.values["name"]),), None)
    return Line(day, found.et0_mm, found.method, found.estimated, (), found.terms)


def _agreements(plan: WeatherMap, rows: Sequence[DayRow]) -> Iterable[Agreement]:
    for position, reference in enumerate(plan.references):
        lines = (_line(plan.station, row.day, row.weather, SURFACES[reference.surface]) for row in rows)
        theirs = (row.references_mm[position] for row in rows)
        pairs = ((line.et0_mm, value) for line, value in zip(lines, theirs, strict=True))
        yield agreement(((ours, value) for ours, value in pairs if ours is not None and value is not None), reference)


def _root_mean_square(errors: Sequence[float]) -> float:
    return sqrt(sum(error * error for error in errors) / max(len(errors), 1))
