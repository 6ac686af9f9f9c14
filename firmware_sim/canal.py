"""A tidal canal: level, salt pushed up and down by tide and season, warmth, oxygen, acidity.

The tide is the sum of M2, S2, K1 and O1 with sizes of the Mekong's mouths and phases of our own: it looks right and predicts nothing.
Salt thins out exponentially up the river; the curve is moved by the tide's excursion, by the dry season and by a push that a plan may ask for.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

from firmware_sim.season import DAY_S, HOUR_S, Place, day_of_year, monthly
from firmware_sim.weather import Weather

# constituent: (speed in degrees per hour, amplitude in m at the mouth, phase in degrees of our own)
TIDE = ((28.9841042, 0.79, 40.0), (30.0, 0.31, 85.0), (15.0410686, 0.61, 120.0), (13.9430356, 0.45, 60.0))
DAMPING = 0.55  # of the tide on its way up the canal
SEA_SALINITY = 30.0  # g/L at the mouth
RIVER_SALINITY = 0.08  # g/L of the Mekong itself
DECAY_KM = 9.0  # distance in which salinity falls to 1/e
EXCURSION_KM_PER_M = 2.0  # water carried upstream by a metre of tide
SALT_LAG_S = 0.75 * HOUR_S  # slack water comes after high water
# how far the salt curve stands upstream in a month, km: the dry season lets the sea in
SEASON_KM = (6.0, 12.0, 16.0, 15.0, 6.0, -6.0, -14.0, -20.0, -22.0, -20.0, -12.0, -2.0)
OXYGEN_EXCHANGE_S = 10 * HOUR_S
WATER_LAG_S = 30 * HOUR_S
# salinity g/L -> conductivity at 25 °C, mS/cm: PSS-78 with Hill 1986 below 2
CONDUCTIVITY = (
    (0.0, 0.15),
    (0.5, 1.015),
    (1.0, 1.969),
    (2.0, 3.797),
    (3.0, 5.559),
    (4.0, 7.277),
    (8.0, 13.857),
    (35.0, 53.0),
)


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the station stands, and the plan's salt push: `push_km` reached `push_days` after `push_from_s`."""

    distance_km: float
    push_from_s: float
    push_days: float
    push_km: float


@dataclass(frozen=True, slots=True)
class Canal:
    at_s: float
    level_m: float
    salinity: float  # g/L
    water_c: float
    oxygen_mg_l: float


def tide_m(at_s: float) -> float:
    """Height above mean level at the mouth, m."""
    hours = at_s / HOUR_S
    return sum(size * math.cos(math.radians(speed * hours - phase)) for speed, size, phase in TIDE)


def first_canal(place: Place, reach: Reach, at_s: float) -> Canal:
    return Canal(at_s, DAMPING * tide_m(at_s), carried_salinity(place, reach, at_s), 28.0, 6.0)


def next_canal(place: Place, reach: Reach, before: Canal, weather: Weather) -> Canal:
    """The canal at the instant of `weather`."""
    step_s = weather.at_s - before.at_s
    goal = carried_salinity(place, reach, weather.at_s)
    water_goal_c = weather.air_c + 0.9 + 0.004 * (weather.irradiance - 200)
    water_c = water_goal_c + (before.water_c - water_goal_c) * math.exp(-step_s / WATER_LAG_S)
    return Canal(
        at_s=weather.at_s,
        level_m=DAMPING * tide_m(weather.at_s) + 0.15 * rain_swell(weather),
        salinity=goal + (before.salinity - goal) * math.exp(-step_s / SALT_LAG_S),
        water_c=water_c,
        oxygen_mg_l=next_oxygen(before, weather.irradiance, step_s),
    )


def carried_salinity(place: Place, reach: Reach, at_s: float) -> float:
    """What tide, season and push bring to the station, g/L, before mixing delays it."""
    front_km = monthly(SEASON_KM, day_of_year(place, at_s)) + pushed_km(reach, at_s)
    upstream_km = reach.distance_km - front_km - EXCURSION_KM_PER_M * tide_m(at_s)
    return min(SEA_SALINITY, RIVER_SALINITY + SEA_SALINITY * math.exp(-upstream_km / DECAY_KM))


def pushed_km(reach: Reach, at_s: float) -> float:
    """The plan's push: nothing before it begins, whole when its days are over, smooth between."""
    part = min(1.0, max(0.0, (at_s - reach.push_from_s) / (reach.push_days * DAY_S)))
    return reach.push_km * part * part * (3 - 2 * part)


def rain_swell(weather: Weather) -> float:
    """Heavy rain lifts the canal a little, 0 to 1."""
    return min(1.0, weather.rain_mm / 3)


def next_oxygen(before: Canal, irradiance: float, step_s: float) -> float:
    """Exchange with the air, algae by day, breath of the water all day; mg/L."""
    made = 0.9 * irradiance / 1000
    change = (oxygen_saturation(before.water_c) - before.oxygen_mg_l) / OXYGEN_EXCHANGE_S * HOUR_S + made - 0.35
    return max(0.2, before.oxygen_mg_l + change * step_s / HOUR_S)


def oxygen_saturation(water_c: float) -> float:
    """Fresh water at sea level, mg/L: Elmore & Hayes 1960, Proc. ASCE 86 (SA4)."""
    return 14.652 - 0.41022 * water_c + 0.007991 * water_c**2 - 0.000077774 * water_c**3


def acidity(canal: Canal) -> float:
    """pH: algae that make oxygen take carbonic acid away; sea water is alkaline."""
    return 7.0 + 0.12 * (canal.oxygen_mg_l - 6) + 0.08 * min(8.0, canal.salinity)


def conductivity_us_cm(salinity: float) -> float:
    """EC at 25 °C of river water mixed with sea, µS/cm: straight lines between points of PSS-78."""
    for (low, ec_low), (high, ec_high) in pairwise(CONDUCTIVITY):
        if salinity <= high:
            return 1000 * (ec_low + (ec_high - ec_low) * (salinity - low) / (high - low))
    return 1000 * CONDUCTIVITY[-1][1]
