"""How much to water and how long the soil still lasts: the advice itself, from a known root zone."""

from dataclasses import dataclass
from enum import StrEnum

from nongso.agronomy.inputs import within
from nongso.agronomy.soil_water import Store

RAIN_IS_ENOUGH = 0.8  # our choice: rain forecast for 24 h of this share of the depletion puts irrigation off


class Verdict(StrEnum):
    """Why to water or not; sentences are `agronomy.irrigate.<value>`."""

    ENOUGH = "enough"  # readily available water is left
    RAIN_COMING = "rain_coming"  # short of water, but the forecast rain fills it
    IRRIGATE = "irrigate"
    IRRIGATE_NO_FORECAST = "irrigate_no_forecast"  # short of water, and nobody knows the rain to come


@dataclass(frozen=True, slots=True)
class Advice:
    """Depths in mm over the field; `gross_mm` is what the pump must give after losses and with leaching."""

    verdict: Verdict
    depletion_mm: float
    ready_mm: float
    forecast_rain_mm: float | None
    net_mm: float
    leaching_mm: float
    gross_mm: float


@dataclass(frozen=True, slots=True)
class Run:
    """What a depth means for a field: volume and, with a known pump, hours."""

    volume_m3: float
    hours: float | None


def advise(
    held: Store,
    depletion_mm: float,
    forecast_rain_mm: float | None,
    efficiency: float,
    leaching_requirement: float = 0.0,
    room_mm: float | None = None,
) -> Advice:
    """Net depth = the depletion, at most `room_mm` (field capacity minus what the field may not exceed), FAO-56 text below Eq. 88.

    `forecast_rain_mm` is the rain of the next 24 h, None when there is no forecast: then the verdict says so.
    `efficiency` is the share of water that reaches the roots; `leaching_requirement` is LR (salinity.leaching_requirement).
    """
    within("efficiency", efficiency, 0.1, 1)
    within("leaching_requirement", leaching_requirement, 0, 0.9)
    verdict = _verdict(held, depletion_mm, forecast_rain_mm)
    if verdict in (Verdict.ENOUGH, Verdict.RAIN_COMING):
        return Advice(verdict, depletion_mm, held.ready_mm, forecast_rain_mm, 0.0, 0.0, 0.0)
    net = depletion_mm if room_mm is None else min(depletion_mm, max(room_mm, 0.0))
    leaching = net / (1 - leaching_requirement) - net
    gross = (net + leaching) / efficiency
    return Advice(verdict, depletion_mm, held.ready_mm, forecast_rain_mm, net, leaching, gross)


def days_left(held: Store, depletion_mm: float, demand_mm: float) -> float | None:
    """Days of readily available water left at this demand; None when the crop uses nothing."""
    if demand_mm <= 0:
        return None
    return max(held.ready_mm - depletion_mm, 0.0) / demand_mm


def run_for(gross_mm: float, area_m2: float, pump_m3_h: float | None) -> Run:
    """1 mm on 1 m² is one litre."""
    within("area_m2", area_m2, 1, 1e8)
    volume = gross_mm * area_m2 / 1000
    if pump_m3_h is None:
        return Run(volume, None)
    return Run(volume, volume / within("pump_m3_h", pump_m3_h, 0.01, 1e5))


def _verdict(held: Store, depletion_mm: float, forecast_rain_mm: float | None) -> Verdict:
    if depletion_mm < held.ready_mm:
        return Verdict.ENOUGH
    if forecast_rain_mm is None:
        return Verdict.IRRIGATE_NO_FORECAST
    if forecast_rain_mm >= RAIN_IS_ENOUGH * depletion_mm:
        return Verdict.RAIN_COMING
    return Verdict.IRRIGATE
