"""Whether a valve may open, and whether it may stay open: everything that speaks against it, with the numbers.

Rules 4 to 6 of the irrigation safety rules. What is not known is never taken for nought: it speaks against watering by itself.
Limits of rain, wind, frost and spraying are our choice; salinity's is the one in force at the field (nongso.findings).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from nongso.irrigation.zone import Method, Zone
from nongso.rules import salt_limit_g_l

RAIN_MM = 3.0  # in the last hour
WIND_M_S = 5.0  # a sprinkler's water misses the field; our choice
FROST_C = 2.0
AFTER_SPRAY = timedelta(hours=6)  # no water on the leaves
QUIET_START = timedelta(minutes=5)  # after the house or the broker came up; our choice
SLACK = 1.001  # rounding of minutes typed as text


class Why(StrEnum):
    """What speaks against opening; sentences are `irrigation.why.<value>`."""

    STARTING = "starting"
    RUNNING = "running"
    SOURCE_FLOW = "source_flow"
    PUMP_BUSY = "pump_busy"
    LEAK = "leak"
    CUT_OFF = "cut_off"
    RUN_CAP = "run_cap"
    DAY_CAP = "day_cap"
    PAUSE = "pause"
    SALT = "salt"
    LEVEL = "level"
    PRESSURE = "pressure"
    RAIN = "rain"
    WET = "wet"
    WIND = "wind"
    FROST = "frost"
    SPRAYED = "sprayed"
    VALVE_UNKNOWN = "valve_unknown"
    UNKNOWN = "unknown"


# No person can insist on these: they would break the source or the pump, or the house does not know yet what runs.
HARD = frozenset(
    {
        Why.STARTING,
        Why.RUNNING,
        Why.SOURCE_FLOW,
        Why.PUMP_BUSY,
        Why.LEAK,
        Why.CUT_OFF,
        Why.RUN_CAP,
        Why.LEVEL,
        Why.PRESSURE,
    }
)


@dataclass(frozen=True, slots=True)
class Block:
    """One thing that speaks against it. `observed` names what is not known; values are in the unit of the sentence."""

    why: Why
    value: float | None = None
    limit: float | None = None
    until: datetime | None = None
    observed: str = ""

    @property
    def is_hard(self) -> bool:
        return self.why in HARD


@dataclass(frozen=True, slots=True)
class Known:
    """What something measures now; `value` None: it is silent, or says what nobody can use."""

    value: float | None
    at: datetime | None = None
    device_id: str = ""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is known for a zone. A member that is None: nothing measures it. `salt_alert`: rule W2 is open on the field.

    `salt_limit_g_l` is what the field's water must not have more of; None: the crop's own.
    `forecast_mm` is the rain told for the next 24 h, by whom and when; None without a forecast that holds.
    """

    soil_percent: Known | None = None
    paddy_cm: Known | None = None
    salinity_g_l: Known | None = None
    level_m: Known | None = None
    rain_hour_mm: Known | None = None
    wind_m_s: Known | None = None
    air_c: Known | None = None
    pressure_kpa: Known | None = None
    sprayed_at: datetime | None = None
    enter_from: datetime | None = None
    salt_limit_g_l: float | None = None
    salt_alert: bool = False
    forecast_mm: float | None = None
    forecast_source: str | None = None
    forecast_issued_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """What the zone had on this local day, and what else runs now: flows from the same source, zones on the same pump.

    `is_cut_off`: its water was shut off before its valve, and nobody has let it on again.
    """

    day_s: float = 0.0
    last_closed_at: datetime | None = None
    is_running: bool = False
    others_m3_h: float = 0.0
    others_on_pump: int = 0
    leak_open: bool = False
    is_cut_off: bool = False
    valve_known: bool = True
    swept_at: datetime | None = None
    awaits_sweep: bool = False


def may_open(zone: Zone, inputs: Inputs, use: Use, seconds: float, now: datetime, *, by_itself: bool) -> list[Block]:
    """What speaks against opening for `seconds`. `by_itself`: nobody asked for it, so what is not known counts too."""
    blocks = [*_house(use, now, by_itself), *_equipment(zone, use), *_caps(zone, use, seconds, now)]
    return [
        *blocks,
        *hazards(zone, inputs, now),
        *(_unknowns(zone, inputs, use) if by_itself else _unknown_salt(zone, inputs)),
    ]


def must_stop(zone: Zone, inputs: Inputs, despite: Sequence[Why], now: datetime, *, by_itself: bool) -> list[Block]:
    """What ends a run that goes on; what a person insisted on at its start does not. Water that runs makes the soil wet: that ends it only when nobody asked."""
    found = [block for block in hazards(zone, inputs, now) if block.why not in despite or block.is_hard]
    if not by_itself:
        return [block for block in found if block.why is not Why.WET]
    return [*found, *_unknowns(zone, inputs, Use())]


def hazards(zone: Zone, inputs: Inputs, now: datetime) -> list[Block]:
    """What is known to speak against water."""
    return [*_source(zone, inputs), *_weather(zone, inputs), *_people(zone, inputs, now)]


def _house(use: Use, now: datetime, by_itself: bool) -> list[Block]:
    """Rule 3: nothing starts before the valves were looked at; by itself nothing starts for some minutes more."""
    found = []
    quiet_until = use.swept_at + QUIET_START if use.swept_at else None
    if quiet_until and now < quiet_until and (by_itself or use.awaits_sweep):
        found.append(Block(Why.STARTING, until=quiet_until))
    if use.is_running:
        found.append(Block(Why.RUNNING))
    return found


