"""Weather files of others, read by a map: a CSV becomes days or hours in the units of the formulas."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import isfinite
from pathlib import Path

from nongso.agronomy.weather import DayWeather, HourWeather
from nongso.errors import InvalidInput, NotFound
from nongso.units import convert
from nongso.weather_maps import CANONICAL, Column, Time, WeatherMap

MJ_PER_W_DAY, MJ_PER_W_HOUR = 0.0864, 0.0036
HALF_HOUR = timedelta(minutes=30)
TO_MIDDLE = {"start": HALF_HOUR, "middle": timedelta(0), "end": -HALF_HOUR}


class NoSuchFile(NotFound):
    code = "agronomy.no_file"


class NoSuchColumn(InvalidInput):
    """A column that the map names and the file does not have."""

    code = "agronomy.no_column"


class BadCell(InvalidInput):
    """A cell that is neither a number nor one of the map's words for a missing value."""

    code = "agronomy.bad_cell"


class BadTime(InvalidInput):
    """A row whose columns make no time, or one that was there before."""

    code = "agronomy.bad_time"


class NotCsv(InvalidInput):
    """A file that is no table of text."""

    code = "agronomy.not_csv"


class EmptyFile(InvalidInput):
    """A file without a single row of weather."""

    code = "agronomy.empty_file"


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day of the file, and what others reckoned for it in mm (None where the file has no value)."""

    day: date
    weather: DayWeather
    references_mm: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file with its cells by column."""

    line: int
    cells: Mapping[str, str]


def read_days(path: Path, plan: WeatherMap) -> list[DayRow]:
    """The days of a file by a daily map, in the file's order."""
    rows = [_day_row(row, plan) for row in _rows(path, plan)]
    seen: set[date] = set()
    for row in rows:
        if row.day in seen:
            raise BadTime(line="", text=row.day.isoformat())
        seen.add(row.day)
    return rows


def read_hours(path: Path, plan: WeatherMap) -> list[HourWeather]:
    """The hours of a file by an hourly map. The second of two equal wall-clock hours in autumn is told by its coming second."""
    known: dict[datetime, HourWeather] = {}
    for row in _rows(path, plan):
        middle_at = _middle_at(row, plan, known.__contains__)
        known[middle_at] = _hour(row, plan, middle_at)
    return list(known.values())


def _rows(path: Path, plan: WeatherMap) -> Iterator[Row]:
    if not path.is_file():
        raise NoSuchFile(file=path)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.DictReader(file)
        _require_columns(reader.fieldnames or (), plan)
        line = 0
        try:
            for line, cells in enumerate(reader, start=2):
                yield Row(line, {name: (text or "").strip() for name, text in cells.items() if name is not None})
        except csv.Error as fault:
            raise NotCsv(file=path) from fault
    if line == 0:
        raise EmptyFile(file=path)


def _require_columns(header: Sequence[str], plan: WeatherMap) -> None:
    named = [*plan.time.columns.values(), *(column.column for column in plan.columns.values())]
    named += [reference.column.column for reference in plan.references]
    missing = [name for name in named if name not in header]
    if missing:
        raise NoSuchColumn(column=", ".join(missing))


def _day_row(row: Row, plan: WeatherMap) -> DayRow:
    day = _date(row, plan.time)
    value = {name: _value(row, column, CANONICAL[name]) for name, column in plan.columns.items()}
    weather = DayWeather(
        day_of_year=day.timetuple().tm_yday,
        t_min_c=value.get("t_min"),
        t_max_c=value.get("t_max"),
        radiation_mj=_scaled(value.get("radiation"), MJ_PER_W_DAY),
        sunshine_h=value.get("sunshine"),
        vapour_kpa=value.get("vapour"),
        dew_point_c=value.get("dew_point"),
        rh_min=value.get("rh_min"),
        rh_max=value.get("rh_max"),
        rh_mean=value.get("rh_mean"),
        wind_ms=value.get("wind"),
        t_mean_c=value.get("t_mean"),
    )
    return DayRow(day, weather, tuple(_value(row, reference.column, "mm") for reference in plan.references))


def _hour(row: Row, plan: WeatherMap, middle_at: datetime) -> HourWeather:
    value = {name: _value(row, column, CANONICAL[name]) for name, column in plan.columns.items()}
    return HourWeather(
        middle_at=middle_at,
        temperature_c=value.get("temperature"),
        radiation_mj=_scaled(value.get("radiation"), MJ_PER_W_HOUR),
        vapour_kpa=value.get("vapour"),
        dew_point_c=value.get("dew_point"),
        rh=value.get("rh"),
        wind_ms=value.get("wind"),
        rain_mm=value.get("rain"),
    )


def _middle_at(row: Row, plan: WeatherMap, seen: Callable[[datetime], bool]) -> datetime:
    """The UTC middle of a wall-clock hour; an hour that the spring change skips, or a third equal one, is BadTime."""
    hour = _whole(row, plan.time.columns["hour"])
    midnight = datetime.combine(_date(row, plan.time), datetime.min.time())
    wall = midnight + timedelta(hours=hour)
    for fold in (0, 1):
        local = wall.replace(tzinfo=plan.zone, fold=fold)
        utc = local.astimezone(UTC)
        exists = utc.astimezone(plan.zone).replace(tzinfo=None) == wall
        middle_at = utc + TO_MIDDLE[plan.time.label]
        if exists and not seen(middle_at):
            return middle_at
    raise BadTime(line=row.line, text=wall.isoformat(" ", "minutes"))


def _date(row: Row, time: Time) -> date:
    columns = time.columns
    try:
        if "date" in columns:
            return date.fromisoformat(row.cells[columns["date"]])
        year = _whole(row, columns["year"])
        if "day_of_year" in columns:
            return _ordinal(year, _whole(row, columns["day_of_year"]))
        return date(year, _whole(row, columns["month"]), _whole(row, columns["day"]))
    except (ValueError, OverflowError) as fault:
        written = " ".join(row.cells[name] for name in columns.values())
        raise BadTime(line=row.line, text=written) from fault


def _ordinal(year: int, day_of_year: int) -> date:
    day = date(year, 1, 1) + timedelta(days=day_of_year - 1)
    if day.year != year:
        raise ValueError(day_of_year)
    return day


def _whole(row: Row, column: str) -> int:
    text = row.cells.get(column, "")
    if not text.isdecimal():
        raise BadCell(line=row.line, column=column, text=text)
    return int(text)


def _value(row: Row, column: Column, canonical: str) -> float | None:
    text = row.cells.get(column.column, "")
    if not text or text in column.missing:
        return None
    try:
        value = float(text)
    except ValueError as fault:
        raise BadCell(line=row.line, column=column.column, text=text) from fault
    if not isfinite(value):
        raise BadCell(line=row.line, column=column.column, text=text)
    return convert(value, column.unit, canonical)


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor
