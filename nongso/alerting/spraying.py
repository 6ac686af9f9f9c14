"""A7: when the weather to come is fit for spraying. Advice for whoever asks; it opens no alert. Every limit is our choice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nongso.agronomy.air import wind_at_2m
from nongso.agronomy.comfort import delta_t_c
from nongso.alerting.machine import Look
from nongso.alerting.rule import Limits
from nongso.alerting.scene import Scene
from nongso.alerting.water import need
from nongso.clock import LOCAL
from nongso.forecast import HOUR, Forecast, ForecastHour
from nongso.rules import Signal

DRY_MM = 0.2  # less than this in all the hours after is no rain
AHEAD = timedelta(hours=36)
FORECAST_WIND_M = 10.0


@dataclass(frozen=True, slots=True)
class Window:
    """From the beginning of its first hour to the end of its last."""

    begins_at: datetime
    ends_at: datetime


def windows(forecast: Forecast, at: datetime, limits: Limits) -> list[Window]:
    """Runs of fit hours within a day and a half, by daylight."""
    hours = forecast.between(at, at + AHEAD)
    found: list[Window] = []
    for hour in hours:
        if not is_fit(forecast, hour, limits):
            continue
        begins_at = hour.at - HOUR
        if found and found[-1].ends_at == begins_at:
            found[-1] = Window(found[-1].begins_at, hour.at)
        else:
            found.append(Window(max(begins_at, at), hour.at))
    return found


def is_fit(forecast: Forecast, hour: ForecastHour, limits: Limits) -> bool:
    """Wind that neither drifts nor stands, no heat, droplets that neither dry nor drip, no rain soon after. Unknown is unfit."""
    if hour.wind_ms is None or hour.temperature_c is None or hour.humidity is None:
        return False
    begins = (hour.at - HOUR).astimezone(LOCAL).hour
    if not need(limits, "from_hour") <= begins < need(limits, "to_hour"):
        return False
    wind = wind_at_2m(hour.wind_ms, FORECAST_WIND_M)
    drying = delta_t_c(hour.temperature_c, min(100.0, max(1.0, hour.humidity)))
    calm = need(limits, "wind_low") <= wind <= need(limits, "wind_high")
    mild = hour.temperature_c < need(limits, "heat")
    even = need(limits, "dries_low") <= drying <= need(limits, "dries_high")
    return (
        calm
        and mild
        and even
        and stays_dry(forecast.between(hour.at - HOUR, hour.at + need(limits, "dry_hours") * HOUR))
    )


def stays_dry(hours: Sequence[ForecastHour]) -> bool:
    known = [hour.rain_mm for hour in hours if hour.rain_mm is not None]
    return bool(known) and len(known) == len(hours) and sum(known) < DRY_MM


def window(scene: Scene, limits: Limits) -> Look | None:
    """Whether there is a window at all; the hours themselves are `windows`. For a dry run: how many days had one."""
    if scene.forecast is None:
        return Look(Signal.UNKNOWN, scene.at, 1)
    found = windows(scene.forecast, scene.at, limits)
    return Look(Signal.RAISE if found else Signal.CLEAR, scene.at, 1, len(found))
