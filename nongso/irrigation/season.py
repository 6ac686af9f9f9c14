"""What a season's water came to: runs summed by zone, and what one run cost."""

from collections.abc import Iterable
from dataclasses import dataclass

from nongso.irrigation.zone import MM_M2_A_M3, Zone


@dataclass(frozen=True, slots=True)
class Poured:
    """A finished run. `is_measured`: by the meter; else reckoned from the zone's flow."""

    zone_id: int
    seconds: float
    volume_m3: float
    is_measured: bool
    cost_vnd: float


@dataclass(frozen=True, slots=True)
class Total:
    """A zone's season; `measured_m3` of `volume_m3` went through a meter."""

    zone_id: int
    runs: int
    hours: float
    volume_m3: float
    measured_m3: float
    depth_mm: float
    cost_vnd: float


def cost_vnd(zone: Zone, volume_m3: float, seconds: float) -> float:
    """Water by its volume and the pump by the hour, as the owner says what they cost."""
    hourly = zone.pump.price_vnd_hour if zone.pump else 0.0
    return volume_m3 * zone.source.price_vnd_m3 + hourly * seconds / 3600


def totals(poured: Iterable[Poured], area_m2: dict[int, float]) -> list[Total]:
    """One line a zone, in the order of its first run; runs that brought nothing are counted by their time."""
    by_zone: dict[int, list[Poured]] = {}
    for each in poured:
        by_zone.setdefault(each.zone_id, []).append(each)
    return [_total(zone_id, runs, area_m2[zone_id]) for zone_id, runs in by_zone.items()]


def _total(zone_id: int, runs: list[Poured], area_m2: float) -> Total:
    volume = sum(each.volume_m3 for each in runs)
    return Total(
        zone_id,
        len(runs),
        sum(each.seconds for each in runs) / 3600,
        volume,
        sum(each.volume_m3 for each in runs if each.is_measured),
        volume * MM_M2_A_M3 / area_m2,
        sum(each.cost_vnd for each in runs),
    )
