"""What a commune's hall may show everybody: weather and canal water of the unit, with their age. Pure; of farms it knows nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from nongso.agronomy.inputs import ImpossibleInput
from nongso.agronomy.salinity import practical_salinity
from nongso.devices import silent_after

MS_PER_US = 0.001


@dataclass(frozen=True, slots=True)
class Reading:
    """The newest fit reading of one station; rain is that of 24 hours. Who runs the station and where it stands is not told."""

    property: str
    expected_interval_s: int
    at: datetime
    value: float


@dataclass(frozen=True, slots=True)
class Tile:
    """A number of the board; `value` None: no station speaks, then `at` is when one last did. `stations` are those that speak."""

    key: str
    value: float | None
    unit: str
    at: datetime | None
    stations: int


def tiles(readings: Sequence[Reading], now: datetime) -> list[Tile]:
    """Salt by the worst station, rain by the one that caught most, the rest by the middle one. What nobody measures is left out."""
    salt = [found for each in readings if (found := _as_salt(each)) is not None]
    made = (
        _tile("salt", "g/L", salt, "water.salinity", max, now),
        _tile("heat", "°C", readings, "air.temperature", median, now),
        _tile("rain", "mm", readings, "rain.total", max, now),
        _tile("wind", "m/s", readings, "wind.speed", median, now),
    )
    return [tile for tile in made if tile is not None]


def _tile(
    key: str, unit: str, readings: Sequence[Reading], name: str, of: Callable[[Sequence[float]], float], now: datetime
) -> Tile | None:
    known = [each for each in readings if each.property == name]
    if not known:
        return None
    fresh = [each for each in known if now - each.at <= silent_after(each.expected_interval_s)]
    if not fresh:
        return Tile(key, None, unit, max(each.at for each in known), 0)
    return Tile(key, of([each.value for each in fresh]), unit, min(each.at for each in fresh), len(fresh))


def _as_salt(reading: Reading) -> Reading | None:
    """Conductivity as salinity by PSS-78; None for anything else, and beyond the scale."""
    if reading.property == "water.salinity":
        return reading
    if reading.property != "water.ec":
        return None
    try:
        salt = practical_salinity(reading.value * MS_PER_US).salinity
    except ImpossibleInput:
        return None
    return Reading("water.salinity", reading.expected_interval_s, reading.at, salt)
