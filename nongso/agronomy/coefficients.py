"""Crop coefficients of a day: the curve through the season and its adjustment to the climate (FAO-56 chapters 6 and 7)."""

from dataclasses import dataclass

from nongso.agronomy.crops import Coefficients
from nongso.agronomy.inputs import within
from nongso.agronomy.stages import Stage, StageDay


@dataclass(frozen=True, slots=True)
class Climate:
    """Mean wind at 2 m (m/s) and mean lowest humidity (%) of a stage; Eqs. 62, 65 and 70 hold within 1..6 m/s and 20..80 %."""

    wind_2m_ms: float
    rh_min: float


def adjusted(coefficients: Coefficients, climate: Climate, height_m: float) -> Coefficients:
    """Mid and end coefficients moved from the table's climate (2 m/s, 45 %) to this one, Eqs. 62, 65 and 70.

    An end below 0.45 stays as it is. Wind and humidity outside the range of the equations count as its nearer end.
    """
    shift = _shift(climate, height_m)
    end = coefficients.end + shift if coefficients.end >= 0.45 else coefficients.end
    return Coefficients(coefficients.initial, coefficients.mid + shift, end)


def upper_limit(basal: float, climate: Climate, height_m: float) -> float:
    """Kc max of a wet surface, Eq. 72."""
    return max(1.2 + _shift(climate, height_m), basal + 0.05)


def coefficient_on(coefficients: Coefficients, day: StageDay) -> float | None:
    """The coefficient of a day of the season, Eq. 66; None before planting and after the season."""
    share = day.stage_day / day.stage_length if day.stage_length else 0.0
    match day.stage:
        case Stage.INITIAL:
            return coefficients.initial
        case Stage.DEVELOPMENT:
            return coefficients.initial + share * (coefficients.mid - coefficients.initial)
        case Stage.MID:
            return coefficients.mid
        case Stage.LATE:
            return coefficients.mid + share * (coefficients.end - coefficients.mid)
        case _:
            return None


def _shift(climate: Climate, height_m: float) -> float:
    within("height_m", height_m, 0.05, 20)
    wind = min(max(within("wind_2m_ms", climate.wind_2m_ms, 0, 60), 1.0), 6.0)
    humidity = min(max(within("rh_min", climate.rh_min, 0, 100), 20.0), 80.0)
    return (0.04 * (wind - 2) - 0.004 * (humidity - 45)) * (height_m / 3) ** 0.3
