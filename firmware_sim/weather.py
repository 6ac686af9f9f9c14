"""Weather of a Mekong-delta place, stepped in time: sun, cloud, rain, air, wind, pressure.

Rain comes as a two-state Markov chain of wet and dry days with gamma amounts (Richardson 1981, Water Resources Research 17:182),
falling as afternoon showers; radiation follows cloud (Kasten & Czeplak 1980, Solar Energy 24:177); air follows radiation with a lag.
Monthly normals are rounded from Open-Meteo's archive for Cần Thơ 2023-2025 (CC BY 4.0).
Each step draws from a generator seeded by the plan's seed and the instant: a world replayed is the same world.
"""

import math
from dataclasses import dataclass
from random import Random

from firmware_sim.season import (
    DAY_S,
    HOUR_S,
    LOCAL_OFFSET_S,
    Place,
    day_of_year,
    local_day_number,
    local_hour,
    monthly,
    sun,
)

MEAN_C = (25.8, 27.2, 28.2, 29.9, 28.8, 27.6, 26.6, 27.2, 26.6, 26.6, 26.8, 26.5)
DEW_C = (21.5, 21.8, 22.0, 23.9, 25.2, 24.8, 24.5, 24.6, 24.4, 24.5, 23.9, 22.8)
WET_DAYS = (0.15, 0.05, 0.06, 0.22, 0.70, 0.80, 0.82, 0.80, 0.84, 0.84, 0.55, 0.28)  # share of days with 1 mm or more
WET_DAY_MM = (5.5, 4.0, 6.0, 7.0, 9.8, 9.2, 12.8, 9.0, 13.2, 13.6, 9.0, 8.0)
WET_PERSISTENCE = 0.35  # correlation of one day's wetness with the next
RAIN_SHAPE = 0.75  # of the gamma law of a wet day's amount

MEAN_IRRADIANCE = 205.0  # W/m², what the normals' mean temperature already holds
AIR_LAG_S = 2.5 * HOUR_S
WARMING = 0.0125  # °C of equilibrium temperature per W/m² above the mean
STEFAN_BOLTZMANN = 2.043e-10  # MJ/m²/h/K⁴, FAO-56 eq. 39 for an hour


@dataclass(frozen=True, slots=True)
class Shower:
    begins_s: float
    ends_s: float
    amount_mm: float


@dataclass(frozen=True, slots=True)
class Weather:
    """The sky at `at_s`; `rain_mm` fell during the step that ended then, `rain_total_mm` since the world began."""

    at_s: float
    cloud: float  # 0 clear, 1 overcast
    anomaly_c: float  # slow departure from the season
    air_c: float
    dew_c: float
    wind_ms: float  # at 2 m
    gustiness: float
    wind_deg: float
    pressure_hpa: float
    irradiance: float  # W/m²
    clearness: float  # Rs/Rso, kept through the night from cloud
    rain_mm: float
    rain_total_mm: float
    wet_day: bool
    showers: tuple[Shower, ...]


def first_weather(place: Place, at_s: float) -> Weather:
    """A mild, dry start; the first simulated day forgets it."""
    day = day_of_year(place, at_s)
    mean, dew = monthly(MEAN_C, day), monthly(DEW_C, day)
    return Weather(at_s, 0.4, 0.0, mean, dew, 1.5, 1.0, 90.0, 1009.5, 0.0, 0.7, 0.0, 0.0, False, ())


def next_weather(place: Place, seed: str, before: Weather, step_s: float) -> Weather:
    """The sky one step later."""
    at_s = before.at_s + step_s
    chance = Random(f"{seed}/weather/{at_s:.0f}")
    day = day_of_year(place, at_s)
    wet_day, showers = todays_rain(place, seed, before, at_s)
    rain_mm = sum(fallen_mm(shower, before.at_s, at_s) for shower in showers)
    cloud = next_cloud(before.cloud, wet_day, near_rain(showers, at_s), chance, step_s)
    anomaly = drift(before.anomaly_c, 0.0, 3 * DAY_S, 0.9, chance, step_s)
    clearness = 1 - 0.75 * cloud**3.4
    light = sun(place, at_s)
    air = next_air(before.air_c, monthly(MEAN_C, day) + anomaly, light.clear * clearness, rain_mm, step_s)
    dew = next_dew(before.dew_c, monthly(DEW_C, day) + 0.5 * anomaly, air, rain_mm, chance, step_s)
    gustiness = drift(before.gustiness, 1.0, HOUR_S, 0.3, chance, step_s)
    turn = drift(before.wind_deg - prevailing_deg(place, before.at_s), 0.0, 3 * HOUR_S, 25.0, chance, step_s)
    return Weather(
        at_s=at_s,
        cloud=cloud,
        anomaly_c=anomaly,
        air_c=air,
        dew_c=dew,
        wind_ms=max(0.1, breeze_ms(at_s) * max(0.1, gustiness) + (1.5 if rain_mm > 0 else 0.0)),
        gustiness=gustiness,
        wind_deg=(prevailing_deg(place, at_s) + turn) % 360,
        pressure_hpa=pressure_hpa(day, at_s) - 0.4 * anomaly,
        irradiance=light.clear * clearness,
        clearness=clearness,
        rain_mm=rain_mm,
        rain_total_mm=before.rain_total_mm + rain_mm,
        wet_day=wet_day,
        showers=showers,
    )


def drift(value: float, home: float, lag_s: float, spread: float, chance: Random, step_s: float) -> float:
    """One step of an Ornstein-Uhlenbeck walk around `home` with standard deviation `spread`."""
    keep = math.exp(-step_s / lag_s)
    return home + (value - home) * keep + spread * math.sqrt(1 - keep * keep) * chance.gauss(0, 1)


def todays_rain(place: Place, seed: str, before: Weather, at_s: float) -> tuple[bool, tuple[Shower, ...]]:
    """Whether the local day is wet and its showers: drawn when the day begins, kept until it ends."""
    today = local_day_number(at_s)
    if today == local_day_number(before.at_s):
        return before.wet_day, before.showers
    chance = Random(f"{seed}/rain/{today}")
    day = day_of_year(place, at_s)
    usual = monthly(WET_DAYS, day)
    wet = chance.random() < usual * (1 - WET_PERSISTENCE) + (WET_PERSISTENCE if before.wet_day else 0.0)
    running = tuple(shower for shower in before.showers if shower.ends_s > at_s)
    if not wet:
        return False, running
    amount_mm = 0.4 + chance.gammavariate(RAIN_SHAPE, monthly(WET_DAY_MM, day) / RAIN_SHAPE)
    return True, running + drawn_showers(chance, today * DAY_S - LOCAL_OFFSET_S, amount_mm)


def drawn_showers(chance: Random, midnight_s: float, amount_mm: float) -> tuple[Shower, ...]:
    """One to three showers, most of them in the afternoon, that together give `amount_mm`."""
    shares = [chance.uniform(0.2, 1.0) for _ in range(chance.choice((1, 1, 2, 3)))]
    showers: list[Shower] = []
    for share in shares:
        begins_s = midnight_s + chance.triangular(9, 23, 15.5) * HOUR_S
        lasts_s = chance.uniform(0.3, 1.8) * HOUR_S
        showers.append(Shower(begins_s, begins_s + lasts_s, amount_mm * share / sum(shares)))
    return tuple(showers)


def fallen_mm(shower: Shower, from_s: float, until_s: float) -> float:
    """What a shower gives between two instants: heaviest in its first third, nothing lost at the edges."""
    return shower.amount_mm * (poured(shower, until_s) - poured(shower, from_s))


def poured(shower: Shower, at_s: float) -> float:
    """The share of a shower that has fallen by `at_s`, 0 to 1: a triangle with its top at one third."""
    part = (at_s - shower.begins_s) / (shower.ends_s - shower.begins_s)
    if part <= 0:
        return 0.0
    if part >= 1:
        return 1.0
    return 3 * part * part if part < 1 / 3 else 1 - 1.5 * (1 - part) ** 2


