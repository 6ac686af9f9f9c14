"""Weather that favours diseases of leaves: late blight by the Hutton criteria, any fungus by Magarey's wetness."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from nongso.agronomy.inputs import within

HUTTON_T_MIN_C = 10.0
HUTTON_RH = 90.0
HUTTON_HUMID_HOURS = 6
WET_RH = 90.0  # our choice: without a sensor a leaf is taken to be wet from this humidity on
WET_DEPRESSION_C = 2.0  # our choice: ... or this close to the dew point


@dataclass(frozen=True, slots=True)
class HuttonDay:
    """One day against the Hutton criteria; `favourable` None where missing hours could turn it either way."""

    t_min_c: float | None
    humid_hours: int
    missing_hours: int
    favourable: bool | None


@dataclass(frozen=True, slots=True)
class Fungus:
    """A fungus in Magarey's model: temperatures in °C, hours of wetness at the best temperature and the most that still infect."""

    t_min_c: float
    t_best_c: float
    t_max_c: float
    shortest_wet_h: float
    longest_wet_h: float


def hutton_day(hours: Sequence[tuple[float | None, float | None]], hours_expected: int = 24) -> HuttonDay:
    """A day of (temperature °C, humidity %) hours: lowest temperature 10 °C or more and six hours of 90 % humidity (AHDB 2017)."""
    temperatures = [t for t, _ in hours if t is not None]
    humid = sum(1 for _, rh in hours if rh is not None and rh >= HUTTON_RH)
    missing = hours_expected - sum(1 for t, rh in hours if t is not None and rh is not None)
    lowest = min(temperatures, default=None)
    cold = lowest is not None and lowest < HUTTON_T_MIN_C
    if cold or humid + missing < HUTTON_HUMID_HOURS:
        return HuttonDay(lowest, humid, missing, False)
    favourable = None if missing > 0 else humid >= HUTTON_HUMID_HOURS
    return HuttonDay(lowest, humid, missing, favourable)


def hutton_alert(yesterday: HuttonDay, today: HuttonDay) -> bool | None:
    """Hutton period: two favourable days running. None when one is unknown and the other does not rule it out."""
    if yesterday.favourable is False or today.favourable is False:
        return False
    return True if yesterday.favourable and today.favourable else None


def infection_wetness_h(fungus: Fungus, temperature_c: float) -> float:
    """Hours of wetness that a fungus needs at a temperature: W = Wmin / f(T), at most Wmax; infinite where it does not grow.

    Magarey, Sutton and Russo 2005, Phytopathology 95:92-100.
    """
    within("temperature_c", temperature_c, -60, 60)
    rate = beta_rate(temperature_c, fungus.t_min_c, fungus.t_best_c, fungus.t_max_c)
    if rate <= 0:
        return inf
    return min(fungus.shortest_wet_h / rate, fungus.longest_wet_h)


def beta_rate(temperature_c: float, t_min_c: float, t_best_c: float, t_max_c: float) -> float:
    """Relative rate of growth at a temperature, 0 outside its range and 1 at its best (Yin et al. 1995; Magarey 2005, Eq. 2)."""
    if not t_min_c < temperature_c < t_max_c:
        return 0.0
    above, below = t_max_c - t_best_c, t_best_c - t_min_c
    return (t_max_c - temperature_c) / above * ((temperature_c - t_min_c) / below) ** (below / above)


def leaf_is_wet(
    temperature_c: float | None, dew_point_c: float | None, rh: float | None, rain_mm: float | None
) -> bool | None:
    """Wetness without a sensor: rain, humidity from 90 %, or air within 2 °C of its dew point; None when nothing known says yes or no.

    An estimate, and to be shown as one.
    """
    near = None if temperature_c is None or dew_point_c is None else temperature_c - dew_point_c <= WET_DEPRESSION_C
    humid = None if rh is None else rh >= WET_RH
    rained = None if rain_mm is None else rain_mm > 0
    if near or humid or rained:
        return True
    dry_air = near is False or humid is False
    return False if dry_air and rained is False else None
