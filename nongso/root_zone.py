"""The water around a field's roots: how much is gone, how much may go, how long it lasts, how much to bring. Pure.

FAO-56 chapter 8 with the house's own tables. Where a probe speaks, its depletion takes the place of the reckoned one.
The balance of days starts from nothing known: it is carried from a full and from an empty root zone, and counts as known
only where both have come together (our choice). A day without weather, or watered by an amount nobody knows, starts it afresh.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol

from nongso.agronomy import irrigation
from nongso.agronomy.coefficients import Climate, adjusted, coefficient_on
from nongso.agronomy.crop_table import CROPS
from nongso.agronomy.crops import Crop
from nongso.agronomy.inputs import MissingInput, require
from nongso.agronomy.irrigation import Advice
from nongso.agronomy.soil_water import (
    CorrectedDepletion,
    Store,
    adjusted_fraction,
    corrected,
    day_step,
    depletion_from_moisture,
    root_zone_moisture,
    store,
    stress_coefficient,
)
from nongso.agronomy.soils import Soil, get_texture, typical_soil
from nongso.agronomy.stages import Stage, StageDay, stage_on

YOUNG_ROOTS_M = 0.20  # of a season's crop when it is sown; our choice
PERENNIAL_DAYS = 300  # a crop with a season so long begins it again on the day it was planted; our choice
USUAL_DEMAND_MM = 5.0  # the ETc of Table 22, while no weather is known
PROBE_DEPTH_CM = 20  # of a probe that does not say how deep it is; our choice
AGREES_SHARE = 0.1  # of the available water: so close the two balances count as one; our choice
EFFICIENCY = 0.8  # share of the water given that reaches the roots; our choice
MOST_DAYS = 60
FEWEST_OF_CLIMATE = (
    5  # days with wind and lowest humidity, before the table's coefficient is moved to their climate; our choice
)
ONE_DAY = timedelta(days=1)


class WaterDay(Protocol):
    """What the balance needs of a day; None what is not known."""

    @property
    def day(self) -> date: ...
    @property
    def rain_mm(self) -> float | None: ...
    @property
    def et0_mm(self) -> float | None: ...
    @property
    def irrigation_mm(self) -> float | None: ...
    @property
    def wind_ms(self) -> float | None: ...
    @property
    def rh_min(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """A crop on a day in its soil: stage, coefficient, roots. `texture` is the slug of FAO-56 Table 19.

    `climate` None: the coefficient is that of the table's climate, wind of 2 m/s and lowest humidity of 45 %.
    """

    day: date
    crop: Crop
    texture: str
    soil: Soil
    stage: StageDay
    coefficient: float
    root_depth_m: float
    climate: Climate | None = None


@dataclass(frozen=True, slots=True)
class RootZone:
    """Every number on the way, in mm. `depletion` None: neither probe nor balance knows; `demand_mm` is a day's, Kc·ET0."""

    standing: Standing
    held: Store
    et0_mm: float | None
    demand_mm: float
    moisture: float | None
    reckoned_mm: float | None
    depletion: CorrectedDepletion | None
    stress: float | None
    days_left: float | None


