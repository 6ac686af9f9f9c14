"""Weather that favours rice diseases: the relative infection rate of EPIRICE, day by day.

Source of every number: Savary, Nelson, Willocquet, Pangga and Aunario 2012, Crop Protection 34:6-17, Table 2.
The optimum of leaf blast is 20 °C: the table's 25 °C is a misprint, as the authors of the model's later versions note.
Only the published numbers are used; the epidemic itself (sites, latency, removal) is not reckoned, only the day's rate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from nongso.agronomy.inputs import within

HUMID_RH = 90.0  # Savary 2012: the day is wet from this humidity on ...
WET_RAIN_MM = 5.0  # ... or from this rain on
MEAN_OF_DAYS = 7
FEWEST_KNOWN_DAYS = 5  # our choice: a mean of less than five known days of seven says nothing

Curve = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class RiceDisease:
    """A disease: its highest rate of infection a day, days of latency and of infection, and what age and warmth make of the rate."""

    slug: str
    highest_rate: float
    latent_days: int
    infectious_days: int
    onset_day: int
    by_age: Curve
    by_temperature: Curve


@dataclass(frozen=True, slots=True)
class DayIndex:
    """Relative rate of a day, 0 to 1; None where it cannot be known. `wet` None: neither humidity nor rain could tell."""

    index: float | None
    by_age: float
    by_temperature: float | None
    wet: bool | None


@dataclass(frozen=True, slots=True)
class WeekIndex:
    """Mean of the last seven days; None while fewer than five of them are known."""

    index: float | None
    known_days: int


def _every(step: float, start: float, *values: float) -> Curve:
    return tuple((start + step * position, value) for position, value in enumerate(values))


DISEASES: dict[str, RiceDisease] = {
    disease.slug: disease
    for disease in (
        RiceDisease(
            "leaf_blast", 1.14, 5, 20, 15,
            _every(5, 0, 1, 1, 1, 0.9, 0.8, 0.7, 0.64, 0.59, 0.53, 0.43, 0.32, 0.22, 0.16, 0.09, 0.03, 0.02, 0.02, 0.02, 0.01),
            _every(5, 10, 0, 0.5, 1, 0.6, 0.2, 0.05, 0.01, 0),
        ),
        RiceDisease(
            "sheath_blight", 0.46, 3, 120, 30,
            _every(10, 0, 0.84, 0.84, 0.84, 0.84, 0.84, 0.84, 0.83, 0.88, 0.88, 1, 1, 1, 1),
            _every(4, 12, 0, 0.42, 0.94, 0.94, 1, 0.85, 0.64, 0),
        ),
        RiceDisease(
            "bacterial_blight", 0.87, 5, 30, 20,
            _every(10, 0, 1, 1, 1, 0.9, 0.62, 0.43, 0.41, 0.42, 0.41, 0.41, 0.41, 0.41, 0.41),
            _every(3, 16, 0, 0.29, 0.44, 0.9, 0.9, 1, 0.88, 0.01, 0),
        ),
        RiceDisease(
            "brown_spot", 0.61, 6, 19, 20,
            _every(20, 0, 0.35, 0.35, 0.35, 0.47, 0.59, 0.71, 1),
            _every(5, 15, 0, 0.06, 1, 0.85, 0.16, 0),
        ),
    )
}  # fmt: skip


def day_index(
    disease: RiceDisease, crop_age_days: int, t_mean_c: float | None, rh: float | None, rain_mm: float | None
) -> DayIndex:
    """RcAge · RcT · wet of a day (Savary 2012, Eq. 3 relative to RcOpt). Missing weather makes the index unknown unless the rest decides it."""
    by_age = on_curve(disease.by_age, within("crop_age_days", crop_age_days, 0, 400))
    by_temperature = (
        None if t_mean_c is None else on_curve(disease.by_temperature, within("t_mean_c", t_mean_c, -60, 60))
    )
    wet = is_wet(rh, rain_mm)
    if wet is False or by_temperature == 0:
        return DayIndex(0.0, by_age, by_temperature, wet)
    if wet is None or by_temperature is None:
        return DayIndex(None, by_age, by_temperature, wet)
    return DayIndex(by_age * by_temperature, by_age, by_temperature, wet)


def week_index(days: Sequence[DayIndex]) -> WeekIndex:
    """Mean relative rate of the last seven days given, oldest first."""
    known = [day.index for day in days[-MEAN_OF_DAYS:] if day.index is not None]
    if len(known) < FEWEST_KNOWN_DAYS:
        return WeekIndex(None, len(known))
    return WeekIndex(sum(known) / len(known), len(known))


def is_wet(rh: float | None, rain_mm: float | None) -> bool | None:
    """Whether leaves were wet; True as soon as one input says so, False only when both are known to say no."""
    humid = None if rh is None else within("humidity", rh, 0, 103) >= HUMID_RH
    rained = None if rain_mm is None else within("rain_mm", rain_mm, 0, 2000) >= WET_RAIN_MM
    if humid or rained:
        return True
    return None if humid is None or rained is None else False


def on_curve(curve: Curve, x: float) -> float:
    """Value of a curve of straight lines; its ends go on level."""
    if x <= curve[0][0]:
        return curve[0][1]
    for (left, low), (right, high) in pairwise(curve):
        if x <= right:
            return low + (high - low) * (x - left) / (right - left)
    return curve[-1][1]
