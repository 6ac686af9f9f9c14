"""What the rules about a field are made of: their signals, the crop's own limits, and what its newest readings measure. Pure.

Limits: Gò Công Đông district (salt), nongnghiep.vn (durian); soil moisture limits are our choice. docs/alerts.md lists them for readers.
What the rules say of a field now is in nongso/findings.py.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from nongso.agronomy.crop_table import CROPS
from nongso.agronomy.inputs import ImpossibleInput
from nongso.agronomy.salinity import practical_salinity
from nongso.conditions import Conditions, Observation, State, fresh, known_until, state
from nongso.devices import Kind
from nongso.sentences import Sentence

CAREFUL_LIMIT_G_L = 1.0  # for a crop without a published limit: that of the frailest vegetables; our choice
DRY_BELOW = {"leaf_vegetable": 28.0, "durian": 26.0, "pomelo": 26.0}  # % by volume; our choice
DRY_BELOW_DEFAULT = 22.0  # % by volume; our choice
ROOTS_CM = 60  # soil probes down to here speak for the roots; our choice


class Signal(StrEnum):
    """What a rule says of its alert."""

    RAISE = "raise"
    HOLD = "hold"  # between raising and clearing: an open alert stays, a closed one stays closed
    CLEAR = "clear"
    UNKNOWN = "unknown"  # nothing fresh to look at: an open alert freezes


class Level(StrEnum):
    """How a state is shown; each has a word, a sign and a colour."""

    GOOD = "good"
    WATCH = "watch"
    ACT = "act"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Measure:
    """A value that a rule or a number is made of, and the oldest reading in it."""

    value: float
    at: datetime
    series_id: int | None


def salt_limit_g_l(crop: str) -> float:
    """The salinity of irrigation water that the crop must not get more of, in g/L."""
    row = CROPS.get(crop)
    if row is None or row.limit is None:
        return CAREFUL_LIMIT_G_L
    return row.limit.high_g_l


def salt_observations(field: Conditions) -> list[Observation]:
    """Salinity where it is measured, else conductivity of the water."""
    return field.of("water.salinity") or field.of("water.ec")


def salinity(field: Conditions, now: datetime) -> Measure | None:
    """The saltest fresh water of the field in g/L. Conductivity becomes salinity by PSS-78, read as brought to 25 °C."""
    measures = [_salt_of(each) for each in fresh(salt_observations(field), now)]
    return max((each for each in measures if each), key=lambda each: each.value, default=None)


def _salt_of(observation: Observation) -> Measure | None:
    assert observation.fit_value is not None  # what fresh means
    assert observation.fit_at is not None
    if observation.property == "water.salinity":
        return Measure(observation.fit_value, observation.fit_at, observation.series_id)
    try:
        salt = practical_salinity(observation.fit_value / 1000).salinity
    except ImpossibleInput:  # saltier than the scale reaches: no water for any field, but no number either
        return None
    return Measure(salt, observation.fit_at, observation.series_id)


def soil_observations(field: Conditions) -> list[Observation]:
    """Soil moisture around the roots; where only deeper probes are, those."""
    observed = field.of("soil.moisture")
    return [each for each in observed if (each.depth_cm or 0) <= ROOTS_CM] or observed


def soil_moisture(field: Conditions, now: datetime) -> Measure | None:
    """The mean of the fresh probes around the roots, in % by volume."""
    known = fresh(soil_observations(field), now)
    values = [each.fit_value for each in known if each.fit_value is not None]
    if not values:
        return None
    return Measure(sum(values) / len(values), min(known_until(each) for each in known), known[0].series_id)


def paddy_observations(field: Conditions) -> list[Observation]:
    return field.of("water.level", kind=Kind.PADDY)


def paddy_level_cm(field: Conditions, now: datetime) -> Measure | None:
    """The lowest fresh level in a field tube, in cm above the soil's surface."""
    known = fresh(paddy_observations(field), now)
    lowest = min(known, key=lambda each: each.fit_value or 0.0, default=None)
    if lowest is None or lowest.fit_value is None or lowest.fit_at is None:
        return None
    return Measure(max(-100.0, min(200.0, lowest.fit_value * 100)), lowest.fit_at, lowest.series_id)


def gaps(observed: list[Observation], now: datetime) -> tuple[Sentence, ...]:
    """What does not speak, a sentence for each device: who, since when, and whether it is silent or talks nonsense."""
    said: dict[str, Sentence] = {}
    for each in observed:
        condition = state(each, now)
        if condition is not State.FRESH:
            key = (
                "verdict.gap.never" if each.fit_at is None and condition is State.SILENT else f"verdict.gap.{condition}"
            )
            said.setdefault(each.device_id, Sentence(key, {"device": each.device_name, "since": known_until(each)}))
    return tuple(said.values())


def warmest(field: Conditions, now: datetime) -> Measure | None:
    """The highest fresh air temperature of the field, in °C."""
    known = fresh(field.of("air.temperature"), now)
    highest = max(known, key=lambda each: each.fit_value or 0.0, default=None)
    if highest is None or highest.fit_value is None or highest.fit_at is None:
        return None
    return Measure(highest.fit_value, highest.fit_at, highest.series_id)
