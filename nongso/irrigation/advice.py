"""How much a zone needs now, every number of the way kept: the same for showing what would have been done and for doing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from nongso.agronomy import paddy
from nongso.agronomy.crop_table import CROPS
from nongso.agronomy.crops import Roots
from nongso.agronomy.irrigation import Verdict, advise
from nongso.agronomy.soil_water import depletion_from_moisture, store
from nongso.agronomy.soils import Soil
from nongso.clock import local_day
from nongso.irrigation.interlock import Block, Inputs
from nongso.irrigation.zone import EFFICIENCY, Mode, Zone

ROOTS = Roots(0.6, 0.6, 0.5)  # for a crop without a row in FAO-56 Table 22; our choice
LEAST_S = 120.0  # a shorter run only wets the pipes; our choice


@dataclass(frozen=True, slots=True)
class Need:
    """`verdict` is one of agronomy.irrigation.Verdict, or `unknown`. Depths in mm; `seconds` is the run the pump would need, within its cap."""

    verdict: str
    seconds: float = 0.0
    net_mm: float = 0.0
    gross_mm: float = 0.0
    depletion_mm: float | None = None
    ready_mm: float | None = None
    moisture: float | None = None
    level_cm: float | None = None

    @property
    def wants_water(self) -> bool:
        return self.seconds > 0


UNKNOWN = "unknown"


def need(zone: Zone, inputs: Inputs, now: datetime) -> Need:
    """By the field tube where there is one (IRRI), else by the soil's moisture (FAO-56 Eqs. 82, 83, 87)."""
    if inputs.paddy_cm is not None:
        return _of_paddy(zone, inputs.paddy_cm.value, now)
    moisture = inputs.soil_percent.value if inputs.soil_percent else None
    if moisture is None:
        return Need(UNKNOWN)
    row = CROPS.get(zone.crop)
    roots = row.roots if row and row.roots else ROOTS
    soil = Soil(zone.field_capacity / 100, zone.wilting_point / 100)
    held = store(soil, roots.shallow_m, roots.depletion_fraction)
    depletion = depletion_from_moisture(soil, min(moisture, 90.0) / 100, roots.shallow_m)
    told = advise(held, depletion, inputs.forecast_mm, EFFICIENCY[zone.method])
    return Need(
        told.verdict,
        run_s(zone, told.gross_mm),
        told.net_mm,
        told.gross_mm,
        depletion,
        held.ready_mm,
        moisture,
    )


def verdict(mode: Mode, wanted: Need, blocks: Sequence[Block]) -> str:
    """The journal's word for a decision."""
    if wanted.verdict != UNKNOWN and not wanted.wants_water:
        return "enough"
    if blocks:
        return "skipped"
    return "watered" if mode is Mode.AUTOMATIC else "would_water"


def run_s(zone: Zone, gross_mm: float) -> float:
    """A run that brings so much, at most one of the longest allowed; none where it would only wet the pipes."""
    seconds = min(gross_mm / zone.rate_mm_h * 3600, zone.longest_run_s)
    return seconds if seconds >= LEAST_S else 0.0


def _of_paddy(zone: Zone, level_cm: float | None, now: datetime) -> Need:
    if level_cm is None:
        return Need(UNKNOWN)
    age = (local_day(now) - zone.planted_on).days if zone.planted_on else paddy.DRYING_BEGINS_DAYS
    told = paddy.advise(level_cm, age, None)
    if told.action is not paddy.Action.FLOOD:
        return Need(Verdict.ENOUGH, level_cm=level_cm)
    gross = told.flood_mm / EFFICIENCY[zone.method]
    return Need(Verdict.IRRIGATE_NO_FORECAST, run_s(zone, gross), told.flood_mm, gross, level_cm=level_cm)
