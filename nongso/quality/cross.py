"""Readings of one device at one moment against each other: where two cannot both be true, the derived one is flagged. Pure."""

from collections.abc import Mapping
from math import inf

from nongso.readings import UNFIT

DEW_MARGIN_C = 0.5  # two good sensors in saturated air differ by so much
WET_SOIL = 5.0  # % of volume: water in soil always conducts
FLOOR_M = 0.05  # water above a sonde's pressure port
# Air conducts nothing. Rain water has 5 to 30 µS/cm, the fresh Mekong 100 to 250: what is below is no canal.
AIR_EC = 20.0
# At its floor a sonde is taken to be dry when its salt is gone too.
FLOOR_EC, FLOOR_SALINITY = 200.0, 0.1

# Computed with the sonde's own temperature (PSS-78; EC at 25 °C; solubility of oxygen; Nernst slope): wrong when that is.
COMPENSATED = frozenset({"water.ec", "water.salinity", "water.do", "water.do_saturation", "water.ph"})
SONDE = COMPENSATED | {"water.temperature", "water.turbidity"}
WITNESSES = frozenset({"air.temperature", "soil.moisture", "water.temperature", "water.level"})
# What may be contradicted, and the highest value at which it may: most moments hold nothing to compare, and cost nothing.
SUSPECT_UP_TO: dict[str, float] = {**dict.fromkeys(SONDE | {"air.dew_point"}, inf), "soil.ec": 0.0}

Name = tuple[str, int | None]  # property and depth in cm


def is_in_air(values: Mapping[Name, float]) -> bool:
    """Whether the sonde hangs in air: fresh water must never be read from a lifted one."""
    ec = values.get(("water.ec", None))
    if ec is not None and ec < AIR_EC:
        return True
    level_m = values.get(("water.level", None))
    if level_m is None or level_m > FLOOR_M:
        return False
    salinity = values.get(("water.salinity", None))
    return (ec is not None and ec < FLOOR_EC) or (salinity is not None and salinity < FLOOR_SALINITY)


def is_contradicted(name: Name, values: Mapping[Name, float], flags: Mapping[Name, int]) -> bool:
    """Whether a witness of the same moment contradicts the reading `name`. `flags` are those of the witnesses: an unfit one has no say."""
    key, depth_cm = name
    if key in COMPENSATED:
        return bool(flags.get(("water.temperature", None), 0) & UNFIT)
    if key == "air.dew_point":
        limit = _said(("air.temperature", depth_cm), values, flags)
        return limit is not None and values[name] > limit + DEW_MARGIN_C
    if key == "soil.ec":
        moisture = _said(("soil.moisture", depth_cm), values, flags)
        return moisture is not None and moisture > WET_SOIL and values[name] <= 0
    return False


def _said(witness: Name, values: Mapping[Name, float], flags: Mapping[Name, int]) -> float | None:
    return None if flags.get(witness, 0) & UNFIT else values.get(witness)