def standing_of(crop: str, planted_on: date | None, soil: str | None, day: date) -> Standing:
    """Raises MissingInput naming what nobody said: soil, planted_on, or a crop that the tables do not hold."""
    texture = get_texture(soil) if soil else None
    row = CROPS.get(crop)
    if row is None or row.single is None or row.roots is None or row.lengths is None:
        raise MissingInput(name="crop")
    if texture is None:
        raise MissingInput(name="soil")
    if planted_on is None:
        raise MissingInput(name="planted_on")
    season = row.lengths.season
    years = max((day - planted_on).days // season, 0) if season >= PERENNIAL_DAYS else 0
    stage = stage_on(row.lengths, planted_on + timedelta(days=years * season), day)
    coefficient = coefficient_on(row.single, stage)
    if coefficient is None:
        raise MissingInput(name="season")
    depth = row.roots.shallow_m if years else roots_m(row, stage)
    return Standing(day, row, texture.slug, typical_soil(texture), stage, coefficient, depth)


def roots_m(crop: Crop, stage: StageDay) -> float:
    """Roots grow evenly to the shallower depth of Table 22 by the middle of the season (FAO-56 chapter 8, after Table 22)."""
    assert crop.roots is not None
    assert crop.lengths is not None
    if stage.stage not in (Stage.INITIAL, Stage.DEVELOPMENT):
        return crop.roots.shallow_m
    share = min(1.0, stage.season_day / (crop.lengths.initial + crop.lengths.development))
    return YOUNG_ROOTS_M + share * max(crop.roots.shallow_m - YOUNG_ROOTS_M, 0.0)


def root_zone(standing: Standing, days: Sequence[WaterDay], probes: Mapping[int | None, float]) -> RootZone:
    """The root zone after the last of `days`; `probes` are fresh moistures in % by volume by depth in cm."""
    standing = in_climate(standing, days)
    lately = [day.et0_mm for day in days[-7:] if day.et0_mm is not None]
    et0 = sum(lately) / len(lately) if lately else None
    demand = USUAL_DEMAND_MM if et0 is None else standing.coefficient * et0
    held = held_by(standing, demand)
    reckoned = balance(standing, held, days)
    moisture = moisture_of(standing, probes)
    measured = (
        None if moisture is None else depletion_from_moisture(standing.soil, min(moisture, 0.9), standing.root_depth_m)
    )
    if measured is None and reckoned is None:
        return RootZone(standing, held, et0, demand, moisture, reckoned, None, None, None)
    known = corrected(require("reckoned", measured if reckoned is None else reckoned), measured)
    stress = stress_coefficient(held, known.depletion_mm)
    left = irrigation.days_left(held, known.depletion_mm, demand)
    return RootZone(standing, held, et0, demand, moisture, reckoned, known, stress, left)


def in_climate(standing: Standing, days: Sequence[WaterDay]) -> Standing:
    """The coefficient moved to the climate of these days, FAO-56 Eqs. 62, 65 and 70; the table's where too few are known."""
    crop = standing.crop
    known = [(d.wind_ms, d.rh_min) for d in days[-MOST_DAYS:] if d.wind_ms is not None and d.rh_min is not None]
    if len(known) < FEWEST_OF_CLIMATE or crop.keeps_coefficients or crop.single is None or crop.height_m is None:
        return standing
    winds, humidities = zip(*known, strict=True)
    climate = Climate(sum(winds) / len(known), min(sum(humidities) / len(known), 100.0))
    coefficient = coefficient_on(adjusted(crop.single, climate, crop.height_m), standing.stage)
    if coefficient is None or coefficient == standing.coefficient:
        return standing
    return replace(standing, coefficient=coefficient, climate=climate)


def held_by(standing: Standing, demand_mm: float) -> Store:
    """Available and readily available water; p moves with the day's demand (Table 22, note 2)."""
    assert standing.crop.roots is not None
    fraction = adjusted_fraction(standing.crop.roots.depletion_fraction, min(demand_mm, 25.0))
    return store(standing.soil, standing.root_depth_m, fraction)


def balance(standing: Standing, held: Store, days: Sequence[WaterDay]) -> float | None:
    """Depletion in mm after yesterday, reckoned with today's roots and coefficient; None where it cannot be known."""
    full, empty, before = 0.0, held.total_mm, None
    for day in days[-MOST_DAYS:]:
        follows = before is None or day.day == before + ONE_DAY
        before = day.day
        if not follows or day.et0_mm is None or day.rain_mm is None or day.irrigation_mm is None:
            full, empty = 0.0, held.total_mm
            continue
        demand, et0, rain, water = standing.coefficient * day.et0_mm, day.et0_mm, day.rain_mm, day.irrigation_mm
        full = day_step(held, full, demand, et0, rain, water).depletion_mm
        empty = day_step(held, empty, demand, et0, rain, water).depletion_mm
    is_known = before == standing.day - ONE_DAY and empty - full <= AGREES_SHARE * held.total_mm
    return empty if is_known else None


def moisture_of(standing: Standing, probes: Mapping[int | None, float]) -> float | None:
    """Mean moisture of the root zone in m³/m³; None where no probe stands in it."""
    by_depth: dict[int, float | None] = {
        PROBE_DEPTH_CM if depth is None else depth: value / 100 for depth, value in probes.items()
    }
    try:
        return root_zone_moisture(by_depth, standing.root_depth_m)
    except MissingInput:
        return None


def advise(zone: RootZone, rain_24h_mm: float | None, efficiency: float = EFFICIENCY) -> Advice | None:
    """What to bring: the depletion, more by what is lost on the way, nothing when rain told for 24 h makes up for it."""
    if zone.depletion is None:
        return None
    return irrigation.advise(zone.held, zone.depletion.depletion_mm, rain_24h_mm, efficiency)


def probes_of(moistures: Iterable[tuple[int | None, float]]) -> dict[int | None, float]:
    """Probes by depth; of several at one depth the mean."""
    by_depth: dict[int | None, list[float]] = {}
    for depth, value in moistures:
        by_depth.setdefault(depth, []).append(value)
    return {depth: sum(values) / len(values) for depth, values in by_depth.items()}
