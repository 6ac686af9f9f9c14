"""Is this water fit to irrigate with: sodium hazard, the classes of FAO-29, and the Vietnamese standard QCVN 39:2011/BTNMT."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import inf, sqrt

from nongso.agronomy.inputs import within


class Restriction(StrEnum):
    """Degree of restriction on use, FAO-29 Table 1; names are `agronomy.restriction.<value>`."""

    NONE = "none"
    SLIGHT = "slight"  # slight to moderate
    SEVERE = "severe"


class Fitness(StrEnum):
    """Verdict on one quantity; names are `agronomy.fitness.<value>`."""

    FIT = "fit"
    UNFIT = "unfit"
    UNKNOWN = "unknown"  # not measured


@dataclass(frozen=True, slots=True)
class Bound:
    """Lowest and highest allowed value, both included."""

    low: float
    high: float
    unit: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One quantity of a sample against its bound. `value` None was not measured and is neither fit nor unfit."""

    quantity: str
    value: float | None
    bound: Bound
    fitness: Fitness


# QCVN 39:2011/BTNMT, water for irrigation, Table 1; names are `agronomy.quantity.<key>`
QCVN_39: dict[str, Bound] = {
    "ph": Bound(5.5, 9, "pH"),
    "do": Bound(2, inf, "mg/L"),
    "tds": Bound(0, 2000, "mg/L"),
    "sar": Bound(0, 9, "1"),
    "chloride": Bound(0, 350, "mg/L"),
    "sulphate": Bound(0, 600, "mg/L"),
    "boron": Bound(0, 3, "mg/L"),
    "arsenic": Bound(0, 0.05, "mg/L"),
    "cadmium": Bound(0, 0.01, "mg/L"),
    "chromium": Bound(0, 0.1, "mg/L"),
    "mercury": Bound(0, 0.001, "mg/L"),
    "copper": Bound(0, 0.5, "mg/L"),
    "lead": Bound(0, 0.05, "mg/L"),
    "zinc": Bound(0, 2.0, "mg/L"),
    "faecal_coliform": Bound(0, 200, "1/100 mL"),  # for vegetables eaten raw
}

# FAO-29 Table 1, infiltration: SAR below the first number -> (ECw above which none, ECw below which severe), dS/m
_INFILTRATION = ((3, 0.7, 0.2), (6, 1.2, 0.3), (12, 1.9, 0.5), (20, 2.9, 1.3), (40, 5.0, 2.9))


def sodium_adsorption_ratio(sodium: float, calcium: float, magnesium: float) -> float:
    """SAR = Na / sqrt((Ca + Mg) / 2), all in me/L (FAO-29, Eq. 1)."""
    for name, value in (("sodium", sodium), ("calcium", calcium), ("magnesium", magnesium)):
        within(name, value, 0, 1000)
    within("calcium_and_magnesium", calcium + magnesium, 1e-6, 2000)
    return sodium / sqrt((calcium + magnesium) / 2)


def salinity_restriction(water_ds_m: float) -> Restriction:
    """FAO-29 Table 1, salinity: up to 0.7 dS/m none, above 3.0 severe."""
    within("water_ds_m", water_ds_m, 0, 100)
    if water_ds_m > 3.0:
        return Restriction.SEVERE
    return Restriction.SLIGHT if water_ds_m >= 0.7 else Restriction.NONE


def infiltration_restriction(ratio: float, water_ds_m: float) -> Restriction:
    """FAO-29 Table 1, infiltration by SAR and ECw together: pure, sodic water seals the soil. SAR above 40 counts as 40."""
    within("sar", ratio, 0, 1000)
    within("water_ds_m", water_ds_m, 0, 100)
    none_above, severe_below = next(((none, severe) for end, none, severe in _INFILTRATION if ratio < end), (5.0, 2.9))
    if water_ds_m < severe_below:
        return Restriction.SEVERE
    return Restriction.NONE if water_ds_m > none_above else Restriction.SLIGHT


def check_qcvn_39(sample: Mapping[str, float | None]) -> tuple[Finding, ...]:
    """Every quantity of QCVN 39:2011/BTNMT for a sample; what the sample lacks is UNKNOWN, never passed."""
    return tuple(
        Finding(name, sample.get(name), bound, _fitness(sample.get(name), bound)) for name, bound in QCVN_39.items()
    )


def _fitness(value: float | None, bound: Bound) -> Fitness:
    if value is None:
        return Fitness.UNKNOWN
    return Fitness.FIT if bound.low <= value <= bound.high else Fitness.UNFIT
