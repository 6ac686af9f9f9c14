"""The simulator's own weather told ahead, as Open-Meteo would write it, with an error that grows with the lead time.

Temperature departs from what will be by a walk whose standard deviation is 0.5 °C after six hours and 1.7 °C after three days
(the growth of a weather service's error, rounded). Rain of a local day is with a growing chance that of another world:
so forecasts miss rain, and tell rain that never falls. All numbers are our choice.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import msgspec

from firmware_sim.payload import instant
from firmware_sim.season import HOUR_S, Place, local_day_number
from firmware_sim.weather import Weather, humidity, next_weather

STEP_S = 300
HOURS = 72
SPREAD_C = 0.2  # °C of standard deviation after one hour; it grows with the square root of time
WRONG_A_DAY = 0.12  # how much likelier each day ahead makes another world's rain
MOST_WRONG = 0.6
WIND_10M = 1.337  # 1 / (4.87 / ln(67.8·10 - 5.42)), FAO-56 Eq. 47: the world's wind is that at 2 m


@dataclass(frozen=True, slots=True)
class Told:
    """An hour as told; `at_s` is its end."""

    at_s: float
    temperature_c: float
    humidity: float
    rain_mm: float
    wind_ms: float
    irradiance: float


def foretell(place: Place, seed: str, now: Weather, hours: int = HOURS) -> list[Told]:
    """The hours after `now`. The same world, instant and seed tell the same forecast."""
    chance = Random(f"{seed}/forecast/{now.at_s:.0f}")
    wrong: dict[int, bool] = {}
    error_c, told = 0.0, []
    pairs = zip(hourly(place, seed, now, hours), hourly(place, f"{seed}/elsewhere", now, hours), strict=True)
    for lead_h, (truth, other) in enumerate(pairs, start=1):
        error_c += chance.gauss(0, SPREAD_C)
        day = local_day_number(truth[-1].at_s - 1)
        if day not in wrong:
            wrong[day] = chance.random() < min(MOST_WRONG, WRONG_A_DAY * (0.5 + lead_h / 24))
        end = truth[-1]
        rain = sum(step.rain_mm for step in (other if wrong[day] else truth))
        wet = humidity(end) * math.exp(chance.gauss(0, 0.01 * math.sqrt(lead_h)))
        told.append(
            Told(
                end.at_s,
                end.air_c + error_c,
                min(100.0, max(10.0, wet)),
                rain * math.exp(chance.gauss(0, 0.05 * math.sqrt(lead_h))),
                end.wind_ms * WIND_10M * math.exp(chance.gauss(0, 0.04 * math.sqrt(lead_h))),
                sum(step.irradiance for step in truth) / len(truth),
            )
        )
    return told


def hourly(place: Place, seed: str, now: Weather, hours: int) -> Iterator[list[Weather]]:
    """The steps of each of the next hours in one world."""
    weather = now
    for _ in range(hours):
        steps = []
        for _ in range(HOUR_S // STEP_S):
            weather = next_weather(place, seed, weather, STEP_S)
            steps.append(weather)
        yield steps


def document(place: Place, seed: str, now: Weather, hours: int = HOURS) -> bytes:
    """The forecast in Open-Meteo's shape, saying that a simulator told it and when."""
    told = foretell(place, seed, now, hours)
    return msgspec.json.encode(
        {
            "latitude": place.latitude,
            "longitude": place.longitude,
            "utc_offset_seconds": 0,
            "nongso": {"source": "simulator", "issued_at": instant(now.at_s)},
            "hourly_units": {
                "time": "unixtime",
                "temperature_2m": "°C",
                "relative_humidity_2m": "%",
                "precipitation": "mm",
                "wind_speed_10m": "m/s",
                "shortwave_radiation": "W/m²",
            },
            "hourly": {
                "time": [int(hour.at_s) for hour in told],
                "temperature_2m": [round(hour.temperature_c, 1) for hour in told],
                "relative_humidity_2m": [round(hour.humidity) for hour in told],
                "precipitation": [round(hour.rain_mm, 2) for hour in told],
                "wind_speed_10m": [round(hour.wind_ms, 1) for hour in told],
                "shortwave_radiation": [round(hour.irradiance) for hour in told],
            },
        }
    )
