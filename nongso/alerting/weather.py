"""Rules about the weather now and of the last days: heat, cold, frost, rain, wind, drought, and what animals and people bear."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from nongso.agronomy.air import wind_at_2m
from nongso.agronomy.comfort import heat_index_c, moisture, temperature_humidity_index
from nongso.alerting.machine import Look
from nongso.alerting.rule import Limits
from nongso.alerting.scene import Point, Scene
from nongso.alerting.soil import in_flower
from nongso.alerting.spraying import FORECAST_WIND_M
from nongso.alerting.water import need
from nongso.clock import LOCAL
from nongso.rules import Signal

LIVESTOCK = ("dairy", "cattle", "pig", "poultry", "livestock")
DAY, SIX_HOURS, HOUR = timedelta(days=1), timedelta(hours=6), timedelta(hours=1)
NIGHT_FROM, NIGHT_TO = 18, 8  # hours of the local clock


@dataclass(frozen=True, slots=True)
class HeatLimits:
    """Air temperature in °C that harms; `severe` None where no source names one."""

    raises: float
    clears: float
    severe: float | None


def heat(scene: Scene, limits: Limits) -> Look | None:
    """A1 rice (35 and 38 °C), A2 other crops (40 °C). Where a planting date says that rice is not in flower, it bears A2's."""
    warmest = _highest(scene, "air.temperature")
    if warmest is None:
        return _unknown(scene, "air.temperature", 3)
    holds = heat_limits(scene, limits)
    severity = 4 if holds.severe is not None and warmest >= holds.severe else 3
    return _above(scene, warmest, holds.raises, holds.clears, severity)


def heat_limits(scene: Scene, limits: Limits) -> HeatLimits:
    """A1's for rice in flower, or rice of which nobody knows whether it is; A2's for all else."""
    tender = scene.place.crop == "rice" and (in_flower(scene, limits) or scene.age_days() is None)
    if tender:
        return HeatLimits(need(limits, "rice_raises"), need(limits, "rice_clears"), need(limits, "rice_severe"))
    return HeatLimits(need(limits, "raises"), need(limits, "clears"), None)


def cold(scene: Scene, limits: Limits) -> Look | None:
    """A3: a day's mean that harms rice seedlings."""
    if scene.place.crop != "rice" or not scene.days:
        return None
    mean = scene.days[-1].t_mean_c
    if mean is None:
        return Look(Signal.UNKNOWN, scene.at, 3)
    severity = 4 if mean <= need(limits, "severe") else 3
    if mean <= need(limits, "raises"):
        return Look(Signal.RAISE, scene.at, severity, mean, limits["raises"])
    warm = mean >= need(limits, "raises") + need(limits, "clears")
    return Look(Signal.CLEAR if warm else Signal.HOLD, scene.at, 3, mean, limits["raises"])


def frost(scene: Scene, limits: Limits) -> Look | None:
    """A4: a clear, still, cold night: air and dew point near freezing and hardly any wind; now, or told for the coming night."""
    coldest, humidity = _lowest(scene, "air.temperature"), _highest(scene, "air.humidity")
    wind = _highest(scene, "wind.speed")
    if coldest is None or humidity is None:
        return _unknown(scene, "air.temperature", 4) if scene.sensors("air.humidity") else None
    told = frost_told(scene, limits)
    if told is not None and coldest > need(limits, "raises"):
        return Look(Signal.RAISE, scene.at, 4, told, limits["raises"], variant="told")
    if coldest > need(limits, "clears"):
        return Look(Signal.CLEAR, scene.at, 4, coldest, limits["raises"])
    hour = scene.at.astimezone(LOCAL).hour
    dew = moisture(coldest, min(100.0, humidity)).dew_point_c if humidity > 0 else coldest
    near = coldest <= need(limits, "raises") and dew <= need(limits, "raises")
    still = wind is None or wind < need(limits, "wind")
    by_night = hour >= NIGHT_FROM or hour < NIGHT_TO
    return Look(Signal.RAISE if near and still and by_night else Signal.HOLD, scene.at, 4, coldest, limits["raises"])


def frost_told(scene: Scene, limits: Limits) -> float | None:
    """The lowest temperature of a frost that the forecast tells for the coming night; None without one or without a forecast."""
    if scene.forecast is None:
        return None
    found = []
    for hour in scene.forecast.between(scene.at, scene.at + DAY / 2):
        local = hour.at.astimezone(LOCAL).hour
        if hour.temperature_c is None or hour.humidity is None or not (local >= NIGHT_FROM or local < NIGHT_TO):
            continue
        dew = moisture(hour.temperature_c, min(100.0, max(1.0, hour.humidity))).dew_point_c
        still = hour.wind_ms is None or wind_at_2m(hour.wind_ms, FORECAST_WIND_M) < need(limits, "wind")
        if max(hour.temperature_c, dew) <= need(limits, "raises") and still:
            found.append(hour.temperature_c)
    return min(found, default=None)