def _equipment(zone: Zone, use: Use) -> list[Block]:
    total = use.others_m3_h + zone.flow_m3_h
    found = [Block(Why.CUT_OFF)] if use.is_cut_off else []
    if total > zone.source.capacity_m3_h * SLACK:
        found.append(Block(Why.SOURCE_FLOW, total, zone.source.capacity_m3_h))
    if zone.pump is not None and use.others_on_pump >= zone.pump.zones_at_once:
        found.append(Block(Why.PUMP_BUSY, use.others_on_pump, zone.pump.zones_at_once))
    if use.leak_open:
        found.append(Block(Why.LEAK))
    return found


def _caps(zone: Zone, use: Use, seconds: float, now: datetime) -> list[Block]:
    caps, found = zone.caps, []
    if seconds > zone.longest_run_s * SLACK:
        found.append(Block(Why.RUN_CAP, seconds / 60, zone.longest_run_s / 60))
    most_s = min(caps.day_min * 60, caps.day_mm / zone.rate_mm_h * 3600)
    if use.day_s + seconds > most_s * SLACK:
        found.append(Block(Why.DAY_CAP, (use.day_s + seconds) / 60, most_s / 60))
    rested = use.last_closed_at + timedelta(minutes=caps.pause_min) if use.last_closed_at else None
    if rested and now < rested:
        found.append(Block(Why.PAUSE, until=rested))
    return found


def _source(zone: Zone, inputs: Inputs) -> list[Block]:
    """Salt, level and pressure. An open salt alert stands even where a sonde now reads fresh: it may hang in the air."""
    found, salt = [], inputs.salinity_g_l
    limit = salt_limit_g_l(zone.crop) if inputs.salt_limit_g_l is None else inputs.salt_limit_g_l
    measured = salt.value if salt else None
    if (measured is not None and measured > limit) or (inputs.salt_alert and zone.source.is_saline):
        found.append(Block(Why.SALT, measured, limit))
    level, least = inputs.level_m, zone.source.min_level_m
    if least is not None and level is not None and level.value is not None and level.value < least:
        found.append(Block(Why.LEVEL, level.value, least))
    return [*found, *_pressure(zone, inputs)]


def _pressure(zone: Zone, inputs: Inputs) -> list[Block]:
    pump, pressure = zone.pump, inputs.pressure_kpa
    if pump is None or pressure is None or pressure.value is None:
        return []
    if pump.min_kpa is not None and pressure.value < pump.min_kpa:
        return [Block(Why.PRESSURE, pressure.value, pump.min_kpa)]
    if pump.max_kpa is not None and pressure.value > pump.max_kpa:
        return [Block(Why.PRESSURE, pressure.value, pump.max_kpa)]
    return []


def _weather(zone: Zone, inputs: Inputs) -> list[Block]:
    found = []
    rain, soil, wind, air = inputs.rain_hour_mm, inputs.soil_percent, inputs.wind_m_s, inputs.air_c
    if rain and rain.value is not None and rain.value >= RAIN_MM:
        found.append(Block(Why.RAIN, rain.value, RAIN_MM))
    if soil and soil.value is not None and soil.value >= zone.field_capacity and inputs.paddy_cm is None:
        found.append(Block(Why.WET, soil.value, zone.field_capacity))
    if zone.method is not Method.SPRINKLER:
        return found
    if wind and wind.value is not None and wind.value > WIND_M_S:
        found.append(Block(Why.WIND, wind.value, WIND_M_S))
    if air and air.value is not None and air.value <= FROST_C:
        found.append(Block(Why.FROST, air.value, FROST_C))
    return found


def _people(zone: Zone, inputs: Inputs, now: datetime) -> list[Block]:
    """Water from above washes a spray off for six hours; while nobody may enter, nobody could mend what breaks."""
    washes = inputs.sprayed_at + AFTER_SPRAY if inputs.sprayed_at and zone.method is Method.SPRINKLER else None
    ends = [until for until in (washes, inputs.enter_from) if until is not None and until > now]
    return [Block(Why.SPRAYED, until=max(ends))] if ends else []


def _unknown_salt(zone: Zone, inputs: Inputs) -> list[Block]:
    """Rule 6: from a source that may be salt nothing is taken while nobody knows."""
    if zone.source.is_saline and (inputs.salinity_g_l is None or inputs.salinity_g_l.value is None):
        return [Block(Why.UNKNOWN, observed="water.salinity")]
    return []


def _unknowns(zone: Zone, inputs: Inputs, use: Use) -> list[Block]:
    """Rule 4: everything that watering by itself rests on must be known; what measures it and is silent makes it unknown."""
    found = _unknown_salt(zone, inputs)
    ground = inputs.paddy_cm or inputs.soil_percent
    if ground is None or ground.value is None:
        found.append(Block(Why.UNKNOWN, observed="water.level" if inputs.paddy_cm else "soil.moisture"))
    if zone.source.min_level_m is not None and (inputs.level_m is None or inputs.level_m.value is None):
        found.append(Block(Why.UNKNOWN, observed="water.level"))
    found += [
        Block(Why.UNKNOWN, observed=name) for name, known in _watched(zone, inputs) if known and known.value is None
    ]
    return found if use.valve_known else [*found, Block(Why.VALVE_UNKNOWN)]


def _watched(zone: Zone, inputs: Inputs) -> list[tuple[str, Known | None]]:
    """What counts where it is measured."""
    watched = [("rain.total", inputs.rain_hour_mm)]
    if zone.pump is not None and (zone.pump.min_kpa is not None or zone.pump.max_kpa is not None):
        watched.append(("water.pressure", inputs.pressure_kpa))
    if zone.method is Method.SPRINKLER:
        watched += [("wind.speed", inputs.wind_m_s), ("air.temperature", inputs.air_c)]
    return watched
