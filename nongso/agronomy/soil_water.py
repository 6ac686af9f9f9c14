"""Water of the root zone: what it holds, what is gone, when the crop suffers (FAO-56 chapter 8).

The day step follows the convention that reproduces the book's Examples 37 and 38: **water arrives early in the day**.
Rain and irrigation fill the root zone first, what exceeds field capacity percolates before the day's evapotranspiration,
and stress is judged by the depletion that is left. Eq. 88 taken literally (evapotranspiration before percolation) does not
reproduce Example 38.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from nongso.agronomy.inputs import MissingInput, within
from nongso.agronomy.soils import Soil

STANDARD_ET_MM = 5.0  # the ETc for which Table 22 prints p
IGNORED_RAIN = 0.2  # rain below this share of ET0 only wets leaves, FAO-56 text below Eq. 87


@dataclass(frozen=True, slots=True)
class Store:
    """What the root zone can hold: total (Eq. 82) and readily available water (Eq. 83) in mm, with the p that parts them."""

    total_mm: float
    ready_mm: float
    depletion_fraction: float


@dataclass(frozen=True, slots=True)
class DayStep:
    """One day of the root zone in mm; `stress` is Ks, 1 without stress."""

    depletion_before_mm: float
    ignored_rain_mm: float
    percolation_mm: float
    depletion_early_mm: float
    stress: float
    evapotranspiration_mm: float
    depletion_mm: float


@dataclass(frozen=True, slots=True)
class CorrectedDepletion:
    """Depletion after a sensor was asked; `correction_mm` is what the reckoned balance was wrong by, None without a sensor."""

    depletion_mm: float
    reckoned_mm: float
    measured_mm: float | None
    correction_mm: float | None


def adjusted_fraction(table_fraction: float, demand_mm: float) -> float:
    """p for the day's ETc: p of Table 22 + 0.04 (5 - ETc), held between 0.1 and 0.8 (Table 22, note 2)."""
    within("depletion_fraction", table_fraction, 0.05, 0.95)
    within("demand_mm", demand_mm, 0, 25)
    return min(max(table_fraction + 0.04 * (STANDARD_ET_MM - demand_mm), 0.1), 0.8)


def store(soil: Soil, root_depth_m: float, depletion_fraction: float) -> Store:
    """Eqs. 82 and 83."""
    within("root_depth_m", root_depth_m, 0.01, 5)
    within("depletion_fraction", depletion_fraction, 0, 1)
    total = 1000 * (soil.field_capacity - soil.wilting_point) * root_depth_m
    return Store(total, depletion_fraction * total, depletion_fraction)


def stress_coefficient(held: Store, depletion_mm: float) -> float:
    """Ks, Eq. 84: 1 down to the readily available water, 0 at the wilting point."""
    if depletion_mm <= held.ready_mm:
        return 1.0
    return min(max((held.total_mm - depletion_mm) / (held.total_mm - held.ready_mm), 0.0), 1.0)


def day_step(
    held: Store,
    depletion_mm: float,
    demand_mm: float,
    et0_mm: float,
    rain_mm: float,
    irrigation_mm: float,
    runoff_mm: float = 0.0,
    capillary_mm: float = 0.0,
    evaporation_mm: float = 0.0,
) -> DayStep:
    """The root zone after a day, Eqs. 84 to 86 and 88 with early water.

    `demand_mm` is what stress reduces: Kc·ET0, or Kcb·ET0 with `evaporation_mm` = Ke·ET0 beside it (Eq. 80).
    Rain and irrigation must be known: a missing rain gauge is the caller's to answer, not a dry day.
    Capillary rise is nought where the water table lies more than 1 m below the roots (FAO-56).
    """
    for name, value in (("rain_mm", rain_mm), ("irrigation_mm", irrigation_mm), ("runoff_mm", runoff_mm)):
        within(name, value, 0, 2000)
    depletion_mm = min(within("depletion_mm", depletion_mm, 0, 5000), held.total_mm)
    ignored = rain_mm if rain_mm < IGNORED_RAIN * et0_mm else 0.0
    gained = max(rain_mm - ignored - runoff_mm, 0.0) + irrigation_mm + capillary_mm
    early = max(depletion_mm - gained, 0.0)
    percolation = max(gained - depletion_mm, 0.0)
    stress = stress_coefficient(held, early)
    used = stress * demand_mm + evaporation_mm
    return DayStep(depletion_mm, ignored, percolation, early, stress, used, min(early + used, held.total_mm))


def depletion_from_moisture(soil: Soil, moisture: float, root_depth_m: float) -> float:
    """Depletion in mm that a mean moisture of the root zone in m³/m³ means, Eq. 87, within 0 and the total available water."""
    within("moisture", moisture, 0, 0.9)
    total = store(soil, root_depth_m, 0.5).total_mm
    return min(max(1000 * (soil.field_capacity - moisture) * root_depth_m, 0.0), total)


def root_zone_moisture(moisture_by_depth_cm: Mapping[int, float | None], root_depth_m: float) -> float:
    """Mean moisture of the root zone in m³/m³ from sensors at depths in cm.

    Each sensor speaks for the soil halfway to its neighbours, the top one up to the surface and the lowest down to the roots' end:
    our choice. Sensors below the roots are not asked. Raises MissingInput when no sensor within the roots has a value.
    """
    reach_cm = within("root_depth_m", root_depth_m, 0.01, 5) * 100
    known = sorted(
        (depth, value) for depth, value in moisture_by_depth_cm.items() if value is not None and depth <= reach_cm
    )
    if not known:
        raise MissingInput(name="soil.moisture")
    borders = [0.0, *((above + below) / 2 for (above, _), (below, _) in pairwise(known)), reach_cm]
    shares = [lower - upper for upper, lower in pairwise(borders)]
    return sum(share * value for share, (_, value) in zip(shares, known, strict=True)) / reach_cm


def corrected(reckoned_mm: float, measured_mm: float | None) -> CorrectedDepletion:
    """A measured depletion (Eq. 87) takes the place of the reckoned one; without a measurement the reckoning stands and says so."""
    if measured_mm is None:
        return CorrectedDepletion(reckoned_mm, reckoned_mm, None, None)
    return CorrectedDepletion(measured_mm, reckoned_mm, measured_mm, measured_mm - reckoned_mm)
