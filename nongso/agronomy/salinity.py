"""Salt in water and soil: practical salinity from conductivity, what crops bear, what leaching takes.

Practical salinity: UNESCO 1983, PSS-78 (Perkin and Lewis 1980); below 2 the extension of Hill, Dauphinee and Woods 1986.
The common 640·EC overstates a mix of river and sea by a quarter near 1 g/L, so alerts never use it.
A practical salinity of 1 is read as 1 g of salt in a litre, as the delta's bulletins do.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from nongso.agronomy.crops import SalinityLimit, SaltTolerance
from nongso.agronomy.inputs import ImpossibleInput, within

STANDARD_SEAWATER_MS_CM = 42.914  # C(35, 15 °C, 0 dbar)
IPTS68_PER_ITS90 = 1.00024
HILL_BELOW = 2.0
MOST_SALT_G_L = 80.0  # twice the sea: beyond it a reading is no water

_SALINITY = (0.0080, -0.1692, 25.3851, 14.0941, -7.0261, 2.7081)  # a0..a5
_TEMPERATURE = (0.0005, -0.0056, -0.0066, -0.0375, 0.0636, -0.0144)  # b0..b5
_STANDARD = (0.6766097, 2.00564e-2, 1.104259e-4, -6.9698e-7, 1.0031e-9)  # c0..c4


class Formula(StrEnum):
    """Which equation a salinity comes from; stored with the value. Names are `agronomy.formula.<value>`."""

    PSS78 = "pss78"
    HILL1986 = "pss78_hill1986"


@dataclass(frozen=True, slots=True)
class PracticalSalinity:
    """Practical salinity (read as g/L), its formula, and the conductivity ratios on the way."""

    salinity: float
    formula: Formula
    conductivity_ms_cm: float
    temperature_c: float
    conductivity_ratio: float
    standard_ratio: float
    ratio_at_temperature: float
    hill_correction: float


class LimitState(StrEnum):
    """Where a water stands against a crop's limit; names are `agronomy.limit.<value>`."""

    FRESH = "fresh"
    CARE = "care"  # inside the published range
    TOO_SALT = "too_salt"


def practical_salinity(conductivity_ms_cm: float, temperature_c: float = 25.0) -> PracticalSalinity:
    """Salinity of water from its conductivity in mS/cm at a temperature and no pressure.

    A sonde that reports conductivity already brought to 25 °C ("specific conductance") is read at 25 °C.
    Raises ImpossibleInput beyond salinity 42 and outside -2 to 35 °C, where the scale is not defined.
    """
    within("conductivity_ms_cm", conductivity_ms_cm, 0, 100)
    within("temperature_c", temperature_c, -2, 35)
    t68 = temperature_c * IPTS68_PER_ITS90
    ratio = conductivity_ms_cm / STANDARD_SEAWATER_MS_CM
    standard = sum(c * t68**power for power, c in enumerate(_STANDARD))
    at_temperature = ratio / standard
    salinity = _pss78(at_temperature, t68)
    if salinity > 42:
        raise ImpossibleInput(name="salinity", value=salinity, low=0, high=42)
    correction = _hill(at_temperature, t68) if salinity < HILL_BELOW else 0.0
    formula = Formula.HILL1986 if salinity < HILL_BELOW else Formula.PSS78
    return PracticalSalinity(
        max(salinity - correction, 0.0),
        formula,
        conductivity_ms_cm,
        temperature_c,
        ratio,
        standard,
        at_temperature,
        correction,
    )


def limit_state(salinity_g_l: float, limit: SalinityLimit) -> LimitState:
    """A crop's published limit against the water's salinity; the limit itself still counts as borne."""
    within("salinity_g_l", salinity_g_l, 0, MOST_SALT_G_L)
    if salinity_g_l > limit.high_g_l:
        return LimitState.TOO_SALT
    return LimitState.CARE if salinity_g_l > limit.low_g_l else LimitState.FRESH


def leaching_requirement(water_ds_m: float, tolerated_ds_m: float) -> float:
    """LR = ECiw / (5 ECe - ECiw), FAO-29 and FAO-56 above Eq. 93; both conductivities in dS/m.

    Raises ImpossibleInput where the water is too salt for any leaching to hold the soil at `tolerated_ds_m`.
    """
    within("tolerated_ds_m", tolerated_ds_m, 0.1, 50)
    most = 2.5 * tolerated_ds_m  # LR = 1
    within("water_ds_m", water_ds_m, 0, most)
    return water_ds_m / (5 * tolerated_ds_m - water_ds_m)


def soil_salinity_ds_m(water_ds_m: float, leaching_fraction: float) -> float:
    """ECe that a water leaves in the soil under a steady leaching fraction, Eq. 93."""
    within("leaching_fraction", leaching_fraction, 0.01, 1)
    return (1 + leaching_fraction) / leaching_fraction * within("water_ds_m", water_ds_m, 0, 100) / 5


def salt_stress(soil_ds_m: float, tolerance: SaltTolerance, yield_response: float | None) -> float:
    """Ks of salt alone, Eq. 91; multiplied by Ks of water it is Eq. 92. Ky unknown counts as 1, as FAO-56 allows."""
    within("soil_ds_m", soil_ds_m, 0, 100)
    excess = max(soil_ds_m - tolerance.threshold_ds_m, 0.0)
    return max(1 - tolerance.slope_percent / (100 * (yield_response or 1.0)) * excess, 0.0)


def relative_yield(soil_ds_m: float, tolerance: SaltTolerance) -> float:
    """Ya/Ym under salt, Eq. 89."""
    within("soil_ds_m", soil_ds_m, 0, 100)
    excess = max(soil_ds_m - tolerance.threshold_ds_m, 0.0)
    return max(1 - tolerance.slope_percent / 100 * excess, 0.0)


def _pss78(ratio: float, t68: float) -> float:
    root = sqrt(ratio)
    at_15 = sum(a * root**power for power, a in enumerate(_SALINITY))
    return at_15 + _warmth(t68) * sum(b * root**power for power, b in enumerate(_TEMPERATURE))


def _hill(ratio: float, t68: float) -> float:
    x, y = 400 * ratio, 100 * ratio
    return _SALINITY[0] / (1 + 1.5 * x + x**2) + _TEMPERATURE[0] * _warmth(t68) / (1 + sqrt(y) + y + y * sqrt(y))


def _warmth(t68: float) -> float:
    return (t68 - 15) / (1 + 0.0162 * (t68 - 15))