def rain(scene: Scene, limits: Limits) -> Look | None:
    """A5: much rain in a day or in an hour; over when six hours brought none."""
    gauges = scene.sensors("rain.total") or scene.sensors("rain.amount")
    if not gauges:
        return None
    if not scene.fresh(gauges):
        return Look(Signal.UNKNOWN, scene.at, 3)
    day, hours, hour = (
        max(fallen_mm(scene.recent.get(gauge.series_id, ()), gauge.property, scene.at - span) for gauge in gauges)
        for span in (DAY, SIX_HOURS, HOUR)
    )
    if hours == 0:
        return Look(Signal.CLEAR, scene.at, 3, day, limits["day"])
    if day >= need(limits, "day"):
        severity = 4 if day >= need(limits, "day_severe") else 3
        return Look(Signal.RAISE, scene.at, severity, day, limits["day"], variant="day")
    if hour >= need(limits, "hour"):
        return Look(Signal.RAISE, scene.at, 3, hour, limits["hour"], variant="hour")
    return Look(Signal.HOLD, scene.at, 3, day, limits["day"], variant="day")


def wind(scene: Scene, limits: Limits) -> Look | None:
    """A6: gusts, or the wind itself where gusts are not measured."""
    key = "wind.gust" if scene.sensors("wind.gust") else "wind.speed"
    strongest = _highest(scene, key)
    if strongest is None:
        return _unknown(scene, key, 3)
    return _above(scene, strongest, need(limits, "raises"), need(limits, "clears"), 3)


def dry_spell(scene: Scene, limits: Limits) -> Look | None:
    """A8: what the air asked for over ten days is far more than what fell, and the last five were dry."""
    days = scene.days[-int(need(limits, "days")) :]
    lately = days[-int(need(limits, "dry_days")) :]
    if not days:
        return None
    rained = sum(day.rain_mm or 0.0 for day in lately)
    if rained > need(limits, "clears"):
        return Look(Signal.CLEAR, scene.at, 2, rained, limits["raises"])
    if len(days) < int(need(limits, "days")) or any(day.et0_mm is None or day.rain_mm is None for day in days):
        return Look(Signal.UNKNOWN, scene.at, 2)
    lack = sum((day.et0_mm or 0.0) - (day.rain_mm or 0.0) for day in days)
    dry = lack > need(limits, "raises") and rained < 1.0
    return Look(Signal.RAISE if dry else Signal.HOLD, scene.at, 2, lack, limits["raises"])


def barn(scene: Scene, limits: Limits) -> Look | None:
    """L1: temperature-humidity index where animals are kept."""
    if scene.place.crop not in LIVESTOCK:
        return None
    index = _of_air(scene, temperature_humidity_index)
    if index is None:
        return _unknown(scene, "air.temperature", 2)
    severity = 2 + (index >= need(limits, "severe")) + (index >= need(limits, "danger"))
    return _above(scene, index, need(limits, "raises"), need(limits, "raises") - need(limits, "clears"), severity)


def people(scene: Scene, limits: Limits) -> Look | None:
    """L2: heat index dangerous to whoever works outside."""
    if not scene.sensors("air.humidity") or not scene.sensors("air.temperature"):
        return None
    index = _of_air(scene, heat_index_c)
    if index is None:
        return Look(Signal.UNKNOWN, scene.at, 3)
    return _above(scene, index, need(limits, "raises"), need(limits, "clears"), 3)


def fallen_mm(points: Sequence[Point], key: str, since: datetime) -> float:
    """Rain since an instant. A total counts by its positive increments, amounts by their sum."""
    if key == "rain.amount":
        return sum(point.value for point in points if point.at > since)
    rise = 0.0
    for before, after in pairwise(points):
        if after.at > since:
            rise += after.value - before.value if after.value >= before.value else after.value
    return rise


def _of_air(scene: Scene, formula: Callable[[float, float], float]) -> float | None:
    temperature, humidity = _highest(scene, "air.temperature"), _highest(scene, "air.humidity")
    if temperature is None or humidity is None:
        return None
    return formula(temperature, min(100.0, humidity))


def _highest(scene: Scene, key: str) -> float | None:
    return max((seen.point.value for seen in scene.fresh(scene.sensors(key))), default=None)


def _lowest(scene: Scene, key: str) -> float | None:
    return min((seen.point.value for seen in scene.fresh(scene.sensors(key))), default=None)


def _above(scene: Scene, value: float, raises: float, clears: float, severity: int) -> Look:
    signal = Signal.RAISE if value >= raises else Signal.CLEAR if value < clears else Signal.HOLD
    return Look(signal, scene.at, severity, value, raises)


def _unknown(scene: Scene, key: str, severity: int) -> Look | None:
    return Look(Signal.UNKNOWN, scene.at, severity) if scene.sensors(key) else None
