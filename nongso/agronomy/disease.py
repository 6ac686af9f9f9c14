"""Weather that favours diseases of leaves: late blight by the Hutton criteria, any fungus by Magarey's wetness."""

from dataclasses import dataclass
from math import inf

from nongso.agronomy.inputs import within

HUTTON_T_MIN_C = 10.0
HUTTON_HUMID_HOURS = 6


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


def hutton_day(t_min_c: float | None, humid_hours: int, missing_hours: int) -> HuttonDay:
    """A day's lowest temperature of 10 °C or more and six hours of 90 % humidity (AHDB 2017); missing hours leave it open where they could turn it."""
    cold = t_min_c is not None and t_min_c < HUTTON_T_MIN_C
    if cold or humid_hours + missing_hours < HUTTON_HUMID_HOURS:
        return HuttonDay(t_min_c, humid_hours, missing_hours, False)
    favourable = None if missing_hours > 0 or t_min_c is None else True
    return HuttonDay(t_min_c, humid_hours, missing_hours, favourable)


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