def near_rain(showers: tuple[Shower, ...], at_s: float) -> bool:
    return any(shower.begins_s - HOUR_S <= at_s <= shower.ends_s + HOUR_S / 2 for shower in showers)


def next_cloud(cloud: float, wet_day: bool, raining: bool, chance: Random, step_s: float) -> float:
    home = 0.97 if raining else 0.62 if wet_day else 0.35
    return min(1.0, max(0.0, drift(cloud, home, 0.4 * HOUR_S if raining else 1.5 * HOUR_S, 0.16, chance, step_s)))


def next_air(air_c: float, mean_c: float, irradiance: float, rain_mm: float, step_s: float) -> float:
    """Air warms towards what the sun asks for and lags behind it; rain cools it by up to 4 °C."""
    cooling = 4.0 * min(1.0, rain_mm * HOUR_S / step_s / 5)
    goal = mean_c + WARMING * (irradiance - MEAN_IRRADIANCE) - cooling
    return goal + (air_c - goal) * math.exp(-step_s / AIR_LAG_S)


def next_dew(dew_c: float, usual_c: float, air_c: float, rain_mm: float, chance: Random, step_s: float) -> float:
    """Moisture of the air: the season's in half a day, that of the rain within an hour; never above the air's temperature."""
    home, lag_s = (air_c, HOUR_S) if rain_mm > 0 else (usual_c, DAY_S / 2)
    return min(air_c, drift(dew_c, home, lag_s, 0.6, chance, step_s))


def breeze_ms(at_s: float) -> float:
    """Calm nights, sea breeze after noon, m/s at 2 m."""
    return 0.9 + 2.3 * max(0.0, math.sin(math.pi * (local_hour(at_s) - 8) / 13))


def prevailing_deg(place: Place, at_s: float) -> float:
    """The monsoon: from the north-east in winter, from the south-west in summer."""
    return 145 - 90 * math.cos(2 * math.pi * (day_of_year(place, at_s) - 15) / 365)


def pressure_hpa(day: float, at_s: float) -> float:
    """Sea-level pressure: a season of 2 hPa and the tropics' half-daily wave with tops near 10 and 22 h."""
    return (
        1009.5
        + 2 * math.cos(2 * math.pi * (day - 15) / 365)
        + 1.3 * math.cos(2 * math.pi * (local_hour(at_s) - 10) / 12)
    )


def vapour_kpa(air_c: float) -> float:
    """Saturation vapour pressure, kPa: FAO-56 eq. 11."""
    return 0.6108 * math.exp(17.27 * air_c / (air_c + 237.3))


def humidity(weather: Weather) -> float:
    """Relative humidity, %."""
    return min(100.0, 100 * vapour_kpa(weather.dew_c) / vapour_kpa(weather.air_c))


def et0_mm_h(weather: Weather) -> float:
    """Reference evapotranspiration, mm/h: FAO-56 eq. 53 with G by eq. 45-46 and Rnl by eq. 39; condensation counts as none."""
    saturated, actual = vapour_kpa(weather.air_c), vapour_kpa(weather.dew_c)
    slope = 4098 * saturated / (weather.air_c + 237.3) ** 2
    kelvin4 = (weather.air_c + 273.16) ** 4
    lost = STEFAN_BOLTZMANN * kelvin4 * (0.34 - 0.14 * math.sqrt(actual)) * (1.35 * max(0.3, weather.clearness) - 0.35)
    net = 0.77 * weather.irradiance * HOUR_S / 1e6 - lost
    available = net * (0.9 if weather.irradiance > 0 else 0.5)
    psychrometric = 0.665e-3 * weather.pressure_hpa / 10
    aerodynamic = psychrometric * 37 / (weather.air_c + 273) * weather.wind_ms * (saturated - actual)
    rate = (0.408 * slope * available + aerodynamic) / (slope + psychrometric * (1 + 0.34 * weather.wind_ms))
    return max(0.0, rate)
