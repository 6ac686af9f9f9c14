"""Maps that say how a weather file is written: where the station stands, how its columns make a time, what each column is.

A map is TOML with the tables [station], [time], [columns] and any number of [[reference]]; docs/agronomy.md describes it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nongso.agronomy import radiation
from nongso.agronomy.et0 import ALFALFA, GRASS, Surface
from nongso.agronomy.weather import Station
from nongso.errors import InvalidInput, NotFound

SURFACES: dict[str, Surface] = {"grass": GRASS, "alfalfa": ALFALFA}
CANONICAL = {
    "temperature": "°C", "t_min": "°C", "t_max": "°C", "t_mean": "°C", "dew_point": "°C", "radiation": "W/m²", "sunshine": "h",
    "vapour": "kPa", "rh": "%", "rh_min": "%", "rh_max": "%", "rh_mean": "%", "wind": "m/s", "rain": "mm",
}  # fmt: skip
DAY_QUANTITIES = frozenset(CANONICAL) - {"temperature", "rh", "rain"}
HOUR_QUANTITIES = frozenset({"temperature", "dew_point", "radiation", "vapour", "rh", "wind", "rain"})

Table = Mapping[str, object]


class UnknownMap(NotFound):
    """Neither a file nor the name of a shipped map."""

    code = "agronomy.unknown_map"


class BadMap(InvalidInput):
    """A map that cannot be used: `key` says which entry, as table.key."""

    code = "agronomy.bad_map"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file, the unit it is written in, and the texts that mean no value (an empty cell always does)."""

    column: str
    unit: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Time:
    """Columns that make the time: `date` as ISO text, or `year` with `day_of_year`, or `year`, `month` and `day`; `hour` for hours.

    `label` says which moment of its hour a label names: start, middle or end. Hours are wall-clock time of the station.
    """

    step: str
    columns: Mapping[str, str]
    label: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A column of evapotranspiration that somebody else reckoned, for comparison; `step` is its last printed digit."""

    column: Column
    surface: str
    step: float


@dataclass(frozen=True, slots=True)
class WeatherMap:
    """A whole map."""

    station: Station
    zone: ZoneInfo
    time: Time
    columns: Mapping[str, Column]
    references: tuple[Reference, ...]


def shipped_maps() -> list[str]:
    folder = resources.files("nongso") / "agronomy_maps"
    return sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))


def load_map(name: str) -> WeatherMap:
    """The map in a file, or the shipped map of that name. Raises UnknownMap and BadMap."""
    path = Path(name)
    if name in shipped_maps():
        content = (resources.files("nongso") / "agronomy_maps" / f"{name}.toml").read_text(encoding="utf-8")
    elif path.is_file():
        content = path.read_text(encoding="utf-8", errors="replace")
    else:
        raise UnknownMap(map=name, known=", ".join(shipped_maps()))
    try:
        return parse_map(tomllib.loads(content))
    except tomllib.TOMLDecodeError as fault:
        raise BadMap(key=str(fault)) from fault


def parse_map(raw: Table) -> WeatherMap:
    """A map from its TOML tables. Raises BadMap with the entry that is missing or wrong."""
    time = _time(_table(raw, "time", ""))
    known = DAY_QUANTITIES if time.step == "day" else HOUR_QUANTITIES
    columns = {
        name: _column(_table(_table(raw, "columns", ""), name, "columns."), f"columns.{name}")
        for name in _table(raw, "columns", "")
    }
    for name in columns:
        if name not in known:
            raise BadMap(key=f"columns.{name}")
    station, zone = _station(_table(raw, "station", ""))
    references = raw.get("reference", [])
    if not isinstance(references, list):
        raise BadMap(key="reference")
    return WeatherMap(station, zone, time, columns, tuple(_reference(entry) for entry in references))


def _station(raw: Table) -> tuple[Station, ZoneInfo]:
    try:
        zone = ZoneInfo(_text(raw, "timezone", "station."))
    except (ZoneInfoNotFoundError, ValueError) as fault:
        raise BadMap(key="station.timezone") from fault
    longitude = _number(raw, "longitude_deg", "station.") if "longitude_deg" in raw else None
    station = Station(
        latitude_deg=_number(raw, "latitude_deg", "station."),
        elevation_m=_number(raw, "elevation_m", "station."),
        longitude_deg=longitude,
        wind_height_m=_number(raw, "wind_height_m", "station."),
        radiation_adjustment=radiation.COASTAL if raw.get("coastal") is True else radiation.INLAND,
    )
    return station, zone


def _time(raw: Table) -> Time:
    step = _text(raw, "step", "time.")
    label = _text(raw, "label", "time.") if "label" in raw else "end"
    if step not in ("day", "hour"):
        raise BadMap(key="time.step")
    if label not in ("start", "middle", "end"):
        raise BadMap(key="time.label")
    names = ("date", "year", "month", "day", "day_of_year", "hour")
    columns = {name: _text(raw, name, "time.") for name in names if name in raw}
    whole_date = (
        "date" in columns or {"year", "day_of_year"} <= columns.keys() or {"year", "month", "day"} <= columns.keys()
    )
    if not whole_date or (step == "hour" and "hour" not in columns):
        raise BadMap(key="time")
    return Time(step, columns, label)


def _reference(raw: object) -> Reference:
    if not isinstance(raw, Mapping):
        raise BadMap(key="reference")
    surface = _text(raw, "surface", "reference.")
    if surface not in SURFACES:
        raise BadMap(key="reference.surface")
    return Reference(_column(raw, "reference"), surface, _number(raw, "step", "reference."))


def _column(raw: Table, path: str) -> Column:
    missing = raw.get("missing", [])
    if not isinstance(missing, list):
        raise BadMap(key=f"{path}.missing")
    texts = tuple(str(entry) for entry in missing)
    return Column(_text(raw, "column", f"{path}."), _text(raw, "unit", f"{path}."), texts)


def _table(raw: Table, name: str, path: str) -> Table:
    found = raw.get(name)
    if not isinstance(found, Mapping):
        raise BadMap(key=f"{path}{name}")
    return found


def _text(raw: Table, name: str, path: str) -> str:
    found = raw.get(name)
    if not isinstance(found, str) or not found:
        raise BadMap(key=f"{path}{name}")
    return found


def _number(raw: Table, name: str, path: str) -> float:
    found = raw.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise BadMap(key=f"{path}{name}")
    return float(found)
